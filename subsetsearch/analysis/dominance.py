"""Dominance and hypervolume for two objectives: cost down, accuracy up."""

from __future__ import annotations

from collections.abc import Sequence


def non_dominated(costs: Sequence[float], values: Sequence[float]) -> list[bool]:
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
    if len(costs) != len(values):
        raise ValueError(f"{len(costs)} costs for {len(values)} values")
    order = sorted(range(len(costs)), key=lambda i: (costs[i], -values[i]))
    flags = [False] * len(costs)
    best = float("-inf")
    index = 0
    while index < len(order):
        group = [i for i in order[index:] if costs[i] == costs[order[index]]]
        top = values[group[0]]
        if top > best:
            for i in group:
                flags[i] = values[i] == top
            best = top
        index += len(group)
    return flags


def hypervolume(
    costs: Sequence[float], values: Sequence[float], *, worst_cost: float, worst_value: float
) -> float:
    """Measure the area that a set of points dominates, exactly.

    Args:
        costs: Lower is better.
        values: Higher is better.
        worst_cost: Reference cost; points at or beyond it count nothing.
        worst_value: Reference value; points at or below it count nothing.

    Returns:
        Area in cost times value, 0 or more (Zitzler and Thiele 1999).
    """
    inside = sorted((c, v) for c, v in zip(costs, values, strict=True) if c < worst_cost and v > worst_value)
    area, best = 0.0, worst_value
    for cost, value in inside:
        if value > best:
            area += (worst_cost - cost) * (value - best)
            best = value
    return area
