"""Line-aligned files: two files whose lines of equal number are translations."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from itertools import islice, zip_longest
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from realign_core.data.parallel.base import ParallelSource
from realign_core.support.errors import DataError
from realign_core.support.files.text import text_lines

BEFORE_START = "before start"
"""Why lines are left out of a file that ends before the range begins."""

_COUNTED = 100_000
"""Most lines that are counted further in a file whose partner has ended."""


class LineSource(ParallelSource):
    """A source whose pairs are lines, of which a range can be chosen.

    Args:
        start: First line that is read, counted from 0.
        stop: Line before which reading ends (None: the end). Two sources over the same files
            with adjoining ranges keep a development part apart.
    """

    start: int = Field(default=0, ge=0)
    stop: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _range_holds_something(self) -> Self:
        if self.stop is not None and self.stop <= self.start:
            raise ValueError(f"stop ({self.stop}) must be above start ({self.start})")
        return self

    def _in_range(self, line: int) -> bool:
        """Tell whether a line, counted from 1, is in the range."""
        return self.start < line and (self.stop is None or line <= self.stop)

    def _aligned(
        self, source: Path, target: Path, dropped: MutableMapping[str, int]
    ) -> Iterator[tuple[str, str]]:
        """Yield the pairs of two line-aligned files in the range.

        Args:
            source: File of the source side.
            target: File of the other side.
            dropped: Counts the lines of files that have none in the range.

        Raises:
            DataError: If the files have different numbers of lines.
        """
        sources, targets = text_lines(source), text_lines(target)
        last = 0
        for left, right in zip_longest(sources, targets):
            if left is None:
                raise _uneven(source, target, f"{right[0] - 1:,}", _count_on(right[0], targets))
            if right is None:
                raise _uneven(source, target, _count_on(left[0], sources), f"{left[0] - 1:,}")
            last = left[0]
            if self._in_range(last):
                yield left[1], right[1]
        self._tell_range(last, dropped)

    def _tell_range(self, lines: int, dropped: MutableMapping[str, int]) -> None:
        """Count the lines of a file that ends before the range begins."""
        if 0 < lines <= self.start:
            dropped[BEFORE_START] = dropped.get(BEFORE_START, 0) + lines


def _count_on(line: int, lines: Iterator[tuple[int, str]]) -> str:
    """Count the lines of a file whose partner has ended: no later one mends that, so not all of many."""
    last = max((number for number, _ in islice(lines, _COUNTED)), default=line)
    return f"{last:,}" if next(lines, None) is None else f"more than {last:,}"


def _uneven(source: Path, target: Path, n_source: str, n_target: str) -> DataError:
    return DataError(
        f"{n_target} lines, but {source} has {n_source}",
        where=target,
        fix="the two files must be aligned line by line",
    )
