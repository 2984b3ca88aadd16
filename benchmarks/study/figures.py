"""A picture a task: cost against score for seen and held-out targets, gains by target, the model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.study.analysis.calibrate import calibration
from benchmarks.study.analysis.measured import Measured
from benchmarks.study.entries import (
    CARRIED,
    COST,
    DIVERSE,
    ENDS,
    OURS,
    PEER,
    PUBLISHED,
    RANDOM,
    TRAITS,
    UNTOUCHED,
)
from benchmarks.study.order import ordered_runs

COLOURS = {
    ENDS: "black",
    OURS: "#d55e00",
    PUBLISHED: "#0072b2",
    RANDOM: "#999999",
    DIVERSE: "#009e73",
    TRAITS: "#cc79a7",
    PEER: "#e69f00",
    CARRIED: "#8c564b",
    COST: "#56b4e9",
}
"""Kind to a colour that the colour-blind tell apart."""


def draw(name: str, measured: Measured, folder: Path) -> Path:
    """Draw a task as far as it was run.

    Args:
        name: Of the task.
        measured: Its rows, at least one.
        folder: Where the picture goes.
    """
    figure = Figure(figsize=(12, 8), layout="constrained")
    axes = figure.subplots(2, 2)
    for place, group in enumerate(("seen by the search", "held out")):
        _front(axes[0, place], measured, group)
    _gains(axes[1, 0], measured)
    _foretold(axes[1, 1], measured)
    kinds: dict[str, Artist] = {}
    for axis in axes[0]:
        marks, labels = axis.get_legend_handles_labels()
        kinds |= dict(zip(labels, marks, strict=True))
    # Below all, where it hides no point.
    figure.legend(kinds.values(), kinds.keys(), loc="outside lower center", ncols=9, fontsize=8)
    figure.suptitle(f"{name}: {measured.done} of {len(ordered_runs(measured.plan))} runs")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    figure.savefig(path, dpi=80, metadata={"Software": None})
    return path


def _front(axis: Axes, measured: Measured, group: str) -> None:
    """Cost against the mean gain of a group of targets over common seeds; hollow where seeds are missing."""
    for kind, colour in COLOURS.items():
        for whole, points in front_points(measured, kind, measured.groups.get(group, ())).items():
            if points:
                axis.scatter(
                    [cost for cost, _ in points],
                    [gain for _, gain in points],
                    edgecolors=colour,
                    facecolors=colour if whole else "none",
                    label=kind if whole else f"{kind}, not all seeds",
                    s=24,
                )
    axis.set_xscale("symlog", linthresh=100)
    axis.set_xlabel("sentence pairs")
    axis.set_ylabel("points over no realignment")
    axis.set_title(group)


def front_points(
    measured: Measured, kind: str, targets: Sequence[str]
) -> dict[bool, list[tuple[float, float]]]:
    """Costs and gains in points of a kind's entries, by whether they have all seeds.

    Args:
        measured: Rows.
        kind: Of the entries.
        targets: Of which means are taken; there is nothing without any.
    """
    found: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for entry in measured.compared(targets) if targets else ():
        gain = measured.difference(entry, UNTOUCHED, targets)
        if entry.kind == kind and entry.targets is None and gain is not None:
            found[measured.whole(entry)].append((entry.cost, 100 * gain.mean))
    return found


def _gains(axis: Axes, measured: Measured) -> None:
    """Gain of each target by what is recommended, lowest first."""
    axis.set_title("our pick by target (pale: held out)")
    if not measured.recommended.languages:
        axis.text(0.5, 0.5, "our pick is no realignment: no target gains or loses", ha="center", va="center")
        axis.set_axis_off()
        return
    found = {
        key: measured.difference(measured.recommended, UNTOUCHED, (key,)) for key in measured.plan.targets
    }
    known = sorted((difference.mean, key) for key, difference in found.items() if difference is not None)
    facts = measured.plan.targets
    colours = ["#f2bf99" if facts[key].held_out else "#d55e00" for _, key in known]
    axis.bar([key for _, key in known], [100 * mean for mean, _ in known], color=colours)
    axis.tick_params(axis="x", rotation=90, labelsize=6)
    axis.axhline(0, color="black", linewidth=0.5)
    axis.set_ylabel("points over no realignment")


def _foretold(axis: Axes, measured: Measured) -> None:
    """What the model expected against what was measured."""
    model = calibration(measured)
    axis.set_title("what the model of the search expected")
    axis.set_xlabel("expected gain, points (90 % interval)")
    axis.set_ylabel("measured gain, points")
    if model is None:
        return
    expected = [100 * one.expected for one in model.forecasts]
    gains = [100 * one.measured for one in model.forecasts]
    reach = [100 * 1.645 * one.sd for one in model.forecasts]
    axis.errorbar(expected, gains, xerr=reach, fmt="o", color="#0072b2", markersize=3, linewidth=0.5)
    ends = [min(expected + gains), max(expected + gains)]
    axis.plot(ends, ends, color="black", linewidth=0.5)
