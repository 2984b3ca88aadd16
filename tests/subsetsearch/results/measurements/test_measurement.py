"""What a measurement says, and how measurements are grouped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.support.seed_numbers import MOST_SEED
from subsetsearch.results.measurements.measurement import (
    Measurement,
    by_subset,
    draw_fresh,
    mean_scores_by_subset,
    means_by_seed,
    run_key,
    without_fresh,
)
from subsetsearch.subset import NONE, Subset


def run(subset: str, seed: int, score: float, *, fresh: bool = False) -> Measurement:
    scores = {"wol_Latn": score, "swh_Latn": score / 2}
    languages = Subset(frozenset(subset.split()))
    return Measurement(
        "f", "h", languages, 3, "test", seed, "accuracy", scores, frozenset({"swh_Latn"}), fresh=fresh
    )


def test_held_out_targets_do_not_count() -> None:
    found = run("a", 1, 0.5)
    assert (found.mean, found.value, found.mean_held_out) == (0.5, 0.5, 0.25)
    assert found.counted_scores == {"wol_Latn": 0.5}
    assert found.held_out_scores == {"swh_Latn": 0.25}


def test_a_measurement_without_any_score_is_none() -> None:
    with pytest.raises(ValueError, match="needs a value"):
        Measurement("f", "h", NONE, 3, "test", 1, "accuracy", {})
    assert Measurement("f", "", NONE, 1, "dev", 0, "gap closed", {}, value=-0.5).mean_held_out is None


def test_runs_are_named_by_what_decides_them() -> None:
    some = Subset(frozenset("ab"), 10)
    names = {
        run_key(*parts)
        for parts in [
            ("f", some, 3, "test", 1), ("g", some, 3, "test", 1), ("f", Subset(frozenset("ab")), 3, "test", 1),
            ("f", some, 2, "test", 1), ("f", some, 3, "dev", 1), ("f", some, 3, "test", 2), ("f", NONE, 3, "test", 1),
        ]
    }  # fmt: skip
    assert len(names) == 7
    assert run_key("f", Subset(frozenset("ba"), 10), 3, "test", 1) in names


def test_runs_are_grouped_by_subset_and_seed() -> None:
    runs = [run("a", 1, 0.5), run("", 9, 0.25, fresh=True), run("a", 9, 0.25, fresh=True)]
    assert without_fresh(runs) == runs[:1]
    a = Subset(frozenset("a"))
    assert by_subset(runs) == {a: [runs[0], runs[2]], NONE: [runs[1]]}
    assert means_by_seed(runs) == {a: {1: 0.5, 9: 0.25}, NONE: {9: 0.25}}
    assert mean_scores_by_subset(runs)[a] == {"wol_Latn": 0.375, "swh_Latn": 0.1875}


@given(
    st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)), st.integers(1, 8)
)
def test_fresh_seeds_were_never_part_of_a_choice(
    used: set[int], fresh: set[int], reserved: set[int], count: int
) -> None:
    fresh -= used
    runs = [run("a", seed, 0.5) for seed in used] + [run("b", seed, 0.5, fresh=True) for seed in fresh]
    drawn = draw_fresh(runs, reserved, count)
    assert len(set(drawn)) == count
    assert not set(drawn) & (used | reserved)
    known = fresh - reserved
    assert len(set(drawn) & known) == min(count, len(known))  # earlier fresh seeds are used first


def test_above_the_highest_seed_the_free_ones_below_are_drawn() -> None:
    runs = [run("swh_Latn", MOST_SEED - 1, 0.5), run("swh_Latn", 1, 0.5)]
    assert draw_fresh(runs, {2}, 4) == (MOST_SEED, 0, 3, 4)
