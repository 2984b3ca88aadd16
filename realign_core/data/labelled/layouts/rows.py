"""Tasks whose files have one example a row: tables and JSON lines, a language a file or all in one."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from realign_core.data.examples import Example
from realign_core.data.labelled.base import UNLABELLED, SkipBudget, Split
from realign_core.data.labelled.layouts.language_files import FileTaskReader
from realign_core.data.labelled.layouts.tables import text_field
from realign_core.support.errors import DataError
from realign_core.support.files.content import missing


class RowReader(FileTaskReader):
    """Base of the formats with one example a row; a subclass splits files into rows and reads one."""

    @property
    def _language_column(self) -> str | None:
        """Column of a row's language; ``None`` where each file has one language."""
        return None

    @property
    def _without(self) -> str:
        """What a row is that has nothing to be learnt."""
        return UNLABELLED

    @abstractmethod
    def _rows(self, path: Path, skips: SkipBudget) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield ``(line, column -> value)``; rows of another shape are told to ``skips``."""

    @abstractmethod
    def _example(self, row: Mapping[str, Any], path: Path, line: int) -> Example | None:
        """Read one row; ``None`` if it has no gold label.

        Raises:
            DataError: If it is malformed.
        """

    def _identity(self, row: Mapping[str, Any], path: Path, line: int) -> str | None:  # noqa: ARG002
        """Take a row's own id, which no other of its language and split may have; ``None`` without ids."""
        return None

    def _of_split(self, row: Mapping[str, Any], split: Split, path: Path, line: int) -> bool:  # noqa: ARG002
        """Whether a row belongs to a split; files without a column for it have one split each."""
        return True

    def _paths(self, split: Split) -> dict[str, tuple[Path, ...]]:
        by_code = super()._paths(split)
        shared = by_code.pop("", ())
        if shared and self._language_column is not None:
            codes = set[str]()
            for path in shared:
                skips = SkipBudget(self.skip_bad)
                codes.update(code for _, _, code in self._rows_of_split(path, split, skips, "*"))
            by_code |= {code: shared for code in sorted(codes) if code not in self.files}
        return by_code

    def _rows_of_split(
        self, path: Path, split: Split, skips: SkipBudget, language: str
    ) -> Iterator[tuple[int, dict[str, Any], str]]:
        """Yield ``(line, row, language)`` of a file; ``*`` asks for the rows of every language."""
        column = self._language_column if language == "*" or self._is_shared(language) else None
        for line, row in self._rows(path, skips):
            try:
                code = language if column is None else _code(row, column, path, line)
                if language not in (code, "*"):
                    continue
                in_split = self._of_split(row, split, path, line)
            except DataError as error:
                skips.skip(error)
                continue
            if in_split:
                yield line, row, code

    def _is_shared(self, language: str) -> bool:
        return "{language}" not in self.pattern and language not in self.files

    def _examples(self, language: str, split: Split, skips: SkipBudget) -> Iterator[Example]:
        for path in self._files_of(language, split):
            for line, row, _ in self._rows_of_split(path, split, skips, language):
                try:
                    identity = self._identity(row, path, line)
                    if identity is not None:
                        skips.once(identity, f"{path}:{line}")
                    example = self._example(row, path, line)
                except DataError as error:
                    skips.skip(error)
                    continue
                if example is None:
                    skips.leave_out(self._without)
                else:
                    yield example


def _code(row: Mapping[str, Any], column: str, path: Path, line: int) -> str:
    """Take a row's language.

    Raises:
        DataError: If it has none.
    """
    code = text_field(row, column, path, line).strip()
    if missing(code):
        raise DataError(f"the row has no language, but {code!r}", where=path, line=line)
    return code
