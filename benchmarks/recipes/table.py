"""Figures of the benchmark: means over seeds, and differences seed by seed."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.recipes.tasks import TASKS

OLD = ("none", "old")
"""What every row is compared with: the defaults of before, without realignment."""


@dataclass(frozen=True)
class Row:
    """One setting of one task.

    Args:
        realignment: Name of its settings.
        finetuning: Likewise.
        scores: Seed to mean score over targets, in percent.
        differences: The same minus the old default's without realignment, of the seeds that have both.
    """

    realignment: str
    finetuning: str
    scores: Mapping[int, float]
    differences: Mapping[int, float]


def rows_of(task: str, table: Sequence[Mapping[str, str]]) -> list[Row]:
    """Sum up a task's runs, in the order in which its settings were first run."""
    by_setting: dict[tuple[str, str], dict[int, float]] = {}
    for run in table:
        if run["task"] == task:
            scores = by_setting.setdefault((run["realignment"], run["finetuning"]), {})
            scores[int(run["seed"])] = 100 * float(run["mean"])
    old = by_setting.get(OLD, {})
    return [
        Row(*names, scores, {seed: scores[seed] - old[seed] for seed in sorted(scores.keys() & old.keys())})
        for names, scores in by_setting.items()
    ]


def markdown(table: Sequence[Mapping[str, str]]) -> list[str]:
    """Write a table a task."""
    parts = []
    for name, task in TASKS.items():
        metric = next((run["metric"] for run in table if run["task"] == name), "")
        targets = next((len(run["targets"].split()) for run in table if run["task"] == name), 0)
        head = f"**`{name}`** (kind `{task.kind}`), {metric} (dev) over {targets} languages, in percent:"
        lines = [
            "| realignment | fine-tuning | seeds | score | minus `none`, `old`, by seed |",
            "|-|-|-:|-:|-:|",
        ]
        lines += [_line(row) for row in rows_of(name, table)]
        parts += [head, "\n".join(lines)]
    return parts


def summary(table: Sequence[Mapping[str, str]]) -> list[str]:
    """Write one line a task: the defaults of before, and today's without and with realignment."""
    lines = [
        "| task | kind | before, without realignment | default, without realignment | default, realigned |",
        "|-|-|-:|-:|-:|",
    ]
    for name, task in TASKS.items():
        scores = {(row.realignment, row.finetuning): row.scores for row in rows_of(name, table)}
        shown = (OLD, (OLD[0], task.default), (task.realigned, task.default))
        cells = [_cell(scores.get(settings, {})) for settings in shown]
        lines.append(f"| {name} | `{task.kind}` | {' | '.join(cells)} |")
    return ["\n".join(lines)]


def _cell(scores: Mapping[int, float]) -> str:
    if not scores:
        return "not measured"
    return f"{spread(scores)} ({len(scores)} seed{'s' * (len(scores) > 1)})"


def _line(row: Row) -> str:
    differences = " ".join(f"{value:+.1f}" for value in row.differences.values())
    shown = "" if (row.realignment, row.finetuning) == OLD else differences
    return f"| {row.realignment} | {row.finetuning} | {len(row.scores)} | {spread(row.scores)} | {shown} |"


def spread(scores: Mapping[int, float]) -> str:
    """Write a mean with its standard deviation over seeds."""
    values = list(scores.values())
    deviation = f" ± {statistics.stdev(values):.1f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.1f}{deviation}"
