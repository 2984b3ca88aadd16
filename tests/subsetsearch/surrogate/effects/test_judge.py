"""Judging subsets by draws of what they are worth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import norm

from subsetsearch.surrogate.effects.expectation import gaussian_draws
from subsetsearch.surrogate.effects.judge import Judgement


def test_one_subset_is_best_as_often_as_it_gains() -> None:
    draws = 0.01 + gaussian_draws(np.array([[0.02**2]]), 20_000, np.random.default_rng(0))
    found = Judgement.of(draws)
    assert found.better[0] == pytest.approx(norm.cdf(0.5), abs=0.01)
    assert found.best[0] == found.better[0]
    assert found.mean[0] == pytest.approx(0.01, abs=5e-4)
    assert found.sd[0] == pytest.approx(0.02, abs=5e-4)
    # The expected loss of choosing no realignment: E max(0, gain), by closed form.
    assert found.regret[1] == pytest.approx(0.01 * norm.cdf(0.5) + 0.02 * norm.pdf(0.5), abs=5e-4)


def test_the_better_of_two_by_closed_form() -> None:
    covariance = np.array([[4.0, 1.0], [1.0, 3.0]]) * 1e-4
    draws = np.array([0.5, 0.51]) + gaussian_draws(covariance, 20_000, np.random.default_rng(1))
    found, sd = Judgement.of(draws), np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    np.testing.assert_allclose(found.best, [norm.sf(0.01 / sd), norm.cdf(0.01 / sd), 0.0], atol=0.01)
    np.testing.assert_allclose(
        found.chances()[:2, :2], [[0.5, norm.sf(0.01 / sd)], [norm.cdf(0.01 / sd), 0.5]], atol=0.01
    )
    assert found.regret[0] - found.regret[1] == pytest.approx(0.01, abs=1e-3)
    assert found.regret[2] > 0.4


@given(arrays(np.float64, st.tuples(st.integers(2, 30), st.integers(1, 6)), elements=st.floats(-1, 1)))
def test_what_holds_for_any_draws(draws: np.ndarray) -> None:
    found = Judgement.of(draws)
    assert found.best.sum() == pytest.approx(1.0)
    assert (found.regret >= 0).all()
    best = int(np.argmax(np.append(found.mean, 0.0)))
    assert found.regret[best] == pytest.approx(found.regret.min(), abs=1e-9)
    chances = found.chances()
    np.testing.assert_allclose(chances + chances.T, 1.0)


def test_what_is_certain() -> None:
    found = Judgement.of(np.tile([0.1, -0.1, 0.0], (5, 1)))
    np.testing.assert_array_equal(found.better, [1.0, 0.0, 0.0])
    np.testing.assert_array_equal(found.chances()[:, 3], [1.0, 0.0, 0.5, 0.5])


def test_no_subset_at_all_leaves_no_realignment_best() -> None:
    found = Judgement.of(np.zeros((5, 0)))
    assert found.best.tolist() == [1.0]
    assert found.regret.tolist() == [0.0]


def test_what_is_equal_for_certain_shares_the_first_place() -> None:
    np.testing.assert_allclose(Judgement.of(np.ones((4, 2))).best, [0.5, 0.5, 0.0])
