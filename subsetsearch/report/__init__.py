"""A study as one page: self-contained HTML, Markdown, or a picture of the front.

Whoever has read a study fills in :class:`ReportData`; nothing here reads a study itself.
"""

from __future__ import annotations

from subsetsearch.report._html import render_html
from subsetsearch.report._markdown import render_markdown
from subsetsearch.report._png import render_png
from subsetsearch.report._summary import answer, question, recommend
from subsetsearch.report.data import CalibrationRow, LanguageInfo, ReportData, ReportRow, StrategyLine

__all__ = [
    "CalibrationRow",
    "LanguageInfo",
    "ReportData",
    "ReportRow",
    "StrategyLine",
    "answer",
    "question",
    "recommend",
    "render_html",
    "render_markdown",
    "render_png",
]
