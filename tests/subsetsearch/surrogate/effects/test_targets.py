"""Directions of the targets."""

from __future__ import annotations

import numpy as np
import pytest

from subsetsearch.surrogate.effects.targets import TargetBasis

RNG = np.random.default_rng(7)


@pytest.mark.parametrize(("n", "d"), [(1, 3), (2, 3), (5, 2), (5, 9), (12, 16)])
def test_directions_are_orthonormal_and_begin_with_the_mean(n: int, d: int) -> None:
    basis = TargetBasis.of(RNG.normal(size=(n, d)))
    np.testing.assert_allclose(basis.directions.T @ basis.directions, np.eye(n), atol=1e-9)
    np.testing.assert_allclose(basis.directions[:, 0], 1 / np.sqrt(n))


def test_along_them_alike_targets_come_apart() -> None:
    places = RNG.normal(size=(6, 4))
    basis = TargetBasis.of(places)
    centred = places - places.mean(axis=0)
    turned = basis.directions.T @ (centred @ centred.T) @ basis.directions
    np.testing.assert_allclose(turned, np.diag(np.diag(turned)), atol=1e-9)
    np.testing.assert_allclose(np.diag(turned) / np.diag(turned)[1:].mean(), basis.spread, atol=1e-9)


def test_the_scale_is_1_where_no_two_targets_are_alike() -> None:
    basis = TargetBasis.of(RNG.normal(size=(6, 4)))
    np.testing.assert_array_equal(basis.scales(0.0), np.ones(6))
    assert basis.scales(0.7)[1:].mean() == pytest.approx(1.0)
    np.testing.assert_array_equal(TargetBasis.of(np.zeros((4, 0))).scales(0.5), np.ones(4))
