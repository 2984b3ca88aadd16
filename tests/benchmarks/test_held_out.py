"""The benchmark of choices for held-out languages, on gains small enough to check."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmarks.common import page_of, results_of
from benchmarks.held_out.__main__ import DRAWS, lines, task_result, told
from benchmarks.held_out.measure import Gains, choices, plain, without_own
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
