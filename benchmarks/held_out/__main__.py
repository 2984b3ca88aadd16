"""Should a choice for other languages leave out what a subset does for its own ones? On recorded tables.

Run ``python -m benchmarks.held_out`` (seconds; nothing is trained). Half of a table's targets, drawn again
and again, are held out. A search runs some subsets without these; it chooses by the mean development gain
over all searched targets, or over those that are no language of the subset. ``results/held_out.json`` keeps
how far both are below the best candidate on the held-out languages, on test data with other seeds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from benchmarks.common import parser_for, write_figures, write_json
from benchmarks.held_out.measure import Choice, Gains, choices
from benchmarks.tables.load import read_table
from benchmarks.tables.tasks import TASKS

SIZES = (10, 20, None)
DRAWS = 2_000


def main() -> None:
    """Command line."""
    options = parser_for(__doc__, "held_out").parse_args()
    tasks = {name: task_result(Gains.of(read_table(task))) for name, task in TASKS.items()}
    content = {"command": "python -m benchmarks.held_out", "draws": DRAWS, "unit": "points", "tasks": tasks}
    write_json(options.json, content)
    table = "\n".join(lines(tasks))
    write_figures("held_out", [table])
    print(table)


def task_result(gains: Gains) -> dict[str, Any]:
    """What a table says: gains by own and by other languages, and both ways to choose."""
    return {
        "gain_of_own_languages": _points(gains.test[gains.own]),
        "gain_of_others": _points(gains.test[~gains.own & gains.own.any(axis=1, keepdims=True)]),
        "searches": {
            "all" if size is None else str(size): told([*choices(gains, size, DRAWS)]) for size in SIZES
        },
    }


def told(found: Sequence[Choice]) -> dict[str, Any]:
    """Means over searches, and over those in which the choices differ."""
    differing = [one for one in found if one.differ]
    return {
        "searches": len(found),
        "differ": len(differing),
        "regret": _regrets(found),
        "regret_where_they_differ": _regrets(differing),
    }


def _regrets(found: Sequence[Choice]) -> dict[str, float | None]:
    return {
        "all_targets": _points([one.plain for one in found]),
        "other_targets": _points([one.others for one in found]),
        "random": _points([one.random for one in found]),
    }


def _points(values: Sequence[float] | np.ndarray) -> float | None:
    return round(100 * float(np.mean(values)), 2) if len(values) else None


def lines(tasks: dict[str, Any]) -> Iterator[str]:
    """Write the table of the page."""
    yield (
        "| task | subsets run | searches | choices differ | by all targets | by the others | at random "
        "| where they differ: by all targets | by the others |"
    )
    yield "|-|-:|-:|-:|-:|-:|-:|-:|-:|"
    for name, task in tasks.items():
        for size, found in task["searches"].items():
            first, second = found["regret"], found["regret_where_they_differ"]
            cells = [*first.values(), second["all_targets"], second["other_targets"]]
            numbers = " | ".join("–" if cell is None else f"{cell:.2f}" for cell in cells)
            share = f"{found['differ'] / found['searches']:.0%}" if found["searches"] else "–"
            yield f"| {name} | {size} | {found['searches']:,} | {share} | {numbers} |"


if __name__ == "__main__":
    main()
