"""Tables that the page holds as they are: they stand without any script, and in print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from subsetsearch.analysis.front.front_row import FrontRow
from subsetsearch.analysis.text.wording import amount, metric_name, number
from subsetsearch.report._summary import tie, title, worse
from subsetsearch.report._sure import best_cell, gain_cell
from subsetsearch.report.data import ReportData


@dataclass(frozen=True, slots=True)
class PointColumn:
    """A column of the list of subsets.

    Args:
        name: By which the page's script finds its cells.
        head: What stands above it; with ``{unit}``, ``{gain}``, ``{metric}`` or ``{proxy}``.
        cell: What a subset has there.
        wide: Left out on a narrow screen.
        modelled: Only where there is a model of the runs; ``False`` where there is none, ``None`` for both.
    """

    name: str
    head: str
    cell: Callable[[FrontRow], str]
    wide: bool = False
    modelled: bool | None = None


def _number(value: float | None, std: float | None = None) -> str:
    return "–" if value is None else number(value, std)


_COLUMNS = (
    PointColumn("size", "Languages", lambda row: str(len(row.languages)), wide=True, modelled=False),
    PointColumn("cost", "Cost ({unit})", lambda row: amount(row.cost)),
    PointColumn("gain", "Expected {gain} [90\u00a0%]", gain_cell, modelled=True),
    PointColumn("best", "P(best)", best_cell, wide=True, modelled=True),
    PointColumn("score", "Test {metric}, %", lambda row: _number(row.accuracy, row.accuracy_std)),
    PointColumn("proxy", "{proxy}, %", lambda row: _number(row.proxy), wide=True),
)


def point_columns(data: ReportData) -> list[PointColumn]:
    """The columns of the list, with the study's own words above them.

    Those of the model are left out without one, and that of the proxy beside one, if no row has any.
    """
    decision = data.front.decision
    guessed = any(row.proxy is not None for row in data.front)
    words = {
        "unit": data.unit,
        "gain": decision.question.aim.column if decision else "gain",
        "metric": metric_name(data.front.metric),
        "proxy": data.front.rung.column,
    }
    return [
        replace(column, head=column.head.format_map(words))
        for column in _COLUMNS
        if column.modelled in (None, decision is not None)
        and (column.name != "proxy" or guessed or decision is None)
    ]


def point_rows(rows: Sequence[FrontRow], data: ReportData) -> list[dict[str, Any]]:
    """Lay out the list of subsets: those of the front, run and labelled ones.

    Args:
        rows: Those that are drawn, in their order.
        data: What is shown.

    Returns:
        Index of the row, title, tags and cells, one a subset.
    """
    columns = point_columns(data)
    return [
        {
            "index": i,
            "title": title(row),
            "front": row.on_front,
            "tie": tie(row, data),
            "worse": worse(row, data),
            "chosen": row is data.answer,
            "cells": [column.cell(row) for column in columns],
        }
        for i, row in enumerate(rows)
        if row.on_front or row.label or row.full or row.expected
    ]


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
    return _number(row.get(field), row.get(spread))
