"""The benchmark of choices for held-out languages, on gains small enough to check."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmarks.common import page_of, results_of
from benchmarks.held_out.__main__ import (
    DRAWS,
    lines,
    route_lines,
    routes_result,
    task_result,
    told,
    told_of_rule,
)
from benchmarks.held_out.measure import Gains, choices, plain, without_own
from benchmarks.held_out.routes import RULES, Kinship, Route, routes
from benchmarks.tables.load import Run, Table, read_table
from benchmarks.tables.tasks import SEARCH_SEEDS, TASKS, TRUTH_SEEDS

SHAPE = (5, 4)
values = arrays(np.float64, SHAPE, elements=st.floats(-1, 1))


def test_gains_are_over_no_realignment() -> None:
    scores = {(): (0.5, 0.6), ("aaa_Latn",): (0.7, 0.6), ("ccc_Latn",): (0.4, 0.9)}
    runs = {
        (subset, seed): Run(
            {
                "dev": {"aaa_Latn": first, "bbb_Latn": second},
                "test": {"aaa_Latn": first / 2, "bbb_Latn": second},
            },
            0,
            1.0,
        )
        for subset, (first, second) in scores.items()
        for seed in (*SEARCH_SEEDS, *TRUTH_SEEDS)
    }
    gains = Gains.of(Table("toy", runs))
    assert gains.dev == pytest.approx(np.array([[0, 0], [0.2, 0], [-0.1, 0.3]]))
    assert gains.test == pytest.approx(np.array([[0, 0], [0.1, 0], [-0.05, 0.3]]))
    assert gains.own.tolist() == [[False, False], [True, False], [False, False]]


@given(gains=values)
def test_without_own_languages_both_ways_rank_alike(gains: np.ndarray) -> None:
    found = without_own(gains, np.zeros(SHAPE, dtype=bool))
    assert found - found.mean() == pytest.approx(plain(gains) - plain(gains).mean(), abs=1e-12)


@given(gains=values, changed=values, own=arrays(np.bool_, SHAPE))
def test_what_a_subset_does_for_its_own_languages_is_not_seen(
    gains: np.ndarray, changed: np.ndarray, own: np.ndarray
) -> None:
    found = without_own(gains, own)
    assert found == pytest.approx(without_own(np.where(own, changed, gains), own), abs=1e-12)
    assert (np.isinf(found) == own.all(axis=1)).all()


def test_searches_see_no_held_out_language() -> None:
    """The subset of target 0 is much the best for 0 alone: only where 0 is held out may it not be chosen."""
    dev = np.array([[0.0, 0.0], [0.9, -0.1], [0.1, 0.1]])
    own = np.array([[False, False], [True, False], [False, False]])
    found = [*choices(Gains(dev, dev, own), None, 50)]
    assert found  # target 0 was searched, as its subset is left out otherwise
    for one in found:
        assert one.plain == pytest.approx(0.1 - -0.1)
        assert one.others == pytest.approx(0.0)
        assert one.random == pytest.approx(0.1 - 0.0)
        assert one.differ


def test_a_search_runs_so_many_subsets() -> None:
    gains = Gains.of(read_table(TASKS["african-pos"]))
    few, every = told([*choices(gains, 5, 200)]), told([*choices(gains, None, 200)])
    assert 0 < few["searches"] < every["searches"] <= 200
    assert few["regret"]["random"] < every["regret"]["random"]  # the best of few is not so good


def test_rules_on_two_held_out_languages() -> None:
    """One is like the target that gains little and of its family; the other is like the one that loses."""
    seen = np.array([0.005, -0.002, 0.03])
    near = Kinship(
        np.array([[0.9, 0.0, -0.9], [0.0, 0.9, -0.9]]),
        np.array([[True, False, False], [False, False, False]]),
    )
    assert {name: rule(seen, near).tolist() for name, rule in RULES.items()} == {
        "everywhere": [True, True],
        "nearest": [True, False],
        "nearest_by_a_point": [False, False],
        "weighted": [True, False],
        "family": [True, True],  # without a member of its family a target goes where the mean goes
    }


@given(gains=arrays(np.float64, 4, elements=st.floats(-1, 1)), seed=st.integers(0, 99))
def test_where_all_targets_go_one_way_so_does_every_held_out_one(gains: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    near = Kinship(rng.uniform(-1, 1, (3, 4)), rng.random((3, 4)) < 0.5)
    for name, rule in RULES.items():
        assert rule(np.abs(gains) + 0.02, near).all(), name
        assert not rule(-np.abs(gains), near).any(), name


def test_kinship_knows_families() -> None:
    keys = ["deu_Latn", "hau_Latn", "nld_Latn"]
    found = Kinship.of(keys)
    assert found.family.tolist() == [[True, False, True], [False, True, False], [True, False, True]]
    assert found.similar.diagonal() == pytest.approx(np.ones(3))
    assert found.similar[0, 2] > found.similar[0, 1]
    assert found.between(np.array([0]), np.array([1, 2])).family.tolist() == [[False, True]]


def test_a_route_counts_whom_it_harms() -> None:
    found = Route.of(np.array([True, True, False, True]), np.array([0.04, -0.02, -0.5, -0.01]))
    assert found == Route(pytest.approx(0.0025), 3, 1, 4)  # type: ignore[arg-type]
    assert told_of_rule([found, found]) == {"gain": 0.25, "sent": 0.75, "harmed": 0.333}
    nobody = Route.of(np.zeros(2, dtype=bool), np.array([0.1, -0.1]))
    assert told_of_rule([nobody]) == {"gain": 0.0, "sent": 0.0, "harmed": None}


def test_no_route_is_better_than_the_one_by_truth() -> None:
    gains = Gains.of(read_table(TASKS["names"]))
    for found in routes(gains, Kinship.of(gains.targets), 5, 50):
        best = found["by_truth"]
        assert not best.harmed
        assert all(route.gain <= best.gain for route in found.values())


def test_no_rule_is_better_than_to_send_all() -> None:
    """So says the page, and what the README of the studies says of Tswana."""
    kept = json.loads((results_of("held_out") / "held_out.json").read_text(encoding="utf-8"))["routes"]
    assert list(kept) == list(TASKS)
    assert "\n".join(route_lines(kept)) in page_of("held_out").read_text(encoding="utf-8")
    assert kept["ud-pos"] == routes_result(Gains.of(read_table(TASKS["ud-pos"])))
    for task, result in kept.items():
        everywhere = result["rules"]["everywhere"]
        for name in RULES:
            rule = result["rules"][name]
            assert rule["gain"] <= everywhere["gain"], (task, name)
            assert rule["harmed"] == pytest.approx(everywhere["harmed"], rel=0.1), (
                task,
                name,
            )  # "nearly the same"


def test_the_page_has_what_the_tables_say() -> None:
    kept = json.loads((results_of("held_out") / "held_out.json").read_text(encoding="utf-8"))
    assert kept["draws"] == DRAWS
    assert list(kept["tasks"]) == list(TASKS)
    page = page_of("held_out").read_text(encoding="utf-8")
    assert "\n".join(lines(kept["tasks"])) in page
    assert kept["tasks"]["ud-pos"] == task_result(Gains.of(read_table(TASKS["ud-pos"])))
    searches = [found for task in kept["tasks"].values() for found in task["searches"].values()]
    assert max(found["differ"] / found["searches"] for found in searches) < 0.1  # "more than nine of ten"
    worse = [
        all(
            found["regret_where_they_differ"]["other_targets"]
            > found["regret_where_they_differ"]["all_targets"]
            for found in task["searches"].values()
        )
        for task in kept["tasks"].values()
    ]
    assert worse.count(True) == 3  # "worse on three tasks of four"
