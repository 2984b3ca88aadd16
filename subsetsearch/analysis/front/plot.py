"""The front as a picture, for notebooks, slides and papers."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from realign_core.support.program.extras import require
from subsetsearch.analysis.front.front_row import FrontRow
from subsetsearch.analysis.model.aims import Aim
from subsetsearch.analysis.model.posterior import REACH
from subsetsearch.analysis.text.wording import metric_name, subset_name
from subsetsearch.config.rungs import RungWords
from subsetsearch.subset import Subset

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn of a front.

    Args:
        rows: By rising cost.
        name: Of the study.
        metric: Of the full runs, as in data.
        rung: What measured the proxies.
        curve: What is drawn as the front.
        aim: What is expected of the rows; ``None`` without a model.
    """

    rows: Sequence[FrontRow]
    name: str
    metric: str
    rung: RungWords
    curve: Sequence[FrontRow]
    aim: Aim | None = None


_Values = Mapping[Subset, tuple[float, float]]
_Panel = tuple[list[FrontRow], str, Callable[[Any, Sequence[FrontRow], Drawing], None]]

_FAR = 8
"""If the highest cost is more than this many times the median cost, the axis is logarithmic."""


def _published(row: FrontRow) -> bool:
    """Whether a strategy chose it; ``none`` and ``all`` keep their own marks."""
    return not row.label and bool(row.strategies)


_KINDS = (
    ("searched subset", "o", "#0072b2", lambda row: not row.label and not row.strategies),
    ("none", "s", "#d55e00", lambda row: row.label == "none"),
    ("all", "^", "#009e73", lambda row: row.label == "all"),
    ("published strategy", "*", "#9a5fb5", _published),
)
_STAR = _KINDS[-1]


