"""Figures of the benchmark: means over seeds, and differences seed by seed."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.recipes.settings import asked_of
from benchmarks.recipes.tasks import ARITHMETIC, TASKS

UNTOUCHED = "none"
"""Name of no realignment."""

OLD = (UNTOUCHED, "old")
"""What every row is compared with: the defaults of before, without realignment."""


@dataclass(frozen=True)
class Row:
    """One setting of one task, in one arithmetic.

    Args:
        realignment: Name of its settings.
        finetuning: Likewise.
        scores: Seed to mean score over targets, in percent.
        differences: The same minus what it is compared with, of the seeds that have both.
        arithmetic: Number format and attention.
    """

    realignment: str
    finetuning: str
    scores: Mapping[int, float]
    differences: Mapping[int, float]
    arithmetic: str = ARITHMETIC


def rows_of(task: str, table: Sequence[Mapping[str, str]]) -> list[Row]:
    """Sum up the runs that chose a task's defaults, in the order in which its settings were first run."""
    by_setting = _scores(task, table).get(ARITHMETIC, {})
    old = by_setting.get(OLD, {})
    return [Row(*names, scores, _less(scores, old)) for names, scores in by_setting.items()]


def gains_of(task: str, table: Sequence[Mapping[str, str]]) -> list[Row]:
    """What realignments add to the same fine-tuning without one, in the same arithmetic, seed by seed."""
    return [
        Row(realignment, finetuning, scores, _less(scores, by_setting[UNTOUCHED, finetuning]), arithmetic)
        for arithmetic, by_setting in _scores(task, table).items()
        for (realignment, finetuning), scores in by_setting.items()
        if realignment != UNTOUCHED and (UNTOUCHED, finetuning) in by_setting
    ]


def _scores(
    task: str, table: Sequence[Mapping[str, str]]
) -> dict[str, dict[tuple[str, str], dict[int, float]]]:
    """Arithmetic to settings to seed to score."""
    found: dict[str, dict[tuple[str, str], dict[int, float]]] = {}
    for row in table:
        asked = asked_of(row)
        if asked.task == task:
            by_setting = found.setdefault(asked.arithmetic, {})
            scores = by_setting.setdefault((asked.realignment, asked.finetuning), {})
            scores[asked.seed] = 100 * float(row["mean"])
    return found


def _less(scores: Mapping[int, float], base: Mapping[int, float]) -> dict[int, float]:
    return {seed: scores[seed] - base[seed] for seed in sorted(scores.keys() & base.keys())}


def markdown(table: Sequence[Mapping[str, str]]) -> list[str]:
    """Write two tables a task: settings beside the old default, and what realignments add."""
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
        gains = [
            "| realignment | fine-tuning | seeds | score | minus no realignment, by seed | arithmetic |",
            "|-|-|-:|-:|-:|-|",
        ]
        parts.append(
            "\n".join([*gains, *(f"{_line(row)} {row.arithmetic} |" for row in gains_of(name, table))])
        )
    return parts


def summary(table: Sequence[Mapping[str, str]]) -> list[str]:
    """Write one line a task: the defaults of before, today's, and what its realignment adds."""
    lines = [
        "| task | kind | before, without realignment | default, without realignment "
        "| what the default realignment adds, run by run |",
        "|-|-|-:|-:|-:|",
    ]
    for name, task in TASKS.items():
        scores = {(row.realignment, row.finetuning): row.scores for row in rows_of(name, table)}
        cells = [_cell(scores.get(settings, {})) for settings in (OLD, (UNTOUCHED, task.default))]
        added = [
            difference
            for row in gains_of(name, table)
            if (row.realignment, row.finetuning) == (task.realigned, task.default)
            for difference in row.differences.values()
        ]
        lines.append(f"| {name} | `{task.kind}` | {' | '.join(cells)} | {_signed(added)} |")
    return ["\n".join(lines)]


def _cell(scores: Mapping[int, float]) -> str:
    if not scores:
        return "not measured"
    return f"{spread(scores)} ({len(scores)} seed{'s' * (len(scores) > 1)})"


def _signed(values: Iterable[float]) -> str:
    return " ".join(f"{value:+.1f}" for value in values)


def _line(row: Row) -> str:
    shown = "" if (row.realignment, row.finetuning) == OLD else _signed(row.differences.values())
    return f"| {row.realignment} | {row.finetuning} | {len(row.scores)} | {spread(row.scores)} | {shown} |"


def spread(scores: Mapping[int, float]) -> str:
    """Write a mean with its standard deviation over seeds."""
    values = list(scores.values())
    deviation = f" ± {statistics.stdev(values):.1f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):.1f}{deviation}"
