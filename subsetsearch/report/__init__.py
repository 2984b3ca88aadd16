"""A study as one page: self-contained HTML, Markdown, or a picture of the front.

Whoever has read a study fills in :class:`ReportData`; nothing here reads a study itself.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from subsetsearch.errors import ConfigError

if TYPE_CHECKING:  # they load scipy, which the help of the commands does without
    from subsetsearch.report._html import render_html
    from subsetsearch.report._markdown import render_markdown
    from subsetsearch.report._png import render_png
    from subsetsearch.report._summary import answer, question
    from subsetsearch.report.data import ReportData

__all__ = [
    "PageName",
    "ReportData",
    "answer",
    "find_writer",
    "question",
    "render_html",
    "render_markdown",
    "render_png",
]

PageName = Literal["html", "md", "png"]
"""Kinds of pages."""

_FILES = {
    "ReportData": "data",
    "answer": "_summary",
    "question": "_summary",
    "render_html": "_html",
    "render_markdown": "_markdown",
    "render_png": "_png",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for."""
    if name not in _FILES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_FILES[name]}"), name)


def find_writer(path: Path, kind: PageName | None = None) -> Callable[[ReportData], str | bytes]:
    """Find what writes a page of a kind.

    Args:
        path: The page.
        kind: What the page's name says, if left out.

    Raises:
        ConfigError: If the name says none.
    """
    writers = {"html": "render_html", "md": "render_markdown", "png": "render_png"}
    name = kind or path.suffix.lstrip(".")
    if name not in writers:
        raise ConfigError(
            f"'{path.name}' is no report's name", where="--output", fix="give --format html, md or png"
        )
    writer: Callable[[ReportData], str | bytes] = __getattr__(writers[name])
    return writer
