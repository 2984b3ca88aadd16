"""What ``studies/README.md`` says: how far each task is, losses, goals, the model, each task in short."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.study.analysis.goals import NOT_RUN
from benchmarks.study.page.cells import plain, singular
from benchmarks.study.page.goals import goals, losses
from benchmarks.study.page.task import section
from subsetsearch.errors import count
from subsetsearch.languages import resolve


def overview(found: Mapping[str, Any]) -> list[str]:
    """Write a summary as Markdown: how far it is, losses, goals, the model, then a task after the other."""
    tasks = found["tasks"]
    sections = [section(name, task) for name, task in tasks.items()]
    parts = [_progress(tasks), losses(found), goals(found["goals"]), *_models(tasks), *sections]
    return [singular(part) for part in parts]


def _progress(tasks: Mapping[str, Any]) -> str:
    lines = [
        "| task | state | full runs | recommended by the search (pairs) | search, minutes (budget) "
        "| all strategies in full, minutes (by those that were run) |",
        "|-|-|-:|-|-:|-:|",
    ]
    for name, task in tasks.items():
        if task["state"] == NOT_RUN:
            lines.append(f"| {name} | {NOT_RUN} | – | – | – | – |")
            continue
        search, grid = task["search"], plain(task["search"]["all_strategies_minutes"])
        lines.append(
            f"| {name} | {task['state']} | {task['runs']} of {task['runs_planned']} | "
            f"{_recommended(task['recommended'])} | {search['minutes']:g} ({search['budget_minutes']:g}) | "
            f"{grid} |"
        )
    return "\n".join(lines)


def _recommended(pick: Mapping[str, Any]) -> str:
    """Name what a search recommends; many languages are counted."""
    keys = pick["languages"].split()
    named = ", ".join(resolve(key).name for key in keys) if len(keys) < 4 else count(len(keys), "language")
    return f"{named or 'none'} ({pick['cost']:,.0f})"


def _models(tasks: Mapping[str, Any]) -> Iterator[str]:
    """What the model of each search said before the first run on test data, beside what came out."""
    known = {name: task["model"] for name, task in tasks.items() if task.get("model")}
    if not known:
        return
    yield "### Does the model of the search know the gains?"
    yield (
        "Of the mean over the targets that the search saw, before any run of these subsets on test data. "
        "*Held*: how many of the measured gains lie in its 90 % intervals; if nearly all do, these are "
        "too wide. All gains are over the same runs of no realignment, so they are off together; "
        "*less bias* takes this common error off. *Bias*: how much more it expects than was measured, on "
        "average. *Error*: root of the mean squared difference."
    )
    lines = [
        "| task | subsets | held, % | held less bias, % | rank correlation | the same, held-out targets "
        "| bias, points | error, points |",
        "|-|-:|-:|-:|-:|-:|-:|-:|",
    ]
    for name, model in known.items():
        ranks = (model["rank_correlation"], model["rank_correlation_held_out"])
        shown = " | ".join("–" if rank is None else f"{rank:.2f}" for rank in ranks)
        lines.append(
            f"| {name} | {model['subsets']} | {100 * model['coverage_of_90']:.0f} | "
            f"{100 * model['coverage_without_bias']:.0f} | {shown} | "
            f"{model['bias_points']:+.2f} | {model['error_points']:.2f} |"
        )
    yield "\n".join(lines)
