from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path

import pytest

from subsetsearch.search.evaluations import Evaluation, EvaluationTable
from subsetsearch.search.ladder import open_ladder
from subsetsearch.search.plan import count_subsets, describe_plan
from subsetsearch.search.runner import run_search
from subsetsearch.search.space import SearchSpace
from subsetsearch.study import StudyConfig, StudyFolder

KEYS = tuple(f"aa{c}_Latn" for c in "abcdefgh")
FAMILIES = dict(zip(KEYS, "AAABBBCC", strict=True))


def cost(keys: Iterable[str]) -> float:
    return float(len(list(keys)))


@pytest.mark.parametrize(
    "limits",
    [
        {},
        {"min_size": 2, "max_size": 3},
        {"max_per_family": 1},
        {"max_per_family": 2, "must_include": frozenset(KEYS[:2]), "max_size": 5},
        {"exclude": frozenset(KEYS[3:5]), "max_per_family": 2},
        {"must_include": frozenset({KEYS[7]}), "min_size": 3, "max_size": 4},
    ],
)
def test_counts_what_listing_counts(limits: dict[str, object]) -> None:
    space = SearchSpace(KEYS, cost, families=FAMILIES, **limits)  # type: ignore[arg-type]
    listed = [frozenset(c) for n in range(1, 9) for c in itertools.combinations(KEYS, n)]
    assert count_subsets(space) == sum(map(space.allows, listed))


def test_a_plan_writes_nothing_and_knows_no_times_at_first(toy_study: StudyConfig, tmp_path: Path) -> None:
    folder = StudyFolder(tmp_path / "runs" / "toy")
    plan = describe_plan(open_ladder(toy_study, folder))
    assert not folder.path.exists()
    assert plan["subsets_of_allowed_sizes"] == 8 + 28 + 56 + 70
    times = ("rung1_seconds", "rung2_seconds", "full_run_seconds", "search_seconds", "study_seconds")
    assert [plan[name] for name in times] == [None] * 5


def test_a_plan_learns_times_from_what_was_run(toy_study: StudyConfig, tmp_path: Path) -> None:
    ladder = open_ladder(toy_study, StudyFolder(tmp_path / "runs" / "toy"))
    _ = ladder.statistics
    assert describe_plan(ladder)["rung1_seconds"] is None  # the probe is what this study goes by
    _ = ladder.probe
    assert describe_plan(ladder)["rung1_seconds"] > 0
    run_search(ladder, 3)
    plan = describe_plan(ladder)
    assert plan["rung2_seconds"] > 0
    assert plan["rung2_runs"] == 4 + 4  # all four of the warm-up, and half of the other eight
    expected = 12 * (plan["rung1_seconds"] + plan["proposal_seconds"]) + 8 * plan["rung2_seconds"]
    assert plan["search_seconds"] == pytest.approx(expected, rel=0.02)
    assert plan["study_seconds"] is None
    row = Evaluation(toy_study.fingerprint(), "r", 1, frozenset(), "accuracy", {"swh_Latn": 0.5}, {}, 10.0)
    EvaluationTable(ladder.folder.evaluations).append(row)
    plan = describe_plan(ladder)
    assert plan["full_run_seconds"] == 10.0
    assert plan["study_seconds"] == pytest.approx(plan["search_seconds"] + 80.0, rel=0.02)
