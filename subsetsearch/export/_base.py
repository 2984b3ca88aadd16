"""What every export format does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from realign_core.data.parallel import ParallelSource
from subsetsearch.analysis.choice import Choice

Rendered = str | Mapping[str, str]
"""The text of one file, or relative path to text where a format needs several files."""


class Exporter(Protocol):
    """One format, a row of :data:`subsetsearch.export.FORMATS`."""

    @property
    def name(self) -> str:
        """What the user writes after ``--to``."""

    @property
    def description(self) -> str:
        """What it is, in half a line."""

    @property
    def suffix(self) -> str:
        """Ending of the file's name; empty where a folder is written."""

    def render(self, choice: Choice, parallel: ParallelSource | None = None, /) -> Rendered:
        """Write a choice in this format.

        Args:
            choice: What is handed over.
            parallel: Parallel text, for formats that hold text.

        Raises:
            LanguageError: If the format's tool lacks a language.
            ConfigError: If the choice lacks something that the format needs.
        """
