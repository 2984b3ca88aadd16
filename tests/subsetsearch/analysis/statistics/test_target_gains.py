"""Gains by target: Holm by brute force, noise of many targets at once, moderated noise by simulation."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from subsetsearch.analysis.statistics.moderated_noise import moderated
from subsetsearch.analysis.statistics.seed_noise import (
    PairedDifference,
    PooledNoise,
    paired_difference,
    pooled_noise,
)
from subsetsearch.analysis.statistics.target_gains import MeasuredGains, holm, target_gains
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.subset import NONE, Subset

A, B = Subset(frozenset({"swh_Latn"})), Subset(frozenset({"swh_Latn", "tel_Telu"}))
Table = Mapping[Subset, Mapping[int, Mapping[str, float]]]


def run(subset: Subset, seed: int, scores: Mapping[str, float], held: Sequence[str] = ()) -> Measurement:
    return Measurement("f", "r", subset, 3, "test", seed, "accuracy", scores, held_out=frozenset(held))


def runs_of(table: Table) -> list[Measurement]:
    return [run(subset, seed, scores) for subset, seeds in table.items() for seed, scores in seeds.items()]


def made(gains: Mapping[str, float], sd: float = 0.01, seeds: int = 3, start: int = 0) -> list[Measurement]:
    """Three subsets with every seed; the first realigned one gains so much."""
    rng = np.random.default_rng(start)
    return runs_of({
        subset: {
            seed: {key: 0.4 + share * gain + 0.02 * seed + sd * float(rng.standard_normal()) for key, gain in gains.items()}
            for seed in range(seeds)
        }
        for subset, share in ((NONE, 0.0), (A, 1.0), (B, 0.5))
    })  # fmt: skip


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_holm_is_the_closed_test_by_bonferroni(chances: list[float]) -> None:
    """A claim holds at a level if every set of claims that holds it is refused there, by Bonferroni."""
    keys = [str(place) for place in range(len(chances))]
    found = holm(dict(zip(keys, chances, strict=True)))
    for key, own in zip(keys, chances, strict=True):
        others = [p for other, p in zip(keys, chances, strict=True) if other != key]
        sets = [[own, *more] for size in range(len(keys)) for more in itertools.combinations(others, size)]
        assert found[key] == pytest.approx(max(min(1.0, len(some) * min(some)) for some in sets))


def test_holm_of_nothing_and_of_ties() -> None:
    assert holm({}) == {}
    assert holm({"a": 0.01, "b": 0.01, "c": 0.9}) == {"a": 0.03, "b": 0.03, "c": 0.9}


def test_p_is_that_of_the_paired_t_test() -> None:
    first, second = [0.5, 0.6, 0.58, 0.7], [0.45, 0.57, 0.59, 0.6]
    found = paired_difference(dict(enumerate(first)), dict(enumerate(second)))
    assert found is not None
    assert found.p == pytest.approx(stats.ttest_rel(first, second).pvalue)
    few = paired_difference({1: 0.5, 2: 0.4}, {1: 0.4, 2: 0.4})
    assert few is not None
    assert few.p is None


@given(st.floats(-0.2, 0.2), st.floats(0.001, 0.1), st.integers(1, 30), st.integers(1, 4))
def test_p_is_below_the_level_where_the_interval_leaves_zero_out(
    gain: float, spread: float, freedom: int, seeds: int
) -> None:
    base = dict.fromkeys(range(seeds), 0.5)
    found = paired_difference({s: x + gain for s, x in base.items()}, base, PooledNoise(spread, freedom))
    assert found is not None
    assert found.p is not None
    assert found.low is not None
    assert found.high is not None
    assert (found.p < 0.05) == (found.low > 0 or found.high < 0)


def test_the_gain_of_a_group_is_that_of_its_mean() -> None:
    runs = made({"a": 0.1, "b": -0.05, "c": 0.02})
    means = {
        subset: {r.seed: (r.scores["a"] + r.scores["b"]) / 2 for r in runs if r.subset == subset}
        for subset in (NONE, A, B)
    }
    expected = paired_difference(means[A], means[NONE], pooled_noise(means))
    assert MeasuredGains(runs).gain(A, ("a", "b")) == expected
    assert MeasuredGains(runs).gain(NONE, ("a",)) is None


def test_noise_of_many_targets_at_once_is_that_of_each() -> None:
    runs = made(dict.fromkeys("abcd", 0.1), seeds=4)
    del runs[1]  # a gap
    source = MeasuredGains(runs)
    for key in "abcd":
        own = pooled_noise({s: {r.seed: r.scores[key] for r in runs if r.subset == s} for s in (NONE, A, B)})
        assert own is not None
        assert source._noises[key].spread == pytest.approx(own.spread)
        assert source._noises[key].freedom == own.freedom


def test_targets_that_some_runs_lack_are_paired_where_they_are_scored() -> None:
    runs = [run(NONE, 1, {"a": 0.5}), run(A, 1, {"a": 0.6, "b": 0.3}), run(A, 2, {"a": 0.7, "b": 0.4})]
    a, b = sorted(target_gains(runs, A), key=lambda row: row.key)
    assert a.gain is not None
    assert a.gain.seeds == (1,)
    assert (a.gain.mean, a.gain.low, a.p, a.verdict) == (pytest.approx(0.1), None, None, "not known")
    assert (b.gain, b.verdict, b.score) == (None, "not known", pytest.approx(0.35))


def test_one_common_seed_says_not_known_and_none_says_nothing() -> None:
    alone = target_gains([run(A, 1, {"a": 0.6}), run(NONE, 2, {"a": 0.1})], A)
    assert [(row.gain, row.p, row.verdict) for row in alone] == [(None, None, "not known")]


def test_who_is_helped_and_who_is_harmed() -> None:
    gains = {"up": 0.2, "down": -0.2, **{f"flat{n}": 0.0 for n in range(8)}}
    rows = target_gains(made(gains, sd=0.01), A)
    assert [row.key for row in rows if row.verdict == "helped"] == ["up"]
    assert [row.key for row in rows if row.verdict == "harmed"] == ["down"]
    assert sum(row.verdict == "not shown" for row in rows) == 8
    assert all(row.p is not None and row.gain is not None and row.gain.p is not None for row in rows)
    assert all((row.p or 0) >= (row.gain.p or 0) for row in rows if row.gain)
    few = target_gains(made(gains, sd=0.01), A, ["up", "flat1"])
    assert {row.key for row in few} == {"up", "flat1"}


def test_another_source_may_answer() -> None:
    class Model:
        def gain(self, subset: Subset, targets: Sequence[str]) -> PairedDifference | None:
            return (
                PairedDifference(-0.1, -0.2, -0.01, (1, 2, 3), 0.001 * len(targets)) if subset == A else None
            )

    rows = target_gains(made({"a": 0.2, "b": 0.2}), A, source=Model())
    assert [row.verdict for row in rows] == ["harmed", "harmed"]
    assert rows[0].p == pytest.approx(0.002)


def simulated(spreads: Sequence[float], rng: np.random.Generator, freedom: int = 4) -> dict[int, PooledNoise]:
    return {
        key: PooledNoise(sd * math.sqrt(rng.chisquare(freedom) / freedom), freedom)
        for key, sd in enumerate(spreads)
    }


def test_equal_noise_is_pooled_and_unequal_noise_is_kept_apart() -> None:
    rng = np.random.default_rng(1)
    equal = moderated(simulated([0.02] * 60, rng))
    assert {round(noise.spread, 3) for noise in equal.values()} <= {0.019, 0.02, 0.021, 0.022}
    assert min(noise.freedom for noise in equal.values()) > 40
    wide = simulated([0.001] * 30 + [0.5] * 30, rng)
    spreads = [noise.spread for noise in moderated(wide).values()]
    assert max(spreads[:30]) < 0.003
    assert min(spreads[30:]) > 0.03


def test_few_targets_and_targets_without_noise() -> None:
    few = {key: PooledNoise(0.01, 4) for key in "abcd"}
    assert moderated(few) == few
    some = {
        **{key: PooledNoise(0.01 * (1 + place), 4) for place, key in enumerate("abcdefgh")},
        "z": PooledNoise(0.0, 4),
    }
    assert moderated(some)["z"].spread > 0.001


@pytest.mark.parametrize("law", ["inverse chi-squared", "lognormal", "equal"])
def test_intervals_cover_and_holm_keeps_its_level(law: str) -> None:
    """46 targets without any gain, four degrees of freedom each, as three subsets with three seeds have."""
    rng = np.random.default_rng(7)
    missed, wrong, many = [], 0, 300
    for _ in range(many):
        spreads = {
            "inverse chi-squared": 0.025 * np.sqrt(5 / rng.chisquare(5, 46)),
            "lognormal": 0.025 * np.exp(0.5 * rng.standard_normal(46)),
            "equal": np.full(46, 0.025),
        }[law]
        noises = moderated(simulated(list(spreads), rng)).values()
        errors = np.array([noise.spread for noise in noises]) * math.sqrt(2 / 3)
        means = spreads * math.sqrt(2 / 3) * rng.standard_normal(46)
        chances = 2 * stats.t.sf(abs(means) / errors, [noise.freedom for noise in noises])
        missed.append(float((chances < 0.05).mean()))
        wrong += min(holm({str(key): float(p) for key, p in enumerate(chances)}).values()) < 0.05
    assert np.mean(missed) == pytest.approx(0.05, abs=0.01)
    assert wrong / many < 0.08


def test_targets_that_all_runs_score_are_counted_at_once() -> None:
    """The same as by looking at each target: a further run with one more makes them differ."""
    runs = made({f"t{i}": 0.01 * i for i in range(7)})
    quick = MeasuredGains(runs)._noises
    assert len(MeasuredGains(runs)._scored()) == 1
    more = [*runs, run(Subset(frozenset({"yor_Latn"})), 0, {"t0": 0.5, "u": 0.5})]
    assert len(MeasuredGains(more)._scored()) == 2
    assert {key: noise for key, noise in MeasuredGains(more)._noises.items() if key != "u"} == quick
    assert MeasuredGains([])._noises == {}
