"""How much of a variance each factor of a balanced table has, and each of their interactions.

All factors are random and there is one number a cell, so the highest interaction is also the rest. The
estimates are those of the analysis of variance (method of moments): unbiased, and below 0 by chance where a
component is small. They need no model fit and no library.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Self

import numpy as np
import numpy.typing as npt

from realign_core.support.seeds import named_generator

Array = npt.NDArray[np.float64]
Effect = tuple[int, ...]
"""Axes that interact; one axis is a factor alone."""

SIMULATIONS = 400


def effects(axes: int) -> list[Effect]:
    """All factors and interactions, lowest order first."""
    return [found for size in range(1, axes + 1) for found in combinations(range(axes), size)]


def components(table: Array) -> dict[Effect, float]:
    """Estimate the variance of every factor and interaction.

    Args:
        table: One axis a factor, each with two levels or more.

    Returns:
        Axes to variance, in the table's unit squared.

    Raises:
        ValueError: If an axis has one level, or a cell is missing.
    """
    if min(table.shape) < 2 or not np.isfinite(table).all():
        raise ValueError(f"a whole table of two levels or more is needed, but got {table.shape}")
    squares = {effect: _mean_square(table, effect) for effect in effects(table.ndim)}
    variances = {}
    for effect in squares:
        above = [other for other in squares if set(effect) <= set(other)]
        total = sum((-1) ** (len(other) - len(effect)) * squares[other] for other in above)
        variances[effect] = total / _cells(table, effect)
    return variances


@dataclass(frozen=True, slots=True)
class Estimates:
    """Components of a table, and how far they would scatter if they were true (parametric bootstrap).

    Resampling six subsets would put equal rows beside each other, which have no interaction; so tables of
    the same shape are simulated from the estimates, those below 0 taken as 0.

    Args:
        variances: Of the table.
        simulated: Of tables that are simulated from these.
    """

    variances: Mapping[Effect, float]
    simulated: Sequence[Mapping[Effect, float]]

    @classmethod
    def of(cls, table: Array) -> Self:
        """Estimate, as :func:`components` does; two tables of one shape are simulated from the same draws."""
        rng, variances = named_generator(0, "components"), components(table)
        drawn = [components(simulate(variances, table.shape, rng)) for _ in range(SIMULATIONS)]
        return cls(variances, drawn)

    def interval(self, effect: Effect) -> tuple[float, float]:
        """Where 95 % of the simulated estimates lie."""
        return tails([each[effect] for each in self.simulated])


def tails(values: Sequence[float]) -> tuple[float, float]:
    """Ends of the middle 95 % of values."""
    low, high = np.nanquantile(values, [0.025, 0.975])
    return float(low), float(high)


def simulate(variances: Mapping[Effect, float], shape: Sequence[int], rng: np.random.Generator) -> Array:
    """Draw a table with normal effects of these variances."""
    table = np.zeros(shape)
    for effect, variance in variances.items():
        size = [n if axis in effect else 1 for axis, n in enumerate(shape)]
        table = table + np.sqrt(max(0.0, variance)) * rng.standard_normal(size)
    return table


def _mean_square(table: Array, effect: Effect) -> float:
    """Mean square of an effect: squared deviations that no effect within it explains."""
    deviations = np.zeros([n if axis in effect else 1 for axis, n in enumerate(table.shape)])
    for size in range(len(effect) + 1):
        for inner in combinations(effect, size):
            others = tuple(axis for axis in range(table.ndim) if axis not in inner)
            deviations = deviations + (-1) ** (len(effect) - size) * table.mean(axis=others, keepdims=True)
    freedom = np.prod([table.shape[axis] - 1 for axis in effect])
    return float((deviations**2).sum() * _cells(table, effect) / freedom)


def _cells(table: Array, effect: Effect) -> float:
    """Cells of one level of an effect."""
    return float(np.prod([n for axis, n in enumerate(table.shape) if axis not in effect]))
