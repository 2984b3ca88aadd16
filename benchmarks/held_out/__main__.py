"""Should a choice for other languages leave out what a subset does for its own ones? On recorded tables.

Run ``python -m benchmarks.held_out`` (seconds; nothing is trained). Half of a table's targets, drawn again
and again, are held out. A search runs some subsets without these; it chooses by the mean development gain
over all searched targets, or over those that are no language of the subset. ``results/held_out.json`` keeps
how far both are below the best candidate on the held-out languages, on test data with other seeds. It also
keeps which held-out languages lose by the realigned encoder, if rules say which of them get it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.common import parser_for, write_figures, write_json
from benchmarks.held_out.measure import Choice, Gains, choices
from benchmarks.held_out.routes import Kinship, Route, routes
from benchmarks.tables.load import read_table
from benchmarks.tables.tasks import TASKS

SIZES = (10, 20, None)
DRAWS = 2_000
ROUTED_SIZE = 10
"""Subsets that a search runs before one is chosen and routed: as many as most searches of the real study."""


def main() -> None:
    """Command line."""
    options = parser_for(__doc__, "held_out").parse_args()
    tables = {name: Gains.of(read_table(task)) for name, task in TASKS.items()}
    tasks = {name: task_result(gains) for name, gains in tables.items()}
    routed = {name: routes_result(gains) for name, gains in tables.items()}
    content = {
        "command": "python -m benchmarks.held_out",
        "draws": DRAWS,
        "unit": "points",
        "tasks": tasks,
        "routes": routed,
    }
    write_json(options.json, content)
    parts = ["\n".join(lines(tasks)), "\n".join(route_lines(routed))]
    write_figures("held_out", parts)
    print("\n\n".join(parts))


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


def routes_result(gains: Gains) -> dict[str, Any]:
    """What a table says of rules that route held-out targets."""
    routed = [*routes(gains, Kinship.of(gains.targets), ROUTED_SIZE, DRAWS)]
    rules = {name: told_of_rule([by_rule[name] for by_rule in routed]) for name in routed[0]}
    return {"searches": len(routed), "rules": rules}


def told_of_rule(found: Sequence[Route]) -> dict[str, float | None]:
    """Mean gain in points, the share of targets that are sent, and of these the share that is harmed."""
    sent, targets = sum(one.sent for one in found), sum(one.targets for one in found)
    return {
        "gain": _points([one.gain for one in found]),
        "sent": round(sent / targets, 3),
        "harmed": round(sum(one.harmed for one in found) / sent, 3) if sent else None,
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


def route_lines(routed: Mapping[str, Any]) -> Iterator[str]:
    """Write the table of routes."""
    yield "| task | route | mean gain | get the realigned encoder | of these harmed |"
    yield "|-|-|-:|-:|-:|"
    for task, result in routed.items():
        for name, rule in result["rules"].items():
            harmed = "–" if rule["harmed"] is None else f"{rule['harmed']:.1%}"
            cells = [task, name.replace("_", " "), f"{rule['gain']:.2f}", f"{rule['sent']:.0%}", harmed]
            yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
