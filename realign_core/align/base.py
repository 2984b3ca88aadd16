"""The contract of an aligner: which words of a pair mean the same."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from realign_core.support.arrays import Float, Int
from realign_core.support.errors import DataError
from realign_core.support.numbers import COUNTS
from realign_core.support.settings.config import Config

Words = tuple[str, ...]


WordVectors = Callable[[Sequence[Words], int | None], list[Float]]
"""Sentences of words and a layer (two thirds of the way up, if None) to one array (n_words, d) a
sentence, whose rows have length 1 (0 for words without tokens)."""


@dataclass(frozen=True, slots=True)
class WordText:
    """Sentence pairs of one language, split into words.

    Args:
        language: The corpus's code of the target side.
        source: Words of each source sentence.
        target: Words of each translation, as many sentences as ``source``.
    """

    language: str
    source: tuple[Words, ...]
    target: tuple[Words, ...]

    def __len__(self) -> int:
        return len(self.source)


class WordAligner(Config, ABC):
    """Aligns the words of sentence pairs.

    A subclass adds ``kind: Literal["its name"]``, its options, and :meth:`align`.
    """

    pair_alone: ClassVar[bool] = False
    """Whether links of a pair depend on it alone, and cost time: only what runs may draw is linked then."""

    kept: ClassVar[bool] = False
    """Whether links take time or are random: they are kept, and all runs of a machine see the same."""

    def files(self, language: str) -> tuple[Path, ...]:  # noqa: ARG002
        """Name the files that links of a language come from; none, if they are computed."""
        return ()

    @abstractmethod
    def align(self, text: WordText, vectors: WordVectors) -> list[Int]:
        """Align each pair.

        Args:
            text: The pairs.
            vectors: Word vectors of the encoder that is to be realigned, for aligners that
                use them.

        Returns:
            One array of shape (k, 2) a pair: source and target word numbers from 0, sorted,
            each link once; empty where nothing is aligned.

        Raises:
            DataError: If a file that is needed is missing or malformed.
            MissingExtraError: If a package that is needed is not installed.
        """


def links(pairs: Sequence[tuple[int, int]]) -> Int:
    """Sort links and drop repeated ones: shape (k, 2)."""
    return np.array(sorted(set(pairs)), dtype=np.int64).reshape(-1, 2)


def parse_pharaoh(line: str, *, where: str, number: int) -> Int:
    """Read a line of ``i-j`` links.

    Args:
        line: Such as ``0-0 1-2``.
        where: File name for messages.
        number: Line number for messages.

    Raises:
        DataError: If a link is not two numbers.
    """
    pairs: list[tuple[int, int]] = []
    for entry in line.split():
        left, dash, right = entry.partition("-")
        if not (dash and COUNTS.fullmatch(left) and COUNTS.fullmatch(right)):
            raise DataError(
                f"'{entry:.60}' is no link i-j", where=where, line=number, fix="number words from 0: 0-0 1-2"
            )
        pairs.append((int(left), int(right)))
    return links(pairs)


def check_links(found_links: Int, source: Words, target: Words, *, where: str, number: int) -> Int:
    """Check that links stay inside a pair.

    Raises:
        DataError: If a word number is too large.
    """
    if len(found_links) and (
        found_links[:, 0].max() >= len(source) or found_links[:, 1].max() >= len(target)
    ):
        raise DataError(
            f"a link leaves the pair of {len(source)} and {len(target)} words",
            where=where,
            line=number,
            fix="check that links and text have the same tokenisation and order",
        )
    return found_links
