"""Tables that the page holds as they are: they stand without any script, and in print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from subsetsearch.analysis.words import amount, metric_name, number
from subsetsearch.report.data import ReportData


def point_rows(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Lay out the list of subsets: those of the front, measured and labelled ones.

    Args:
        content: What the page's script gets.

    Returns:
        Index of the row, title, tags and cells, one a subset.
    """
    rows = content["rows"]
    shown = [
        i
        for i, row in enumerate(rows)
        if row.get("front") or (row.get("label") and not row.get("strategies")) or "accuracy" in row
    ]
    return [
        {
            "index": i,
            "title": rows[i]["title"],
            "front": bool(rows[i].get("front")),
            "tie": rows[i].get("tie", ""),
            "worse": rows[i].get("worse", ""),
            "chosen": i == content["chosen"],
            "cells": (
                str(len(rows[i]["languages"])),
                amount(rows[i]["cost"]),
                _known(rows[i], "accuracy", "std"),
                _known(rows[i], "proxy"),
            ),
        }
        for i in shown
    ]


def point_head(data: ReportData) -> tuple[str, ...]:
    """Names of the list's columns."""
    rung = data.front.rung
    return (
        "Subset",
        "Languages",
        f"Cost ({data.unit})",
        f"Test {metric_name(data.front.metric)}, %",
        f"{rung.column}, %",
    )


def score_rows(content: Mapping[str, Any], data: ReportData) -> dict[str, Any]:
    """Lay out the score of every target with every measured subset.

    Args:
        content: What the page's script gets.
        data: What is shown.

    Returns:
        The measured subsets (index and title), and one line a target: its index, its name, its cells.
        Means come first: those over the targets that the search saw, and over held-out ones.
    """
    measured = [(i, row) for i, row in enumerate(content["rows"]) if row.get("scores")]
    held = set(content["heldOut"])
    names = [language["name"] for language in content["languages"]]
    means = [("mean", "Mean of searched targets" if held else "Mean of all targets", "accuracy")]
    means += [("held", "Mean of held-out targets", "heldOut")] if held else []
    lines = [
        {"target": key, "name": name, "cells": [_known(row, field) for _, row in measured]}
        for key, name, field in means
    ]
    for target in sorted(content["targets"], key=lambda target: (target in held, names[target])):
        mark = " *" if target in held else ""
        cells = [_known(row["scores"], str(target)) for _, row in measured]
        lines.append({"target": target, "name": names[target] + mark, "cells": cells})
    heads = [{"index": i, "title": row["title"], "cost": row["costText"]} for i, row in measured]
    return {"heads": heads, "lines": lines if measured else [], "held": bool(held), "unit": data.unit}


def _known(row: Mapping[str, Any], field: str, spread: str = "") -> str:
    value = row.get(field)
    return "–" if value is None else number(value, row.get(spread))
