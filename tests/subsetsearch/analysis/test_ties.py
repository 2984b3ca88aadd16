from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.analysis.front import Row, mark_front
from subsetsearch.analysis.pick import parse_rule
from subsetsearch.analysis.ties import PooledNoise, difference, mark_ties, pooled_noise
from subsetsearch.subset import Subset

Runs = dict[Subset, dict[int, float]]


def of(*languages: str) -> Subset:
    return Subset(frozenset(languages))


def rows_of(runs: Runs) -> list[Row]:
    """One row a subset; each language costs 10."""
    rows = [
        Row(
            trial=None if not found.languages else number, label="" if found.languages else "none",
            languages=tuple(sorted(found.languages)), cost=10.0 * len(found.languages), cost_unit="pairs", proxy=None,
            proxy_rung=None, accuracy=float(np.mean(list(by_seed.values()))), accuracy_std=None,
            n_seeds=len(by_seed), held_out=None, diversity=None,
        )
        for number, (found, by_seed) in enumerate(runs.items())
    ]  # fmt: skip
    return mark_front(rows)


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
    found = difference({1: 0.5, 2: 0.6}, {1: 0.4, 2: 0.5}, PooledNoise(0.01, 20))
    assert found is not None
    assert (found.mean, found.seeds) == (pytest.approx(0.1), (1, 2))
    assert found.low == pytest.approx(0.1 - 2.086 * 0.01, abs=1e-4)
    assert found.verdict == "better"
    assert difference({1: 0.5}, {2: 0.4}, PooledNoise(0.01, 20)) is None
    alone = difference({1: 0.5}, {1: 0.4}, None)
    assert alone is not None
    assert alone.low is None


def test_the_cheapest_that_is_as_good_is_recommended() -> None:
    runs = made([0.0, 0.5, 0.8, 0.805, 0.812], 0.008)
    rows = {len(row.languages): row for row in mark_ties(rows_of(runs), runs)}
    assert [size for size, row in rows.items() if row.recommended] == [2]
    assert {size for size, row in rows.items() if row.ties_best} == {2, 3, 4}
    assert rows[1].tied_with is None
    assert rows[3].tied_with == rows[4].tied_with == rows[2].languages
    listed = list(rows.values())
    best = max(listed, key=lambda row: row.accuracy or 0)
    picked = parse_rule("best").pick(listed)
    assert picked.row == best
    assert "full runs do not tell it from trial 2 (l0 l1), at 20 pairs" in picked.reason
    recommended = parse_rule("recommended").pick(listed)
    assert recommended.row == rows[2]
    assert "the cheapest that full runs have not told from the most accurate one" in recommended.reason


def test_where_nothing_beats_no_realignment_that_is_said() -> None:
    runs = made([0.50, 0.51, 0.505], 0.2)
    rows = mark_ties(rows_of(runs), runs)
    assert rows[0].recommended
    assert all(row.tied_with == () for row in rows[1:])
    picked = parse_rule("recommended").pick(rows)
    assert len(picked.row.languages) == 1
    assert "full runs do not tell it from no realignment, at 0 pairs" in picked.reason


def test_fresh_seeds_are_told() -> None:
    from dataclasses import replace

    runs = made([0.0, 0.5], 0.01)
    rows = [replace(row, fresh_accuracy=0.48, n_fresh=2) for row in mark_ties(rows_of(runs), runs)]
    assert "0.4800 over 2 fresh seeds" in parse_rule("best").pick(rows).reason


def test_unmeasured_rows_stay_as_they_are() -> None:
    from dataclasses import replace

    rows = [replace(row, accuracy=None, n_seeds=0) for row in rows_of(made([0.1, 0.2], 0.1))]
    assert mark_ties(rows, {}) == rows


@given(st.lists(st.floats(0, 1), min_size=2, max_size=6), st.floats(0, 0.5), st.integers(1, 4))
def test_marks_are_consistent(means: list[float], sd: float, seeds: int) -> None:
    runs = made(means, sd, seeds)
    rows = mark_ties(rows_of(runs), runs)
    (recommended,) = [row for row in rows if row.recommended]
    assert recommended.ties_best
    assert recommended.cost == min(row.cost for row in rows if row.ties_best)
    best = max(rows, key=lambda row: (row.accuracy or 0, -row.cost))
    assert best.ties_best
    if best.tied_with is not None:
        assert best.tied_with == recommended.languages
    for row in rows:
        if row.tied_with is not None:
            assert 10.0 * len(row.tied_with) < row.cost
    assert [row.to_dict()["ties_best"] for row in rows] == [row.ties_best for row in rows]
