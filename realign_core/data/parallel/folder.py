"""A folder with one line-aligned file a language (NTREX, FLORES)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from realign_core.data._templates import find_file, find_files
from realign_core.data.examples import ParallelText
from realign_core.data.parallel._aligned import LineSource
from realign_core.support.files.text import require_file, unknown_language
from realign_core.support.settings.paths import ExpandedPath


class FolderParallel(LineSource):
    """Files ``<code><suffix>`` of one folder, aligned line by line over all languages.

    NTREX is ``path = ".../ntrex"`` with the defaults; FLORES is ``source = "eng_Latn"``,
    ``suffix = ".dev"``.

    Args:
        path: The folder.
        source: Code of the source language's file.
        suffix: What follows the code in every file name; packed files are found by the plain one.
    """

    format: Literal["folder"] = "folder"
    path: ExpandedPath
    source: str = Field(default="eng", min_length=1)
    suffix: str = ".txt"

    def languages(self) -> tuple[str, ...]:
        """List the codes that have a file, without the source language."""
        return tuple(code for code in self._files() if code != self.source)

    def read(self, language: str) -> ParallelText:
        """Read one language's file against the source language's, line by line."""
        source, file = self._file(self.source), self._file(language)
        if source is None or file is None or language == self.source:  # not as usual: look at all files
            files = self._files()
            source = files.pop(self.source, None)
            if language not in files:
                raise unknown_language(language, files, self.path)
            if source is None:
                require_file(source := self.path / f"{self.source}{self.suffix}")
            file = files[language]
        dropped: dict[str, int] = {}
        return self.filters.apply(language, self._aligned(source, file, dropped), dropped)

    def _file(self, language: str) -> Path | None:
        """The file of a code, as it usually is; nothing if only a look at all files can tell."""
        if not language or language.startswith(".") or "/" in language or "/" in self.suffix:
            return None
        return find_file(self.path, f"{language}{self.suffix}")

    def _files(self) -> dict[str, Path]:
        by_code = find_files(self.path, "{language}{suffix}", {"suffix": self.suffix})
        return {code: paths[0] for code, paths in by_code.items()}
