"""What every reader of parallel text does."""

from __future__ import annotations

from abc import ABC, abstractmethod

from realign_core.data.examples import ParallelText
from realign_core.data.parallel.filters import PairFilters
from realign_core.support.settings.config import Config


class ParallelSource(Config, ABC):
    """A corpus of translations out of one source language.

    A subclass adds ``format: Literal["its name"]``, its options, and the two methods.
    Languages are named by the corpus's own codes; nothing here maps them to others.

    Args:
        filters: Which pairs are kept.
    """

    filters: PairFilters = PairFilters()

    @abstractmethod
    def languages(self) -> tuple[str, ...]:
        """List the corpus's own codes of the languages that it pairs with the source, sorted.

        Raises:
            DataError: If the corpus is not there.
            MissingExtraError: If a package that the format needs is not installed.
        """

    def alone(self) -> tuple[str, ...]:
        """Name the languages that have a file of one side only; formats with both in a file have none."""
        return ()

    @abstractmethod
    def read(self, language: str) -> ParallelText:
        """Read all pairs of one language that pass the filters, in the corpus's order.

        Args:
            language: One of :meth:`languages`.

        Raises:
            DataError: If the corpus lacks the language (the message names the nearest codes)
                or a file is damaged (the message has file and line).
            MissingExtraError: If a package that the format needs is not installed.
        """
