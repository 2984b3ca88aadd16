"""Tab-separated pairs: one file a language, both sides in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from realign_core.data._templates import PairTemplate, find_files
from realign_core.data.examples import ParallelText
from realign_core.data.parallel._aligned import LineSource
from realign_core.data.parallel.doubts import are_swapped
from realign_core.support.errors import DataError, count
from realign_core.support.files.text import text_lines, unknown_language
from realign_core.support.settings.paths import ExpandedPath

Column = Annotated[int, Field(ge=1)] | Annotated[str, Field(min_length=1)]


class TsvParallel(LineSource):
    """Files of tab-separated columns, read as they stand (no quoting).

    Which column is the source language is up to the file: in published NLLB files the two
    languages are in alphabetical order, whichever is English.

    Args:
        path: The folder.
        source: The source language's code in file names.
        pattern: Template of the files, as for Moses pairs.
        source_column: Number (from 1, as in ``cut -f``) or name in the header.
        target_column: Likewise.
        header: Whether the first line names the columns; it is no pair then.
        skip_bad: How many lines with another number of columns than the first line are left
            out (counted as ``malformed``); one more is an error.
    """

    format: Literal["tsv"] = "tsv"
    path: ExpandedPath
    source: str = Field(default="en", min_length=1)
    pattern: PairTemplate = "{source}-{language}.tsv"
    source_column: Column = 1
    target_column: Column = 2
    header: bool = False
    skip_bad: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _columns_differ(self) -> Self:
        if self.source_column == self.target_column:
            raise ValueError(f"source_column and target_column are both {self.source_column!r}")
        if not self.header and (isinstance(self.source_column, str) or isinstance(self.target_column, str)):
            raise ValueError("a column can be named only if header = true; else give its number, from 1")
        return self

    def languages(self) -> tuple[str, ...]:
        """List the languages that have a file."""
        return tuple(self._files())

    def read(self, language: str) -> ParallelText:
        """Read one language's files, joined in alphabetical order."""
        files = self._files()
        if language not in files:
            raise unknown_language(language, files, self.path)
        dropped: Counter[str] = Counter()
        pairs = [pair for path in files[language] for pair in self._pairs(path, language, dropped)]
        return self.filters.apply(language, pairs, dropped)

    def _files(self) -> dict[str, tuple[Path, ...]]:
        by_code = find_files(self.path, self.pattern, {"source": self.source})
        return {code: paths for code, paths in by_code.items() if code != self.source}

    def _pairs(self, path: Path, language: str, dropped: Counter[str]) -> Iterator[tuple[str, str]]:
        header: list[str] = []
        width, left, right, number = 0, 0, 0, 0
        for number, line in text_lines(path):
            fields = line.split("\t")
            if number == 1:
                width = len(fields)
                left, right = (self._index(column, fields, path) for column in self._columns)
                if self.header:
                    header = fields
                    if are_swapped(fields[left], fields[right], self.source, language):
                        raise DataError(
                            f"the column of the source is '{fields[left]}', and that of '{language}' is "
                            f"'{fields[right]}'",
                            where=path,
                            line=1,
                            fix="exchange source_column and target_column, or the columns of this file",
                        )
                    continue
            if not self._in_range(number - self.header):
                continue
            if len(fields) == width and fields != header:
                yield fields[left], fields[right]
                continue
            dropped["malformed"] += 1
            if dropped["malformed"] > self.skip_bad:
                raise DataError(
                    "the line names the columns again"
                    if fields == header
                    else f"{count(len(fields), 'column')}, but the first line has {width}",
                    where=path,
                    line=number,
                    fix=f"mend the line, or allow more than {self.skip_bad} such lines with skip_bad",
                )
        self._tell_range(number - self.header, dropped)

    @property
    def _columns(self) -> tuple[Column, Column]:
        return self.source_column, self.target_column

    def _index(self, column: Column, first: list[str], path: Path) -> int:
        """Find a column's place; the first line shows how many there are."""
        if isinstance(column, str):
            if column not in first:
                raise DataError(
                    f"no column '{column}'", where=path, line=1, fix=f"columns: {', '.join(first)}"
                )
            if first.count(column) > 1:
                raise DataError(f"the column '{column}' appears twice", where=path, line=1)
            return first.index(column)
        if column > len(first):
            needed = max(c for c in self._columns if isinstance(c, int))
            raise DataError(
                f"{needed} columns are needed, but got {len(first)}",
                where=path,
                line=1,
                fix="tabs must separate the columns; check source_column and target_column",
            )
        return column - 1
