"""Single cells of the tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from benchmarks.study.entries import first_name
from subsetsearch.errors import count


def short(label: str) -> str:
    """A label whose strategies are many is cut, and the others are counted."""
    first = first_name(label)
    others = label.removeprefix(first).count(", ")
    return f"{first} and {count(others, 'name')} more" if others else label


def score(mean: float, sd: float | None, sign: Literal["", "+"] = "") -> str:
    rounded = round(100 * mean, 1) + 0.0  # what rounds to 0 has no sign of its own
    return f"{rounded:{sign}.1f}" + ("" if sd is None else f" ± {100 * sd:.1f}")


def p_value(value: float | None) -> str:
    """A probability as it is rounded in the summary; none is 0."""
    return "–" if value is None else f"{value:g}" if value else "<0.0001"


def points(value: float) -> str:
    """A gain in points with its sign."""
    return score(value, None, "+")


def singular(text: str) -> str:
    """Names of sets in a plan say "1 languages"."""
    return re.sub(r"\b1 languages\b", "1 language", text)


def gain(entry: Mapping[str, Any]) -> str:
    if entry["gain"] is None:
        return ""
    if entry["low"] is None:
        return points(entry["gain"])
    if entry["low"] == entry["high"]:
        return "0: the same runs"
    return f"{points(entry['gain'])} ({points(entry['low'])} to {points(entry['high'])})"


def plain(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"
