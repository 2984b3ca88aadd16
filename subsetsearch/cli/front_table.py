"""The front in a terminal: a compact table and a small plot."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table

from subsetsearch.pareto.table import Row

_WIDTH, _HEIGHT = 60, 10
_SHOWN = 6


def front_table(rows: Sequence[Row]) -> Table:
    """Lay rows out as a table, by rising cost.

    Args:
        rows: What is shown; a star marks the front.
    """
    unit = rows[0].cost_unit if rows else "cost"
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name, justify in (
        ("", "left"),
        ("trial", "right"),
        ("n", "right"),
        (unit.replace(" ", "\n", 1), "right"),
        ("accuracy\n(test)", "right"),
        ("seeds", "right"),
        ("proxy\n(dev)", "right"),
        ("diver-\nsity", "right"),
    ):
        table.add_column(name, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    table.add_column("languages", overflow="fold")
    for row in rows:
        table.add_row(
            "*" if row.on_front else "",
            "" if row.trial is None else str(row.trial),
            str(len(row.languages)),
            f"{row.cost:,.0f}",
            _accuracy(row),
            str(row.n_seeds or ""),
            "" if row.proxy is None else f"{row.proxy:.3f}{'' if row.proxy_rung == 2 else '~'}",
            "" if row.diversity is None else f"{row.diversity:.2f}",
            row.label or _names(row.languages),
        )
    table.caption = (
        "* on the front   ± standard deviation over seeds   ~ estimated from rung 1 alone\n"
        "proxy and accuracy are different measures and cannot be compared"
    )
    return table


def _accuracy(row: Row) -> str:
    if row.accuracy is None:
        return ""
    return f"{row.accuracy:.3f}" + ("" if row.accuracy_std is None else f" ± {row.accuracy_std:.3f}")


def _names(languages: Sequence[str]) -> str:
    shown = " ".join(languages[:_SHOWN])
    return shown if len(languages) <= _SHOWN else f"{shown} +{len(languages) - _SHOWN}"


def front_plot(rows: Sequence[Row]) -> str:
    """Draw cost against measured accuracy (against the proxy, before full runs) in characters.

    Args:
        rows: What is drawn: ``o`` on the front, ``.`` others, ``N`` none, ``A`` all.
    """
    measured = [(row, row.accuracy) for row in rows if row.accuracy is not None]
    name = "accuracy (test)"
    if len(measured) < 2:
        measured = [(row, row.proxy) for row in rows if row.proxy is not None]
        name = "proxy (dev), no accuracies yet"
    if len(measured) < 2:
        return ""
    costs = [math.log1p(row.cost) for row, _ in measured]
    values = [value for _, value in measured]
    span_c = (max(costs) - min(costs)) or 1.0
    span_v = (max(values) - min(values)) or 1.0
    grid = [[" "] * _WIDTH for _ in range(_HEIGHT)]
    for row, value in measured:
        column = round((math.log1p(row.cost) - min(costs)) / span_c * (_WIDTH - 1))
        line = round((max(values) - value) / span_v * (_HEIGHT - 1))
        mark = {"none": "N", "all": "A"}.get(row.label, "o" if row.on_front else ".")
        grid[line][column] = mark
    lines = [f"{name}   o front   . dominated   N none   A all"]
    for number, cells in enumerate(grid):
        edge = max(values) - number / (_HEIGHT - 1) * span_v
        lines.append(f"{edge:7.3f} |" + "".join(cells))
    lines.append(" " * 8 + "+" + "-" * _WIDTH)
    ends = [row.cost for row, _ in measured]
    left, right = f"{min(ends):,.0f}", f"{max(ends):,.0f} {measured[0][0].cost_unit} (logarithmic)"
    lines.append(" " * 9 + left + right.rjust(_WIDTH - len(left)))
    return "\n".join(lines)
