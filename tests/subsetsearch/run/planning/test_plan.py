from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from subsetsearch.config import StudyConfig
from subsetsearch.problem.space import SearchSpace
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.run.planning.plan import count_subsets, describe_plan
from subsetsearch.run.search.search import run_search
from subsetsearch.run.search.total import count_new_trials
from subsetsearch.rungs.ladder import open_ladder
from subsetsearch.subset import NONE, Subset

KEYS = tuple(f"aa{c}_Latn" for c in "abcdefgh")
FAMILIES = dict(zip(KEYS, "AAABBBCC", strict=True))


def cost(subset: Subset) -> float:
    return float(len(subset.languages))


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
    listed = [Subset(frozenset(c)) for n in range(1, 9) for c in itertools.combinations(KEYS, n)]
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
    _ = ladder.first.data.statistics
    assert describe_plan(ladder)["rung1_seconds"] is None  # the probe is what this study goes by
    _ = ladder.first.probe
    assert describe_plan(ladder)["rung1_seconds"] > 0
    run_search(ladder, 3)
    plan = describe_plan(ladder)
    assert plan["rung2_seconds"] > 0
    assert (plan["trials"], plan["trials_before"]) == (9, 3)
    assert plan["rung2_runs"] == 1 + 4  # what is left of the warm-up, and half of the other eight
    expected = 9 * (plan["rung1_seconds"] + plan["proposal_seconds"]) + 5 * plan["rung2_seconds"]
    assert plan["search_seconds"] == pytest.approx(expected, rel=0.02)
    assert plan["study_seconds"] is None
    assert (plan["full_runs"], plan["full_runs_before"]) == (8, 0)
    scores, fingerprint = {"swh_Latn": 0.5}, toy_study.fingerprint()
    row = Measurement(fingerprint, "r", NONE, 3, "test", 1, "accuracy", scores, seconds=10.0)
    open_store(toy_study, ladder.folder).add([row])
    plan = describe_plan(ladder)
    assert plan["full_run_seconds"] == 10.0
    assert (plan["full_runs"], plan["full_runs_before"]) == (7, 1)
    assert plan["study_seconds"] == pytest.approx(plan["search_seconds"] + 70.0, rel=0.02)


def test_a_plan_is_that_of_the_trials_asked_for(toy_study: StudyConfig, tmp_path: Path) -> None:
    ladder = open_ladder(toy_study, StudyFolder(tmp_path / "runs" / "toy"))
    plan = describe_plan(ladder, trials=40)
    assert (plan["trials"], plan["trials_before"]) == (40, 0)
    assert plan["rung2_runs"] == 4 + 18
    few = describe_plan(ladder, trials=2)
    assert (few["trials"], few["rung2_runs"]) == (2, 2)


@pytest.mark.parametrize(
    ("finished", "trials", "more", "added"),
    [
        (0, None, None, 30), (12, None, None, 18), (30, None, None, 0), (45, None, None, 0),
        (12, 20, None, 8), (45, 20, None, 0), (12, None, 5, 5), (45, None, 5, 5),
    ],
)  # fmt: skip
def test_a_run_adds_what_is_missing_to_the_total(
    finished: int, trials: int | None, more: int | None, added: int
) -> None:
    assert count_new_trials(30, finished, trials, more) == added
