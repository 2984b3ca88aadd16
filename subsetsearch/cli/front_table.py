"""The front in a terminal: a compact table and a small plot."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from rich.box import SIMPLE_HEAD
from rich.table import Table

from subsetsearch.analysis.front_row import FrontRow
from subsetsearch.config.rungs import SHORT, Rung

_WIDTH, _HEIGHT = 60, 10
_SHOWN = 6


def front_table(rows: Sequence[FrontRow], rung: Rung = SHORT) -> Table:
    """Lay rows out as a table, by rising cost.

    Args:
        rows: What is shown; marks are explained below the table.
        rung: What measured their proxies.
    """
    unit = rows[0].cost_unit if rows else "cost"
    columns = [column for column in _COLUMNS if column.always or any(column.cell(row) for row in rows)]
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, int(len(columns) <= 8), 0, 0))
    for column in columns:
        title = column.title.format(unit=unit.replace(" ", "\n", 1), proxy=rung.column.replace(" (", "\n("))
        table.add_column(title, justify=column.justify, no_wrap=True)
    table.add_column("languages", overflow="fold", min_width=12)
    for row in rows:
        table.add_row(*(column.cell(row) for column in columns), _names(row))
    table.caption = _caption(rows, rung)
    return table


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    cell: Callable[[FrontRow], str]
    justify: Literal["left", "right"] = "right"
    always: bool = True


def _marks(row: FrontRow) -> str:
    return "*" * row.on_front + "=" * (row.tied_with is not None) + ">" * row.recommended


def _score(value: float | None, std: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" + ("" if std is None else f"±{std:.3f}")


def _proxy(row: FrontRow) -> str:
    return "" if row.proxy is None else f"{row.proxy:.3f}{'~' if row.proxy_estimated else ''}"


def _level(row: FrontRow) -> str:
    return "" if row.pairs is None else f"{row.pairs:,}"


def _fresh(row: FrontRow) -> str:
    return _score(row.fresh.accuracy, row.fresh.std) if row.fresh else ""


_COLUMNS = (
    _Column("", _marks, "left"),
    _Column("trial", lambda row: "" if row.trial is None else str(row.trial)),
    _Column("n", lambda row: str(len(row.languages))),
    _Column("pairs\neach", _level, always=False),
    _Column("{unit}", lambda row: f"{row.cost:,.0f}"),
    _Column("accuracy\n(test)", lambda row: _score(row.accuracy, row.accuracy_std)),
    _Column("seeds", lambda row: str(row.n_seeds or "")),
    _Column(
        "fresh\nseeds",
        _fresh,
        always=False,
    ),
    _Column(
        "held\nout",
        lambda row: "" if row.held_out is None else f"{row.held_out:.3f}",
        always=False,
    ),
    _Column("{proxy}", _proxy),
    _Column("diver-\nsity", lambda row: "" if row.diversity is None else f"{row.diversity:.2f}"),
)


def _caption(rows: Sequence[FrontRow], rung: Rung) -> str:
    lines = ["* on the front   ± standard deviation over seeds"]
    if any(row.proxy_estimated for row in rows):
        lines[0] += "   ~ estimated from rung 1 alone"
    if any(row.tied_with is not None or row.recommended for row in rows):
        lines.append("= not told from a cheaper one by full runs   > cheapest as good as the best")
    if any(row.fresh for row in rows):
        lines.append("fresh seeds: accuracy with seeds drawn after the choice, so without its luck")
    if any(row.pairs is not None for row in rows):
        lines.append("pairs each: most sentence pairs of each language; without a number, all that it has")
    if any(row.held_out is not None for row in rows):
        lines.append("held out: accuracy on targets that no proxy has seen")
    return "\n".join([*lines, rung.caution])


def _names(row: FrontRow) -> str:
    if row.label:
        return row.label
    shown = " ".join(row.languages[:_SHOWN])
    more = f" +{len(row.languages) - _SHOWN}" if len(row.languages) > _SHOWN else ""
    published = f"{row.strategies[0]}: " if row.strategies else ""
    return f"{published}{shown}{more}"


def front_plot(rows: Sequence[FrontRow], rung: Rung = SHORT) -> str:
    """Draw cost against measured accuracy (against the proxy, before full runs) in characters.

    Args:
        rows: What is drawn: ``o`` on the front, ``.`` others, ``s`` published strategies, ``N`` none,
            ``A`` all.
        rung: What measured their proxies.
    """
    measured = [(row, row.accuracy) for row in rows if row.accuracy is not None]
    name = "accuracy (test)"
    if len(measured) < 2:
        measured = [(row, row.proxy) for row in rows if row.proxy is not None]
        name = f"{rung.column}, nothing measured on test data yet"
    if len(measured) < 2:
        return ""
    costs = [math.log1p(row.cost) for row, _ in measured]
    values = [value for _, value in measured]
    span_c = (max(costs) - min(costs)) or 1.0
    span_v = max(values) - min(values)
    height = _HEIGHT if span_v else 1  # equal values are one line, not a scale around them
    grid = [[" "] * _WIDTH for _ in range(height)]
    for row, value in measured:
        column = round((math.log1p(row.cost) - min(costs)) / span_c * (_WIDTH - 1))
        line = round((max(values) - value) / (span_v or 1.0) * (height - 1))
        other = "o" if row.on_front else "s" if row.strategies else "."
        mark = {"none": "N", "all": "A"}.get(row.label, other)
        grid[line][column] = mark
    lines = [f"{name}   o front   . dominated   s published strategy   N none   A all"]
    for number, cells in enumerate(grid):
        edge = max(values) - number / max(1, height - 1) * span_v
        lines.append(f"{edge:7.3f} |" + "".join(cells))
    lines.append(" " * 8 + "+" + "-" * _WIDTH)
    ends = [row.cost for row, _ in measured]
    left, right = f"{min(ends):,.0f}", f"{max(ends):,.0f} {measured[0][0].cost_unit} (logarithmic)"
    lines.append(" " * 9 + left + right.rjust(_WIDTH - len(left)))
    return "\n".join(lines)
