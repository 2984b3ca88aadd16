"""What the model was to reach, and by how much each task misses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Goal:
    """One number of a task and where it should lie.

    Args:
        name: In the table.
        low: It should be no lower.
        high: It should be no higher.
    """

    name: str
    low: float
    high: float = float("inf")

    def reached(self, value: float) -> bool:
        """Tell whether a number is where it should be."""
        return self.low <= value <= self.high

    @property
    def words(self) -> str:
        """Where it should lie."""
        return (
            f"{self.low:.2f} or more" if self.high == float("inf") else f"{self.low:.2f} to {self.high:.2f}"
        )

    def cell(self, value: float | None) -> str:
        """A number, and by how much it misses."""
        if value is None:
            return "not known"
        missed = max(self.low - value, value - self.high)
        return f"{value:.2f}" if self.reached(value) else f"{value:.2f}, **missed by {missed:.2f}**"


GOALS = (
    Goal("rank of a subset never run, of the ceiling", 0.7),
    Goal("the same, sizes above one", 0.7),
    Goal("rank with one own run, of the ceiling", 0.85),
    Goal("the same, sizes above one", 0.85),
    Goal("R² by target of a subset never run, of what noise allows", 0.7),
    Goal("90 % intervals hold", 0.85, 0.95),
)


def reached(task: Mapping[str, Any]) -> list[float | None]:
    """Compute the numbers of :data:`GOALS` of a task, as ``benchmarks.effects`` measured it."""
    ranks = [
        _share(None if values is None else values[0], task["ceiling"])
        for kind in ("never_run", "one_own_run")
        for values in (task[kind]["all"], task[kind]["above_one"])
    ]
    return [*ranks, _share(task["target_r2"], task["target_r2_ceiling"]), task["coverage90"]]


def _share(value: float | None, ceiling: float | None) -> float | None:
    return None if value is None or not ceiling else value / ceiling


def goals_part(tasks: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The table of goals, a row a goal."""
    columns = {name: reached(task) for name, task in tasks.items()}
    lines = ["| goal | " + " | ".join(columns) + " |", "|-|" + "-:|" * len(columns)]
    for place, goal in enumerate(GOALS):
        cells = [goal.cell(values[place]) for values in columns.values()]
        lines.append(f"| {goal.name}: {goal.words} | " + " | ".join(cells) + " |")
    return ["### The goals", "\n".join(lines)]
