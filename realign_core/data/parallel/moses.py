"""Moses pairs: two line-aligned files a language pair."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from realign_core.data._templates import PairTemplate, find_parts
from realign_core.data.examples import ParallelText
from realign_core.data.parallel._aligned import LineSource
from realign_core.support.errors import DataError
from realign_core.support.files.text import unknown_language
from realign_core.support.settings.distinct import refuse_same
from realign_core.support.settings.paths import ExpandedPath

_PATTERNS = "check source_pattern, target_pattern and the names of the files"


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

    @model_validator(mode="after")
    def _sides_differ(self) -> Self:
        refuse_same({"source_pattern": self.source_pattern, "target_pattern": self.target_pattern}, "pattern")
        return self

    def alone(self) -> tuple[str, ...]:
        """Name the languages that have a file of one side only."""
        sources, targets = (self._files(p) for p in (self.source_pattern, self.target_pattern))
        return tuple(sorted((sources.keys() ^ targets.keys()) - {self.source}))

    def languages(self) -> tuple[str, ...]:
        """List the languages that have a file for each side."""
        sources, targets = (self._files(p) for p in (self.source_pattern, self.target_pattern))
        return tuple(code for code in targets if code in sources and code != self.source)

    def read(self, language: str) -> ParallelText:
        """Read one language's pairs of files; of several (``*``), those with equal stars belong together."""
        if language not in (codes := self.languages()):
            if language in self.alone():
                raise DataError(f"only one side of '{language}' is there", where=self.path, fix=_PATTERNS)
            raise unknown_language(language, codes, self.path)
        dropped: dict[str, int] = {}
        pairs = (pair for files in self._partners(language) for pair in self._aligned(*files, dropped))
        return self.filters.apply(language, pairs, dropped)

    def _partners(self, language: str) -> Iterator[tuple[Path, Path]]:
        """Yield the files of both sides that belong together, by what the patterns' stars stand for."""
        sources, targets = (self._files(p)[language] for p in (self.source_pattern, self.target_pattern))
        if len(sources) == len(targets) == 1 and len(sources[0][1]) != len(targets[0][1]):
            yield sources[0][0], targets[0][0]
            return
        by_stars = {stars: path for path, stars in targets}
        unpaired = [path for path, stars in sources if stars not in by_stars]
        unpaired += [path for path, stars in targets if stars not in {other for _, other in sources}]
        if unpaired:
            raise DataError(
                f"no file of the other side belongs to {', '.join(path.name for path in unpaired[:4])}",
                where=unpaired[0].parent,
                fix="the stars of source_pattern and target_pattern must stand for the same; "
                "narrow the patterns, or add the file",
            )
        for source, stars in sources:
            yield source, by_stars[stars]

    def _files(self, pattern: str) -> dict[str, tuple[tuple[Path, tuple[str, ...]], ...]]:
        return find_parts(self.path, pattern, {"source": self.source})
