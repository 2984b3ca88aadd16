"""Single cells of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal


def short(label: str) -> str:
    """A label whose strategies are many is cut."""
    first, *others = label.split(", ")
    return (
        label
        if not label.startswith("published") or not others
        else f"{first} and {len(others)} of the same set"
    )


def score(mean: float, sd: float | None, sign: Literal["", "+"] = "") -> str:
    return f"{100 * mean:{sign}.1f}" + ("" if sd is None else f" ± {100 * sd:.1f}")


def gain(entry: Mapping[str, Any]) -> str:
    if entry["gain"] is None:
        return ""
    if entry["low"] is None:
        return f"{100 * entry['gain']:+.1f}"
    if entry["low"] == entry["high"]:
        return "0: the same runs"
    return f"{100 * entry['gain']:+.1f} ({100 * entry['low']:+.1f} to {100 * entry['high']:+.1f})"


def plain(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"
