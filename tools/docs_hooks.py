"""MkDocs hook: formulas become MathML while the site is built; pages need no script and no network."""

from __future__ import annotations

import html
import re
from typing import Any

from latex2mathml.converter import convert

_FORMULA = re.compile(r'<(span|div) class="arithmatex">(.*?)</\1>', re.S)


def on_page_content(content: str, **_: Any) -> str:
    """Replace the formulas of one page."""
    return _FORMULA.sub(_mathml, content)


def _mathml(match: re.Match[str]) -> str:
    display = "block" if match.group(1) == "div" else "inline"
    formula = html.unescape(match.group(2)).strip()
    return convert(re.sub(r"^\\[(\[]|\\[)\]]$", "", formula).strip(), display=display)
