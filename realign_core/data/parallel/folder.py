"""A folder with one line-aligned file a language (NTREX, FLORES)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from realign_core.data._templates import find_files
from realign_core.data.examples import ParallelText
from realign_core.data.parallel._aligned import LineSource
from realign_core.support.paths import ExpandedPath
from realign_core.support.text import require_file, unknown_language


class FolderParallel(LineSource):
    """Files ``<code><suffix>`` of one folder, aligned line by line over all languages.

    NTREX is ``path = ".../ntrex"`` with the defaults; FLORES is ``source = "eng_Latn"``,
    ``suffix = ".dev"``.

    Args:
        path: The folder.
        source: Code of the source language's file.
        suffix: What follows the code in every file name (may end in ``.gz``).
    """

    format: Literal["folder"] = "folder"
    path: ExpandedPath
    source: str = Field(default="eng", min_length=1)
    suffix: str = ".txt"

    def languages(self) -> tuple[str, ...]:
        """List the codes that have a file, without the source language."""
        return tuple(self._targets())

    def read(self, language: str) -> ParallelText:
        """Read one language's file against the source language's, line by line."""
        targets = self._targets()
        if language not in targets:
            raise unknown_language(language, targets, self.path)
        source = self.path / f"{self.source}{self.suffix}"
        require_file(source)
        return self.filters.apply(language, self._aligned(source, targets[language]))

    def _targets(self) -> dict[str, Path]:
        found = find_files(self.path, "{language}{suffix}", {"suffix": self.suffix})
        return {code: paths[0] for code, paths in found.items() if code != self.source}
