"""Handing a choice of languages over to other tools, one format a file.

A format knows the codes that its tool uses and refuses languages that the tool does not have.
"""

from __future__ import annotations

from subsetsearch.analysis.front.choice import Choice, choice_from_languages
from subsetsearch.export._base import Exporter, ExportFormat, Rendered
from subsetsearch.export._write import FORMATS, export, find_format, render

__all__ = [
    "FORMATS",
    "Choice",
    "ExportFormat",
    "Exporter",
    "Rendered",
    "choice_from_languages",
    "export",
    "find_format",
    "render",
]
