from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.analysis.trust import Interval, Noise, noise, spearman_brown


@given(st.floats(0, 1), st.integers(1, 20))
def test_spearman_brown_is_the_share_of_true_variance(r: float, k: int) -> None:
    """Scores with true variance r and noise variance 1 - r: a mean of k keeps (1 - r) / k of the noise."""
    expected = r / (r + (1 - r) / k) if r else 0.0
    assert spearman_brown(r, k) == pytest.approx(expected)


def test_spearman_brown_at_its_ends() -> None:
    assert spearman_brown(-0.3, 5) == 0
    assert spearman_brown(1.2, 2) == 1
    assert spearman_brown(0.4, 1) == pytest.approx(0.4)
    assert spearman_brown(0.5, 2) == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match="1 or more"):
        spearman_brown(0.5, 0)


def made(subsets: int, seeds: int, noise_sd: float, rng: np.random.Generator) -> dict[int, dict[int, float]]:
    """Scores of true variance 1 with noise, and a large shift by seed."""
    truth = rng.standard_normal(subsets)
    shift = 5 * rng.standard_normal(seeds)
    return {
        i: {s: float(truth[i] + shift[s] + noise_sd * rng.standard_normal()) for s in range(seeds)}
        for i in range(subsets)
    }


def test_the_ceiling_is_what_an_oracle_reaches() -> None:
    rng = np.random.default_rng(3)
    subsets, seeds, sd = 3000, 3, 1.5
    truth = rng.standard_normal(subsets)
    runs = {
        i: {s: float(truth[i] + 7 * s + sd * rng.standard_normal()) for s in range(seeds)}
        for i in range(subsets)
    }
    found = noise(runs)
    means = [np.mean(list(by_seed.values())) for by_seed in runs.values()]
    reached = float(np.corrcoef(truth, means)[0, 1])
    assert found.single_seed is not None
    assert found.single_seed.value == pytest.approx(1 / (1 + sd**2), abs=0.04)
    assert found.ceiling is not None
    assert found.ceiling.value == pytest.approx(reached, abs=0.03)
    assert found.ceiling.low <= found.ceiling.value <= found.ceiling.high
    assert found.reliability == pytest.approx(found.ceiling.value**2)


def test_a_shift_by_seed_is_no_noise() -> None:
    runs = made(8, 3, 0.0, np.random.default_rng(1))
    found = noise(runs)
    assert found.single_seed is not None
    assert found.single_seed.value == pytest.approx(1)
    assert (found.seeds, found.n) == (3, 8)


@given(st.floats(0.05, 0.95), st.floats(0.1, 0.95))
def test_the_seeds_asked_for_are_the_fewest(r: float, ceiling: float) -> None:
    k = Noise(Interval(r, r, r), 2, 6).seeds_for(ceiling)
    assert k is not None
    assert math.sqrt(spearman_brown(r, k)) >= ceiling - 1e-6
    assert k == 1 or math.sqrt(spearman_brown(r, k - 1)) < ceiling


def test_one_seed_few_subsets_and_constant_scores_tell_nothing() -> None:
    assert noise({}).single_seed is None
    one = noise({i: {17: float(i)} for i in range(9)})
    assert (one.single_seed, one.ceiling, one.reliability, one.n) == (None, None, None, 0)
    assert noise({i: {1: float(i), 2: float(i)} for i in range(4)}).single_seed is None
    assert noise({i: {1: 0.5, 2: 0.5} for i in range(9)}).single_seed is None
    assert one.seeds_for(0.8) is None
