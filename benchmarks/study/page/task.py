"""The page of one task, and its short section on the page of all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.study.analysis.goals import NOT_RUN
from benchmarks.study.page.cells import points, short, singular
from benchmarks.study.page.groups import first_table, group_tables
from benchmarks.study.summary import MAIN
from subsetsearch.errors import count


def section(name: str, task: Mapping[str, Any]) -> str:
    """What the page of all tasks says of one: its figure and its first table, the rest behind a link."""
    if task["state"] == NOT_RUN:
        return f"### {name}\n\nNot run yet: `make reproduce STUDY={name}`."
    blocks = [f"### {name}"]
    if task["runs"]:
        blocks.append(_figure(name, "results/figures"))
    if (group := task["groups"].get(MAIN[0])) is not None:
        blocks.append(f"All targets: {first_table(group)}")
    more = "by group of targets and by kind of set, calibration and arithmetic"
    blocks.append(f"More, {more}: [{name}](results/real/{name}.md).")
    return "\n\n".join(blocks)


def task_pages(found: Mapping[str, Any]) -> dict[str, str]:
    """Write the page of each task that was begun, by its name."""
    return {name: _page(name, task) for name, task in found["tasks"].items() if task["state"] != NOT_RUN}


def _page(name: str, task: Mapping[str, Any]) -> str:
    """Everything that the rows of a task say, group by group."""
    blocks = [
        f"# {name}",
        "Written by `python -m benchmarks.study`. What is compared: [the real study](../../README.md).",
        _model(task["model"]),
    ]
    if task["runs"]:
        blocks += [_arithmetic(task), _figure(name, "../figures")]
    blocks += [group_tables(group, of_group) for group, of_group in task["groups"].items()]
    return singular("\n\n".join(blocks)) + "\n"


def _figure(name: str, folder: str) -> str:
    return f"![Data cost against the mean score, and gains by target]({folder}/{name}.png)"


def _arithmetic(task: Mapping[str, Any]) -> str:
    """What the runs were computed with, and what other machines and encoders found."""
    kernels = [f"{count(runs, 'run')} in {kernel}" for kernel, runs in task["arithmetic"].items()]
    told = [f"Arithmetic: {', '.join(kernels)}."]
    told += [_again(encoder, again) for encoder, again in task["again"].items()]
    return " ".join(told)


def _again(encoder: str, again: Mapping[str, Any]) -> str:
    """Scores can be compared between machines, gains between encoders too."""
    kernels, runs = " and ".join(again["arithmetic"]) or "arithmetic not known", count(again["runs"], "run")
    gains = "; ".join(
        f"{short(label)} {points(first)} and {points(second)}"
        for label, (first, second) in again["gains"].items()
    )
    if encoder:
        return f"{runs} with {encoder} too ({kernels}). Gains with both encoders, in points: {gains}."
    among = "" if again["low"] is None else f" ({100 * again['low']:+.2f} to {100 * again['high']:+.2f})"
    return (
        f"{runs} were done once more on another machine ({kernels}): a run's mean differs by "
        f"{100 * again['apart']:.2f} points, their average by {100 * again['difference']:+.2f}{among}. "
        f"Gains on both, in points: {gains}."
    )


def _model(model: Mapping[str, Any] | None) -> str:
    if model is None:
        return "Calibration of the model: no subset was run with the seeds of no realignment yet."
    rank = "not known" if model["rank_correlation"] is None else f"{model['rank_correlation']:.2f}"
    side = "much" if model["bias_points"] > 0 else "little"
    return (
        f"The model of the search, asked before any run on test data: its 90 % intervals hold "
        f"{100 * model['coverage_of_90']:.0f} % of the measured gains of {model['subsets']} subsets. "
        f"All gains are over the same runs of no realignment, whose luck moves all of them alike: if this "
        f"common error is taken off, the intervals hold {100 * model['coverage_without_bias']:.0f} %. "
        f"The rank correlation is {rank}; the model expects {abs(model['bias_points']):.2f} points too "
        f"{side} on average, and is off by {model['error_points']:.2f}."
    )
