"""The figures of this folder's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.peers.play import BUDGETS, HALF, OURS

AT = "20"
"""The budget that the goal names."""


def parts(results: Mapping[str, Any]) -> list[str]:
    """Losses first, then a table a task."""
    lines = ["### Losses", ""]
    for name, task in results.items():
        lost = losses(task)
        lines.append(f"- `{name}`: {'; '.join(lost) if lost else 'none at 20 runs'}.")
    return ["\n".join(lines), *(_task(name, task) for name, task in results.items())]


def losses(task: Mapping[str, Any]) -> list[str]:
    """Peers whose regret at 20 runs is no higher than ours, by either rule."""
    ours = task["players"][OURS]["regret"]["model"][AT][0]
    return [
        f"{player} ({rule}) {by[AT][0]:.2f} against {ours:.2f}"
        for player, record in task["players"].items()
        if player not in (OURS, HALF)
        for rule, by in record["regret"].items()
        if by[AT][0] <= ours
    ]


def _task(name: str, task: Mapping[str, Any]) -> str:
    seeds = f"seed{'s' * (len(task['seeds_of_truth']) > 1)} {', '.join(map(str, task['seeds_of_truth']))}"
    regrets, areas = (" | ".join(f"{what} at {b}" for b in BUDGETS) for what in ("regret", "area"))
    lines = [
        f"### {name}",
        "",
        f"{task['subsets']} subsets; truth: test data, {seeds}. A random subset loses "
        f"{task['mean_regret']:.2f} points, no realignment {task['regret_of_none']:.2f}. "
        f"{task['players'][OURS]['repetitions']} repetitions"
        + "".join(
            f", {record['repetitions']} of {player}"
            for player, record in task["players"].items()
            if record["repetitions"] != task["players"][OURS]["repetitions"]
        )
        + ".",
        "",
        f"| player | recommends by | {regrets} | more than ours at 20 | {areas} |",
        "|-|-|" + "-|" * (2 * len(BUDGETS) + 1),
    ]
    for player, record in task["players"].items():
        for rule, by in record["regret"].items():
            more = record.get("more_than_ours", {}).get(rule, {}).get(AT)
            cells = [player, rule, *(_interval(by[str(b)]) for b in BUDGETS)]
            cells += [_interval(more) if more else "", *(f"{record['area'][str(b)][0]:.3f}" for b in BUDGETS)]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _interval(values: list[float]) -> str:
    mean, low, high = values
    return f"{mean:.2f} ({low:.2f} to {high:.2f})"
