"""The Pareto front of two objectives, cost down and value up: who is on it, and how much it dominates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Numbers = Sequence[float] | npt.NDArray[np.float64]


def staircase(costs: Numbers, values: Numbers) -> list[int]:
    """Find the points that are better than all that cost as much or less.

    Args:
        costs: Lower is better.
        values: Higher is better; as many as ``costs``.

    Returns:
        Their positions, by rising cost and so by rising value; of equal points the first.

    Raises:
        ValueError: If the lengths differ.
    """
    if len(costs) != len(values):
        raise ValueError(f"{len(costs)} costs for {len(values)} values")
    heights = np.asarray(values, dtype=np.float64)
    order = np.lexsort((-heights, np.asarray(costs, dtype=np.float64)))
    if not len(order):
        return []
    best = np.maximum.accumulate(heights[order])
    return [int(i) for i in order[np.r_[True, best[1:] > best[:-1]]]]


def non_dominated(costs: Numbers, values: Numbers) -> list[bool]:
    """Mark the points that no other point beats.

    A point is dominated if another is at least as cheap and at least as good, and better in
    one of the two. Equal points do not dominate each other.

    Args:
        costs: Lower is better.
        values: Higher is better; as many as ``costs``.

    Returns:
        One flag a point, in order.

    Raises:
        ValueError: If the lengths differ.
    """
    best = {(costs[i], values[i]) for i in staircase(costs, values)}
    return [point in best for point in zip(costs, values, strict=True)]


def hypervolume(costs: Numbers, values: Numbers, *, worst_cost: float, worst_value: float) -> float:
    """Measure the area that a set of points dominates, exactly.

    Args:
        costs: Lower is better.
        values: Higher is better.
        worst_cost: Reference cost; points at or beyond it count nothing.
        worst_value: Reference value; points at or below it count nothing.

    Returns:
        Area in cost times value, 0 or more (Zitzler and Thiele 1999).
    """
    area, best = 0.0, worst_value
    for step in staircase(costs, values):
        cost, value = costs[step], values[step]
        if cost < worst_cost and value > best:
            area += (worst_cost - cost) * (value - best)
            best = value
    return float(area)