def draw(front: Drawing) -> Figure:
    """Draw expected gains over proxies, each on its own scale, against data cost.

    Without a model of all runs, measured accuracies stand in the place of expected gains.

    Args:
        front: What is shown. Without rows, a picture that says so.

    Returns:
        A figure of 8 × 5.5 inches; a notebook shows it.

    Raises:
        MissingExtraError: If matplotlib is not installed.
    """
    require("matplotlib", extra="report", purpose="draw a front")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    class Picture(Figure):
        """A figure that a notebook shows, whether or not pyplot was imported there."""

        def _repr_png_(self) -> bytes:
            self.savefig(file := io.BytesIO(), format="png", dpi=90)
            return file.getvalue()

    figure = Picture(figsize=(8, 5.5), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(_plain(front.name, 70), x=0.01, ha="left", weight="bold")
    panels = [panel for panel in (_upper(front), _lower(front)) if panel[0]]
    if not panels:
        figure.text(0.5, 0.5, "no subset has been scored yet", ha="center", color="#566270")
        return figure
    ratios = [3, 2][: len(panels)]
    axes = figure.subplots(len(panels), 1, sharex=True, squeeze=False, height_ratios=ratios)[:, 0]
    for (drawn, label, paint), axis in zip(panels, axes, strict=True):
        paint(axis, drawn, front)
        axis.set_ylabel(label)
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(color="#dde2e8", linewidth=0.7)
        axis.set_axisbelow(True)
        axis.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    _spread(axes[-1], sorted(row.cost for row in front.rows if row.cost > 0))
    axes[-1].set_xlabel(_plain(f"data cost ({front.rows[0].cost_unit})", 60))
    return figure


def _upper(front: Drawing) -> _Panel:
    """What is known by full runs."""
    if front.aim is None:
        measured = [row for row in front.rows if row.full is not None]
        return measured, _plain(f"test {metric_name(front.metric)}, %", 40), _measured
    ran = [row for row in front.rows if row.expected is not None]
    return ran, f"expected {front.aim.column}, points\n(90 % interval)", _expected


def _lower(front: Drawing) -> _Panel:
    """What the search saw."""
    guessed = [row for row in front.rows if row.proxy is not None]
    return guessed, f"{front.rung.column.replace(' (', chr(10) + '(')}, %", _proxies


def _spread(axis: Any, costs: Sequence[float]) -> None:
    """Draw costs logarithmically where ``all`` costs so much that the others would lie on one spot."""
    if not costs or costs[-1] <= _FAR * costs[len(costs) // 2]:
        return
    axis.set_xscale("symlog", linthresh=costs[0], linscale=0.4)  # 0, the cost of none, has its place
    axis.set_xlim(-0.3 * costs[0], 1.6 * costs[-1])
    decades = [10.0**k for k in range(12) if costs[0] <= 10.0**k <= 1.6 * costs[-1]]
    axis.set_xticks([0.0, *decades], [f"{tick:,.0f}" for tick in (0.0, *decades)])
    axis.minorticks_off()


def _measured(axis: Any, rows: Sequence[FrontRow], front: Drawing) -> None:
    """Measured scores with their spread over seeds."""
    values = {row.subset: (100 * (row.accuracy or 0.0), 100 * (row.accuracy_std or 0.0)) for row in rows}
    _marks(axis, rows, values)
    _curve_and_ring(axis, front, values)


def _expected(axis: Any, rows: Sequence[FrontRow], front: Drawing) -> None:
    """Expected gains with their 90 % intervals; small hollow marks are what was measured."""
    values = {
        row.subset: (100 * row.expected.worth, 100 * REACH * row.expected.sd) for row in rows if row.expected
    }
    if front.aim is not None and front.aim.of_mean:
        ran = [row for row in rows if row.measured_gain is not None]
        axis.scatter(
            [row.cost for row in ran],
            [100 * (row.measured_gain or 0.0) for row in ran],
            s=16, facecolors="none", edgecolors="#566270", linewidths=0.9, label="measured", zorder=5,
        )  # fmt: skip
    axis.axhline(0.0, color="#566270", linewidth=0.8, zorder=1)
    _marks(axis, rows, values)
    _curve_and_ring(axis, front, values)


def _marks(axis: Any, rows: Sequence[FrontRow], values: _Values) -> None:
    """Draw rows by their kinds, with error bars."""
    for name, marker, color, test in _KINDS:
        kind = [row for row in rows if test(row)]
        if kind:
            axis.errorbar(
                [row.cost for row in kind],
                [values[row.subset][0] for row in kind],
                [values[row.subset][1] for row in kind],
                fmt=marker, color=color, capsize=3, markersize=10 if marker == "*" else 7, label=name,
                markerfacecolor="none" if marker == "*" else color,
            )  # fmt: skip


def _curve_and_ring(axis: Any, front: Drawing, values: _Values) -> None:
    """Draw the front as a staircase, and a ring around what is recommended."""
    steps = front.curve
    axis.step(
        [row.cost for row in steps], [values[row.subset][0] for row in steps],
        where="post", color="#0072b2", linestyle=":", zorder=1,
    )  # fmt: skip
    for row in front.rows:
        if row.recommended and row.subset in values:
            place = (row.cost, values[row.subset][0])
            axis.plot(*place, "o", markersize=16, fillstyle="none", color="#e69f00", markeredgewidth=2.5)
            text = _plain(subset_name(row.subset, row.label), 40)
            axis.annotate(text, place, xytext=(12, -16), textcoords="offset points", color="#16202b")
    axis.legend(frameon=False, loc="best")


def _proxies(axis: Any, rows: Sequence[FrontRow], _: Drawing) -> None:
    kinds = (
        ([row for row in rows if _published(row)], _STAR[1], _STAR[2], 70),
        ([row for row in rows if not row.on_front and not _published(row)], "D", "#9aa5b1", 14),
        ([row for row in rows if row.on_front and not _published(row)], "D", "#16202b", 30),
    )
    for kind, marker, color, size in kinds:
        axis.scatter(
            [row.cost for row in kind], [100 * (row.proxy or 0.0) for row in kind],
            s=size, marker=marker, facecolors="none", edgecolors=color,
        )  # fmt: skip


def _plain(text: str, most: int) -> str:
    """One short line in which matplotlib sees no formulae."""
    line = " ".join(text.split())
    return (line if len(line) <= most else f"{line[: most - 1]}…").replace("$", r"\$")
