"""What every export format does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from realign_core.data.parallel import ParallelSource
from subsetsearch.analysis.front.choice import Choice

ExportFormat = Literal[
    "json", "yaml", "csv", "txt", "latex", "mtdata", "opusfilter", "opustools", "hf-datasets",
    "sentence-transformers", "eflomal", "fast_align", "awesome-align", "reference-cli", "realign", "pairs",
    "pairs-moses",
]  # fmt: skip
"""What the user writes after ``--to``."""

Rendered = str | Mapping[str, str]
"""The text of one file, or relative path to text where a format needs several files."""


@dataclass(frozen=True, slots=True)
class Exporter:
    """One format, a row of :data:`subsetsearch.export.FORMATS`.

    Args:
        name: Name of the format.
        description: What it is, in half a line.
        suffix: Ending of the file's name; empty where a folder is written.
        render: Writes a choice. Formats that hold text take it from the parallel source, or from that of
            the choice's recipe.

    Calls of ``render`` raise:

    - LanguageError: If the format's tool lacks a language.
    - ConfigError: If the choice lacks something that the format needs.
    """

    name: ExportFormat
    description: str
    suffix: str
    render: Callable[[Choice, ParallelSource | None], Rendered]
