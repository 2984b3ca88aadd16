"""The front as a picture, for slides and papers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from realign_core.support.extras import require
from subsetsearch.report._summary import chosen_index, title
from subsetsearch.report.data import ReportData, ReportRow

_DEAR = 8
"""So many times the median cost, and the axis is logarithmic."""


def _published(row: ReportRow) -> bool:
    """Whether a strategy chose it; ``none`` and ``all`` keep their own marks."""
    return row.label not in ("none", "all") and bool(row.label or row.strategies)


_KINDS = (
    ("searched subset", "o", "#0072b2", lambda row: not row.label and not row.strategies),
    ("none", "s", "#d55e00", lambda row: row.label == "none"),
    ("all", "^", "#009e73", lambda row: row.label == "all"),
    ("published strategy", "*", "#9a5fb5", _published),
)
_STAR = _KINDS[-1]


def render_png(data: ReportData, *, dpi: int = 160) -> bytes:
    """Draw measured accuracy over proxies, each on its own scale, against data cost.

    Args:
        data: What is shown. Without rows, a picture that says so.
        dpi: Dots per inch; the picture is 8 × 5.5 inches.

    Returns:
        A PNG file.

    Raises:
        MissingExtraError: If matplotlib is not installed.
    """
    require("matplotlib", extra="report", purpose="draw the PNG report")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5.5), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(_plain(data.study, 70), x=0.01, ha="left", weight="bold")
    measured = [row for row in data.rows if row.accuracy is not None]
    guessed = [row for row in data.rows if row.proxy is not None]
    panels = [panel for panel, rows in (("measured", measured), ("proxy", guessed)) if rows]
    if not panels:
        figure.text(0.5, 0.5, "no subset has been scored yet", ha="center", color="#566270")
    axes: list[Any] = []
    if panels:
        ratios = [3, 2][: len(panels)]
        axes = list(figure.subplots(len(panels), 1, sharex=True, squeeze=False, height_ratios=ratios)[:, 0])
    for panel, axis in zip(panels, axes, strict=True):
        if panel == "measured":
            _measured(axis, measured, data)
        else:
            _proxies(axis, guessed, data)
        _frame(axis)
    if panels:
        _spread(axes[-1], sorted(row.cost for row in data.rows if row.cost > 0))
        axes[-1].set_xlabel(_plain(f"data cost ({data.unit})", 60))
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=dpi, metadata={"Title": "front", "Software": "subsetsearch"})
    return out.getvalue()


def _spread(axis: Any, costs: Sequence[float]) -> None:
    """Draw costs logarithmically where ``all`` is so dear that the others would lie on one spot."""
    if not costs or costs[-1] <= _DEAR * costs[len(costs) // 2]:
        return
    axis.set_xscale("symlog", linthresh=costs[0], linscale=0.4)  # 0, the cost of none, has its place
    axis.set_xlim(-0.3 * costs[0], 1.6 * costs[-1])
    decades = [10.0**k for k in range(12) if costs[0] <= 10.0**k <= 1.6 * costs[-1]]
    axis.set_xticks([0.0, *decades], [f"{tick:,.0f}" for tick in (0.0, *decades)])
    axis.minorticks_off()


def _frame(axis: Any) -> None:
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(color="#dde2e8", linewidth=0.7)
    axis.set_axisbelow(True)
    axis.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def _measured(axis: Any, rows: Sequence[ReportRow], data: ReportData) -> None:
    for name, marker, color, test in _KINDS:
        own = [row for row in rows if test(row)]
        if own:
            axis.errorbar(
                [row.cost for row in own],
                [100 * (row.accuracy or 0.0) for row in own],
                [100 * (row.std or 0.0) for row in own],
                fmt=marker, color=color, capsize=3, markersize=10 if marker == "*" else 7, label=name,
                markerfacecolor="none" if marker == "*" else color,
            )  # fmt: skip
    steps = _staircase(rows)
    axis.step(
        [x for x, _ in steps], [y for _, y in steps], where="post", color="#0072b2", linestyle=":", zorder=1
    )
    index = chosen_index(data)
    if index is not None and data.rows[index].accuracy is not None:
        row = data.rows[index]
        place = (row.cost, 100 * (row.accuracy or 0.0))
        axis.plot(*place, "o", markersize=16, fillstyle="none", color="#e69f00", markeredgewidth=2.5)
        axis.annotate(
            _plain(title(row, data), 40), place, xytext=(12, -16), textcoords="offset points", color="#16202b"
        )
    axis.set_ylabel(_plain(f"test {data.metric}, %", 40))
    axis.legend(frameon=False, loc="best")


def _proxies(axis: Any, rows: Sequence[ReportRow], data: ReportData) -> None:
    own = [row for row in rows if _published(row)]
    axis.scatter(
        [row.cost for row in own], [100 * (row.proxy or 0.0) for row in own],
        s=70, marker=_STAR[1], facecolors="none", edgecolors=_STAR[2],
    )  # fmt: skip
    for front, color, size in ((False, "#9aa5b1", 14), (True, "#16202b", 30)):
        own = [row for row in rows if row.on_front is front and not _published(row)]
        axis.scatter(
            [row.cost for row in own],
            [100 * (row.proxy or 0.0) for row in own],
            s=size, marker="D", facecolors="none", edgecolors=color,
        )  # fmt: skip
    axis.set_ylabel(f"{data.rung.column.replace(' (', chr(10) + '(')}, %")


def _staircase(rows: Sequence[ReportRow]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for row in sorted(rows, key=lambda row: (row.cost, -(row.accuracy or 0.0))):
        value = 100 * (row.accuracy or 0.0)
        if not found or value > found[-1][1]:
            found.append((row.cost, value))
    return found


def _plain(text: str, most: int) -> str:
    """One short line in which matplotlib sees no formulae."""
    line = " ".join(text.split())
    return (line if len(line) <= most else f"{line[: most - 1]}…").replace("$", r"\$")
