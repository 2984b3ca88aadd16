from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.dominance import hypervolume, non_dominated
from subsetsearch.surrogate import (
    expected_growth,
    expected_hypervolume_improvement,
    expected_improvement,
    front_levels,
    level_at,
    probability_above,
)

COSTS = np.array([1.0, 2.0, 4.0, 3.0, 2.5])
VALUES = np.array([0.2, 0.5, 0.8, 0.4, 0.5])


@pytest.mark.parametrize("cost", [0.5, 2.0, 3.7, 4.5, 6.0, 7.0])
@pytest.mark.parametrize(("mean", "sd"), [(0.6, 0.2), (0.1, 0.05), (0.9, 0.3)])
def test_agrees_with_monte_carlo_over_the_exact_area(cost: float, mean: float, sd: float) -> None:
    worst = {"worst_cost": 6.0, "worst_value": 0.1}
    before = hypervolume(COSTS.tolist(), VALUES.tolist(), **worst)
    draws = np.random.default_rng(0).normal(mean, sd, size=4000)
    gains = [hypervolume([*COSTS, cost], [*VALUES, y], **worst) - before for y in draws]
    found = expected_hypervolume_improvement(
        np.array([cost]), np.array([mean]), np.array([sd]), front_levels(COSTS, VALUES), **worst
    )
    error = 4.5 * np.std(gains) / np.sqrt(len(draws))
    assert found[0] == pytest.approx(np.mean(gains), abs=error + 1e-4)


def test_a_certain_value_gains_exactly_its_area() -> None:
    worst = {"worst_cost": 6.0, "worst_value": 0.1}
    before = hypervolume(COSTS.tolist(), VALUES.tolist(), **worst)
    for cost, value in [(0.5, 0.3), (3.0, 0.9), (1.5, 0.1), (5.0, 0.81)]:
        after = hypervolume([*COSTS, cost], [*VALUES, value], **worst)
        found = expected_hypervolume_improvement(
            np.array([cost]), np.array([value]), np.array([1e-9]), front_levels(COSTS, VALUES), **worst
        )
        assert found[0] == pytest.approx(after - before, abs=1e-8)


def test_expected_improvement_has_its_known_values() -> None:
    zero, one = np.array(0.0), np.array(1.0)
    assert expected_improvement(zero, one, zero) == pytest.approx(1 / np.sqrt(2 * np.pi))
    assert expected_improvement(np.array(5.0), np.array(1e-6), zero) == pytest.approx(5.0)
    assert expected_improvement(np.array(-5.0), np.array(0.1), zero) == pytest.approx(0.0, abs=1e-12)
    assert probability_above(zero, one, zero) == pytest.approx(0.5)
    assert probability_above(np.array(1.96), one, zero) == pytest.approx(0.975, abs=1e-3)


POINTS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12)


@given(POINTS)
def test_the_staircase_is_the_undominated_points(points: list[tuple[int, int]]) -> None:
    costs, values = np.array(points, dtype=float).T
    front = front_levels(costs, values)
    flags = non_dominated(costs.tolist(), values.tolist())
    assert set(zip(*(axis.tolist() for axis in front), strict=True)) == {
        (float(c), float(v)) for (c, v), kept in zip(points, flags, strict=True) if kept
    }
    for at in (-1.0, 0.0, 2.5, 6.0):
        expected = max((v for c, v in points if c <= at), default=-9)
        assert level_at(np.array([at]), front, -9.0)[0] == expected


def test_growth_is_what_the_best_gains_on_average() -> None:
    rng = np.random.default_rng(0)
    mean, moves = rng.normal(size=5), rng.normal(size=(5, 4))
    said = rng.standard_normal((200_000, 1, 1))
    after = mean[:, None] + said * moves
    expected = after.max(axis=1).mean(axis=0) - mean.max()
    np.testing.assert_allclose(expected_growth(mean, moves), expected, atol=0.01)
    widths = np.array([0.5, 1.0, 0.0, 2.0, 0.3])
    areas = np.maximum.accumulate(after, axis=1)
    expected = np.einsum("n,snr->sr", widths, areas).mean(axis=0) - widths @ np.maximum.accumulate(mean)
    np.testing.assert_allclose(expected_growth(mean, moves, widths), expected, atol=0.03)


def test_a_run_that_moves_all_alike_or_nothing_is_worth_nothing() -> None:
    mean = np.array([0.1, 0.5, 0.3])
    moves = np.stack([np.zeros(3), np.full(3, 0.2), np.array([0.1, 0.0, 0.0])], axis=1)
    growth = expected_growth(mean, moves)
    np.testing.assert_allclose(growth[:2], 0.0, atol=1e-12)
    assert 0 <= growth[2] < 1e-3
