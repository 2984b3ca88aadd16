r"""Griffe extension: the roles in our docstrings (``:math:``, ``.. math::``, ``:class:``) as Markdown."""

from __future__ import annotations

import re
from typing import Any

import griffe


class Roles(griffe.Extension):
    """Rewrites every docstring before it is parsed."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite one object's docstring."""
        if obj.docstring is not None:
            obj.docstring.value = markdown(obj.docstring.value)


def markdown(text: str) -> str:
    """Turn roles into Markdown: formulas between dollars, names as code."""
    text = re.sub(r":math:`([^`]+)`", lambda m: f"${m.group(1)}$", text)
    text = re.sub(r":\w+:`~?([^`]+)`", lambda m: f"`{m.group(1).rpartition('.')[2]}`", text)
    text = re.sub(r"^Example:$", "Examples:", text, flags=re.M)  # the section whose prompts are known
    lines: list[str] = []
    block = False
    for line in text.splitlines():
        bare = line.strip()
        if bare.startswith(".. math::"):
            block = True
            lines += ["$$", bare.removeprefix(".. math::").strip()]
        elif block and not bare:
            block = False
            lines += ["$$", ""]
        else:
            lines.append(bare if block else line)
    return "\n".join([*lines, "$$"] if block else lines)
