"""How the reference pages are written."""

from __future__ import annotations

import re

HEAD = "<!-- Written by tools/reference; edit the docstrings of the models instead. -->\n\n"


def plain(text: str) -> str:
    """Turn the roles of docstrings into Markdown code."""
    text = re.sub(r":\w+:`~?([^`]+)`", lambda m: f"`{m.group(1).rpartition('.')[2]}`", text)
    return text.replace("``", "`")


def cell(text: str) -> str:
    """Write a text as a cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ")
