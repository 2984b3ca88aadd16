"""Probabilities of gains."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from subsetsearch.subset import Subset
from subsetsearch.surrogate.effects.expectation import (
    Expectation,
    GroupExpectation,
    probability_above_zero,
)

A, B = Subset(frozenset("a")), Subset(frozenset("b"))


def test_one_subset_is_best_as_often_as_it_gains() -> None:
    one = GroupExpectation((A,), np.array([0.01]), np.array([[0.02**2]]))
    assert one.better_than_none[0] == pytest.approx(norm.cdf(0.5))
    assert one.best()[0] == pytest.approx(norm.cdf(0.5), abs=0.02)


def test_the_better_of_two_by_closed_form() -> None:
    covariance = np.array([[4.0, 1.0], [1.0, 3.0]]) * 1e-4
    two = GroupExpectation((A, B), np.array([0.5, 0.51]), covariance)
    sd = np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    np.testing.assert_allclose(two.best(), [norm.sf(0.01 / sd), norm.cdf(0.01 / sd)], atol=0.02)
    assert two.best().sum() == pytest.approx(1.0)
    regret = two.regret()
    assert regret[0] - regret[1] == pytest.approx(0.01, abs=1e-3)
    assert regret[2] > 0.4


def test_draws_are_the_same_again() -> None:
    one = GroupExpectation((A, B), np.zeros(2), np.eye(2))
    np.testing.assert_array_equal(one.draws(), one.draws())


def test_what_is_certain_has_probability_0_or_1() -> None:
    mean, sd = np.array([0.1, -0.1, 0.0, 0.0]), np.array([0.0, 0.0, 0.0, 1.0])
    np.testing.assert_array_equal(probability_above_zero(mean, sd), [1.0, 0.0, 0.5, 0.5])


def test_a_frame_has_a_row_a_subset_and_target() -> None:
    found = Expectation((A, B), ("t", "u"), np.array([[1.0, 2.0], [3.0, 4.0]]), np.ones((2, 2)))
    frame = found.to_frame().set_index(["subset", "target"])
    assert frame.loc[("b", "t"), "gain"] == 3.0
    assert len(frame) == 4
