"""Differences between subsets against scipy's paired test and two-way analysis; which of them are ties."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow, FullRuns, mark_front
from subsetsearch.analysis.front.mark_ties import mark_ties
from subsetsearch.analysis.statistics.seed_noise import (
    PooledNoise,
    centred,
    paired_difference,
    pooled_noise,
    spread,
)
from subsetsearch.cli.views.front import front_legend
from subsetsearch.subset import NONE, Subset

Runs = dict[Subset, dict[int, float]]
SCORES = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=3, max_size=8)


@given(SCORES)
def test_interval_is_that_of_the_paired_t_test(pairs: list[tuple[float, float]]) -> None:
    first, second = zip(*pairs, strict=True)
    found = paired_difference(dict(enumerate(first)), dict(enumerate(second)))
    assert found is not None
    if len({round(a - b, 9) for a, b in pairs}) < 2:
        return  # scipy has no interval for a constant difference
    expected = stats.ttest_rel(first, second).confidence_interval(0.95)
    assert found.low == pytest.approx(expected.low, abs=1e-6)
    assert found.high == pytest.approx(expected.high, abs=1e-6)


def test_only_common_seeds_count() -> None:
    found = paired_difference({1: 0.5, 2: 0.6, 9: 0.0}, {1: 0.4, 2: 0.4, 7: 1.0})
    assert found is not None
    assert found.mean == pytest.approx(0.15)
    assert (found.low, found.high, found.seeds) == (None, None, (1, 2))
    assert found.verdict == "2 common seeds: a hint only"
    assert paired_difference({1: 0.5}, {2: 0.5}) is None


@pytest.mark.parametrize(
    ("shift", "verdict"), [(0.2, "better"), (-0.2, "worse"), (0.0, "no difference shown")]
)
def test_verdict(shift: float, verdict: str) -> None:
    found = paired_difference({1: 0.5 + shift, 2: 0.61 + shift, 3: 0.7 + shift}, {1: 0.5, 2: 0.6, 3: 0.71})
    assert found is not None
    assert found.verdict == verdict


def test_spread_needs_two_seeds() -> None:
    assert spread([0.5]) is None
    assert spread([0.4, 0.6]) == pytest.approx(0.1414, abs=1e-4)


def of(*languages: str) -> Subset:
    return Subset(frozenset(languages))


def front_of(runs: Runs, **known: Any) -> Front:
    """One row a subset; each language costs 10."""
    rows = [
        FrontRow(
            subset, 10.0 * len(subset.languages), "pairs", trial=number if subset.languages else None,
            label="" if subset.languages else "none",
            full=FullRuns(float(np.mean(list(by_seed.values()))), seeds=tuple(by_seed)), **known,
        )
        for number, (subset, by_seed) in enumerate(runs.items())
    ]  # fmt: skip
    return Front(tuple(mark_ties(mark_front(rows), runs)))


def made(means: list[float], sd: float, seeds: int = 3, shift: float = 5.0) -> Runs:
    """Subsets of 0, 1, 2 ... languages with noise, and a shift by seed that all share."""
    rng = np.random.default_rng(2)
    return {
        Subset(frozenset(f"l{i}" for i in range(size))): {
            seed: mean + shift * seed + sd * float(rng.standard_normal()) for seed in range(seeds)
        }
        for size, mean in enumerate(means)
    }


def test_noise_of_a_whole_table_is_what_two_way_analysis_gives() -> None:
    runs = made([0.1, 0.5, 0.2, 0.9, 0.4], 0.3, seeds=4)
    table = np.array([list(by_seed.values()) for by_seed in runs.values()])
    left = table - table.mean(0) - table.mean(1, keepdims=True) + table.mean()
    found = pooled_noise(runs)
    assert found is not None
    assert found.freedom == (5 - 1) * (4 - 1)
    assert found.spread == pytest.approx(math.sqrt((left**2).sum() / found.freedom))


def test_gaps_and_single_runs_are_allowed() -> None:
    runs = made([0.1, 0.5, 0.2, 0.9], 0.0, seeds=3)
    del runs[of("l0")][1]
    runs[of("x")] = {0: 99.0}
    found = pooled_noise(runs)
    assert found is not None
    assert found.spread == pytest.approx(0, abs=1e-9)
    assert found.freedom == 3 * 2 - 1


@pytest.mark.parametrize("runs", [{}, {of("a"): {1: 0.5}}, {of("a"): {1: 0.5, 2: 0.6}, of("b"): {1: 0.4}}])
def test_unknown_noise(runs: Runs) -> None:
    assert pooled_noise(runs) is None


def test_two_seeds_are_enough_where_noise_is_shared() -> None:
    found = paired_difference({1: 0.5, 2: 0.6}, {1: 0.4, 2: 0.5}, PooledNoise(0.01, 20))
    assert found is not None
    assert (found.mean, found.seeds) == (pytest.approx(0.1), (1, 2))
    assert found.low == pytest.approx(0.1 - 2.086 * 0.01, abs=1e-4)
    assert found.verdict == "better"
    assert paired_difference({1: 0.5}, {2: 0.4}, PooledNoise(0.01, 20)) is None
    alone = paired_difference({1: 0.5}, {1: 0.4}, None)
    assert alone is not None
    assert alone.low is None


def test_the_cheapest_that_is_as_good_is_recommended() -> None:
    runs = made([0.0, 0.5, 0.8, 0.805, 0.812], 0.008)
    front = front_of(runs)
    rows = {len(row.languages): row for row in front}
    assert [size for size, row in rows.items() if row.recommended] == [2]
    assert {size for size, row in rows.items() if row.ties_best} == {2, 3, 4}
    assert rows[1].tied_with is None
    assert rows[3].tied_with == rows[4].tied_with == rows[2].subset
    picked = front.pick("best")
    assert picked.row == max(front, key=lambda row: row.accuracy or 0)
    assert "full runs have not shown it to be better than trial 2 (l0, l1), at 20 pairs" in picked.reason
    recommended = front.pick("recommended")
    assert recommended.row == rows[2]
    assert "the cheapest subset that full runs have not shown to be worse" in recommended.reason


def test_what_is_shown_to_be_worse_than_a_cheaper_one_is_no_tie() -> None:
    front = front_of(made([0.0, 0.8, 0.6, 0.605], 0.004))
    none, best, worse, costly = front
    assert best.recommended
    assert (none.worse_than, best.worse_than) == (None, None)
    assert all((row.tied_with, row.worse_than) == (None, best.subset) for row in (worse, costly))
    assert costly.to_dict()["tied_with"] is None
    assert costly.to_dict()["worse_than"] == ["l0"]
    assert "full runs have shown it to be worse than trial 1 (l0)" in front.pick("trial=3").reason
    assert "(< X): full runs have shown it to be worse than X, which costs less" in front_legend(front, front)
    assert not any("(= X)" in line for line in front_legend(front, front))


def test_where_nothing_beats_no_realignment_nothing_is_recommended() -> None:
    front = front_of(made([0.50, 0.51, 0.505], 0.2))
    assert front[0].recommended
    assert all(row.tied_with == NONE for row in front[1:])
    picked = front.pick("recommended")
    assert picked.row.recommended
    assert picked.row.subset == NONE
    assert picked.reason.startswith("buy nothing: full runs have not shown the most accurate subset (trial ")
    doubt = "; full runs have not shown it to be better than no realignment"
    assert front.pick("best").reason.endswith(doubt)


def test_where_everything_does_harm_nothing_is_recommended() -> None:
    picked = front_of(made([0.9, 0.5, 0.4], 0.001)).pick("recommended")
    assert picked.row.subset == NONE
    assert "no subset was more accurate than the untouched encoder" in picked.reason


def test_fresh_seeds_are_told() -> None:
    front = front_of(made([0.0, 0.5], 0.01), fresh=FullRuns(0.48, seeds=(7, 8)))
    assert "48.0 % over 2 fresh seeds" in front.pick("best").reason


def test_unmeasured_rows_stay_as_they_are() -> None:
    rows = [FrontRow(of(), 0.0, "pairs"), FrontRow(of("a"), 10.0, "pairs")]
    assert mark_ties(rows, {}) == rows


@given(st.lists(st.floats(0, 1), min_size=2, max_size=6), st.floats(0, 0.5), st.integers(1, 4))
def test_marks_are_consistent(means: list[float], sd: float, seeds: int) -> None:
    front = front_of(made(means, sd, seeds))
    (recommended,) = [row for row in front if row.recommended]
    assert recommended.ties_best
    assert recommended.cost == min(row.cost for row in front if row.ties_best)
    assert front.pick("recommended").row == recommended
    best = max(front, key=lambda row: (row.accuracy or 0, -row.cost))
    assert best.ties_best
    if best.tied_with is not None:
        assert best.tied_with == recommended.subset
    for row in front:
        if row.tied_with is not None:
            assert 10.0 * len(row.tied_with.languages) < row.cost
    assert [row.to_dict()["ties_best"] for row in front] == [row.ties_best for row in front]


def test_subsets_with_different_seeds_are_compared_within_seeds() -> None:
    runs = {"a": {1: 0.50}, "b": {2: 0.60}}
    gains = centred(runs, {1: 0.40, 2: 0.55})
    assert gains == {"a": pytest.approx(0.10), "b": pytest.approx(0.05)}
    alone = centred({"a": {1: 0.5, 2: 0.9}, "b": {1: 0.6}}, {})
    assert alone["b"] - alone["a"] == pytest.approx(0.1)
    assert alone["a"] == pytest.approx(0.7)
    assert centred({"a": {1: 0.5}, "b": {2: 0.6}}, {1: 0.4}) == {"a": 0.5, "b": 0.6}
    assert centred({}, {}) == {}


@given(st.integers(0, 2**32 - 1))
def test_a_seed_that_was_not_finished_moves_nothing(seed: int) -> None:
    """A seed that is hard for every realigned subset must not count against those that it was run for."""
    rng = np.random.default_rng(seed)
    effects, shifts = rng.normal(size=8), rng.normal(size=3)
    runs = {
        n: {s: float(effects[n] + shifts[s]) for s in range(3) if s < 2 or n < 4} for n in range(len(effects))
    }
    found = centred(runs, {})
    assert [found[n] - found[0] for n in found] == pytest.approx(list(effects - effects[0]))
    baseline = {s: float(shifts[s]) for s in range(3)}
    assert [centred(runs, baseline)[n] for n in runs] == pytest.approx(list(effects))


def test_where_every_subset_has_every_seed_it_is_the_mean_difference() -> None:
    runs = {"a": {1: 0.5, 2: 0.9}, "b": {1: 0.6, 2: 0.7}}
    found = centred(runs, {1: 0.4, 2: 0.6})
    assert found == {"a": pytest.approx(0.2), "b": pytest.approx(0.15)}


def _some_runs(rng: np.random.Generator) -> tuple[list[FrontRow], Runs]:
    """Subsets with gaps among their seeds, some of equal cost, some of equal scores, none among them."""
    runs: Runs = {}
    for number in range(int(rng.integers(3, 40))):
        subset = Subset(frozenset({f"l{number:02d}"} if number else ()))
        seeds = rng.choice(4, int(rng.integers(1, 5)), replace=False)
        runs[subset] = {int(seed): round(float(rng.normal(0.5, 0.03)), 2) for seed in seeds}
    rows = [
        FrontRow(
            subset,
            float(rng.integers(0, 12)) if subset.languages else 0.0,
            "pairs",
            full=FullRuns(float(np.mean(list(by_seed.values()))), seeds=tuple(by_seed)),
        )
        for subset, by_seed in runs.items()
    ]
    return mark_front([*rows, FrontRow(Subset(frozenset({"unmeasured"})), 3.0, "pairs", proxy=0.4)]), runs


@pytest.mark.parametrize("seed", range(30))
def test_many_subsets_have_the_ties_of_few(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, runs = _some_runs(np.random.default_rng(seed))
    noise = pooled_noise(runs) or PooledNoise(0.02, 5)
    plain = mark_ties(rows, runs, noise)
    monkeypatch.setattr("subsetsearch.analysis.front.mark_ties.MANY", 0)
    monkeypatch.setattr("subsetsearch.analysis.statistics.ties._ROWS", 7)
    assert mark_ties(rows, runs, noise) == plain


@pytest.mark.parametrize("seed", range(30))
def test_many_subsets_have_the_noise_and_the_effects_of_few(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, runs = _some_runs(np.random.default_rng(seed))
    base = runs[NONE]
    plain = pooled_noise(runs), centred(runs, base), centred(runs, {})
    monkeypatch.setattr("subsetsearch.analysis.statistics.seed_noise.MANY", 0)
    many = pooled_noise(runs), centred(runs, base), centred(runs, {})
    assert (plain[0] is None) == (many[0] is None)
    if plain[0] is not None and many[0] is not None:
        assert many[0].freedom == plain[0].freedom
        assert many[0].spread == pytest.approx(plain[0].spread, abs=1e-9)
    for found, expected in zip(many[1:], plain[1:], strict=True):
        assert found == pytest.approx(expected, abs=1e-9)
