"""What every rung offers: scores of a subset by target, at a price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from subsetsearch.config.rungs import RungWords
from subsetsearch.rungs.measured import mean_score
from subsetsearch.subset import Subset

Scores = Mapping[str, float]
"""Target key to score, at most 1."""


class Rung(Protocol):
    """One way to score subsets; what is expensive to make is made when first asked for.

    A rung below the full runs on test data reads development data of the searched targets only: neither
    test data nor held-out languages are ever loaded.
    """

    @property
    def label(self) -> RungWords:
        """How results name it."""
        ...

    @property
    def number(self) -> int:
        """1, 2 or 3."""
        return self.label.number

    def scores(self, subset: Subset) -> Scores:
        """Score a subset by target key."""
        ...

    def score(self, subset: Subset) -> float:
        """Mean over targets of :meth:`scores`."""
        return mean_score(self.scores(subset))

    def prepare(self) -> None:
        """Make what all processes of a study share."""
        ...

    def seconds(self) -> float | None:
        """Seconds that a score takes, by what is cached or stored; ``None`` if that tells nothing."""
        ...
