"""The table of goals of the model of effects."""

from __future__ import annotations

from typing import Any

from benchmarks.effects.goals import GOALS, goals_part, reached

TASK: dict[str, Any] = {
    "ceiling": 0.8,
    "target_r2_ceiling": 0.4,
    "never_run": {"all": [0.6, 0.4, 0.7], "above_one": [0.4, 0.1, 0.6]},
    "one_own_run": {"all": [0.72, 0.5, 0.8], "above_one": None},
    "target_r2": -0.1,
    "coverage90": 0.97,
}


def test_ranks_and_r2_are_shares_of_their_ceilings() -> None:
    values = reached(TASK)
    assert len(values) == len(GOALS)
    assert [None if v is None else round(v, 2) for v in values] == [0.75, 0.5, 0.9, None, -0.25, 0.97]


def test_the_table_says_by_how_much_a_goal_is_missed() -> None:
    _, table = goals_part({"a": TASK})
    cells = [line.split(" | ")[1].removesuffix(" |") for line in table.splitlines()[2:]]
    assert cells == [
        "0.75",
        "0.50, **missed by 0.20**",
        "0.90",
        "not known",
        "-0.25, **missed by 0.95**",
        "0.97, **missed by 0.02**",
    ]


def test_a_truth_with_one_seed_has_no_ceiling() -> None:
    assert reached(TASK | {"ceiling": None})[:4] == [None] * 4
