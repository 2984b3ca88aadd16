"""What a subset of known cost and uncertain value is expected to add to a front."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from subsetsearch.dominance import staircase
from subsetsearch.surrogate.features import Indices, Matrix

_SQRT_2PI = float(np.sqrt(2.0 * np.pi))

_DEVIATES = np.linspace(-6.0, 6.0, 61)
_WEIGHTS = np.exp(-0.5 * _DEVIATES**2) / np.sum(np.exp(-0.5 * _DEVIATES**2))
"""What a run may say, in standard deviations, and how likely that is."""


def expected_improvement(mean: Matrix, sd: Matrix, level: Matrix) -> Matrix:
    """Expected excess of a Gaussian over a level, E max(0, y - level); shapes broadcast.

    Args:
        mean: Of the Gaussian.
        sd: Its standard deviation, above 0.
        level: To be exceeded.
    """
    z = (mean - level) / sd
    density = np.exp(-0.5 * z * z) / _SQRT_2PI
    return np.asarray(sd * (z * ndtr(z) + density))


def probability_above(mean: Matrix, sd: Matrix, level: Matrix) -> Matrix:
    """Probability that a Gaussian exceeds a level, in [0, 1]; shapes broadcast."""
    return np.asarray(ndtr((mean - level) / sd))


def front_levels(costs: Matrix, values: Matrix) -> tuple[Matrix, Matrix]:
    """Reduce points to the staircase of the best value at or below each cost.

    Args:
        costs: Lower is better, shape (n,).
        values: Higher is better, shape (n,).

    Returns:
        Costs of the undominated points, rising, and their values, rising.
    """
    steps = staircase(costs, values)
    return costs[steps], values[steps]


def level_at(costs: Matrix, front: tuple[Matrix, Matrix], worst: float) -> Matrix:
    """Best value of the front at or below each cost, ``worst`` where there is none."""
    place = np.searchsorted(front[0], costs, side="right")
    return np.asarray(np.r_[worst, front[1]][place])


def expected_hypervolume_improvement(
    costs: Matrix,
    mean: Matrix,
    sd: Matrix,
    front: tuple[Matrix, Matrix],
    *,
    worst_cost: float,
    worst_value: float,
) -> Matrix:
    """Expected growth of the dominated area, exactly.

    A subset's cost is known and its value Gaussian. Over each step of the front at or above its
    cost it adds an area: the step's width times what the value exceeds the step by. The
    expectation is a sum of one-dimensional expected improvements (the closed form of Emmerich et
    al. 2011 with one objective certain).

    Args:
        costs: Of the subsets, on the axis of the area, shape (m,).
        mean: Predicted values, shape (m,).
        sd: Their standard deviations, shape (m,).
        front: From :func:`front_levels`, on the same axis.
        worst_cost: Reference; a subset at or beyond it adds nothing.
        worst_value: Reference; values below it add nothing.

    Returns:
        Shape (m,), 0 or more.
    """
    inside = front[0] < worst_cost
    edges = np.r_[-np.inf, front[0][inside], worst_cost]
    levels = np.maximum(np.r_[worst_value, front[1][inside]], worst_value)
    starts = np.maximum(edges[None, :-1], costs[:, None])
    widths = np.maximum(0.0, edges[None, 1:] - starts)
    gains = expected_improvement(mean[:, None], sd[:, None], levels[None, :])
    return np.asarray(np.sum(widths * gains, axis=1))


def expected_growth(mean: Matrix, moves: Matrix, widths: Matrix | None = None) -> Matrix:
    """How much the best expected value is expected to grow by one more run: the knowledge gradient.

    With ``widths``, values at every cost count: the area under the front of what is expected (Frazier,
    Powell and Dayanik 2009 for one value; Daulton, Balandat and Bakshy 2023 for the area).

    Args:
        mean: What is expected of the subsets, shape (n,); by rising cost, where widths are given.
        moves: How far each run moves that, by a standard deviation of what it says, shape (n, n_runs).
        widths: From the cost of each subset to that of the next, shape (n,); the best at any cost alone
            counts, if left out.

    Returns:
        Shape (n_runs,), 0 or more.
    """
    growth = np.zeros(moves.shape[1])
    if widths is not None:
        places = _ever_best(mean, moves)
        mean, moves, widths = mean[places], moves[places], np.add.reduceat(widths, places)
    for z, weight in zip(_DEVIATES, _WEIGHTS, strict=True):
        after = mean[:, None] + z * moves
        if widths is None:
            growth += weight * (after.max(axis=0) - mean.max())
        else:
            gained = np.maximum.accumulate(after, axis=0) - np.maximum.accumulate(mean)[:, None]
            growth += weight * (widths @ gained)
    return np.maximum(growth, 0.0)


def _ever_best(mean: Matrix, moves: Matrix) -> Indices:
    """Subsets that may become better than all cheaper ones, whatever a run says; the others count nothing.

    Args:
        mean: As in :func:`expected_growth`, one or more.
        moves: Likewise.
    """
    reach = _DEVIATES[-1] * np.abs(moves).max(axis=1, initial=0.0)
    least = np.maximum.accumulate(mean - reach)
    return np.flatnonzero(np.r_[True, (mean + reach)[1:] > least[:-1]])
