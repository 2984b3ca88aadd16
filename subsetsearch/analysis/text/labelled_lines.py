"""Results that are read as a title and labelled lines."""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from collections.abc import Iterator


class Sheet(ABC):
    """A result that shows itself as a title and labelled lines, in a terminal and in a notebook."""

    __slots__ = ()

    @property
    @abstractmethod
    def title(self) -> str:
        """What it is about, in a line."""

    @abstractmethod
    def lines(self) -> Iterator[tuple[str, str]]:
        """Labels with what belongs to them; an empty label goes on with the one before."""

    def __repr__(self) -> str:
        lines = list(self.lines())
        width = max((len(label) for label, _ in lines), default=0)
        return "\n".join([self.title, *(f"  {label:<{width}}  {text}" for label, text in lines)])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{html.escape(label)}</th>"
            f"<td style='text-align:left'>{html.escape(text)}</td></tr>"
            for label, text in self.lines()
        )
        return f"<p><b>{html.escape(self.title)}</b></p><table>{rows}</table>"


def duration(seconds: float) -> str:
    """Write a time as people say it: ``40 s``, ``12 min``, ``3.5 h``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
