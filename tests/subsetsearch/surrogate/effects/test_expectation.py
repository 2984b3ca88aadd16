"""Probabilities of gains."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from subsetsearch.subset import Subset
from subsetsearch.surrogate.effects.expectation import (
    GroupExpectation,
    probability_above_zero,
)

A, B = Subset(frozenset("a")), Subset(frozenset("b"))


def test_the_chance_of_a_gain_by_closed_form() -> None:
    one = GroupExpectation((A,), np.array([0.01]), np.array([[0.02**2]]))
    assert one.better_than_none[0] == pytest.approx(norm.cdf(0.5))


def test_draws_are_the_same_again() -> None:
    one = GroupExpectation((A, B), np.zeros(2), np.eye(2))
    np.testing.assert_array_equal(one.draws(), one.draws())


def test_what_is_certain_has_probability_0_or_1() -> None:
    mean, sd = np.array([0.1, -0.1, 0.0, 0.0]), np.array([0.0, 0.0, 0.0, 1.0])
    np.testing.assert_array_equal(probability_above_zero(mean, sd), [1.0, 0.0, 0.5, 0.5])
