"""Moses pairs: two line-aligned files a language pair."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from realign_core.data._templates import PairTemplate, find_files
from realign_core.data.examples import ParallelText
from realign_core.data.parallel._aligned import LineSource
from realign_core.support.errors import DataError, count
from realign_core.support.paths import ExpandedPath
from realign_core.support.text import unknown_language


class MosesParallel(LineSource):
    """Two files a language, found by templates below a folder.

    OPUS: ``source_pattern = "{pair}/*.{pair}.{source}"``, ``target_pattern =
    "{pair}/*.{pair}.{language}"``. In a template ``{language}`` is the other language,
    ``{source}`` the source language, ``{pair}`` both in alphabetical order joined by ``-``.

    Args:
        path: The folder.
        source: The source language's code in file names.
        source_pattern: Template of the source side.
        target_pattern: Template of the other side.
    """

    format: Literal["moses"] = "moses"
    path: ExpandedPath
    source: str = Field(default="en", min_length=1)
    source_pattern: PairTemplate = "{source}-{language}.{source}"
    target_pattern: PairTemplate = "{source}-{language}.{language}"

    def languages(self) -> tuple[str, ...]:
        """List the languages that have a file for each side."""
        sources, targets = (self._files(p) for p in (self.source_pattern, self.target_pattern))
        return tuple(code for code in targets if code in sources and code != self.source)

    def read(self, language: str) -> ParallelText:
        """Read one language's pair of files; several pairs (``*``) are joined in order."""
        if language not in (known := self.languages()):
            raise unknown_language(language, known, self.path)
        sources = self._files(self.source_pattern)[language]
        targets = self._files(self.target_pattern)[language]
        if len(sources) != len(targets):
            raise DataError(
                f"for '{language}' source_pattern fits {count(len(sources), 'file')} "
                f"and target_pattern {len(targets)}",
                where=self.path,
                fix="narrow the patterns",
            )
        pairs = (
            pair
            for source, target in zip(sources, targets, strict=True)
            for pair in self._aligned(source, target)
        )
        return self.filters.apply(language, pairs)

    def _files(self, pattern: str) -> dict[str, tuple[Path, ...]]:
        return find_files(self.path, pattern, {"source": self.source})
