"""Sets of languages as vectors: who is in, what they are like on average, how large and dear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Members = NDArray[np.bool_]
Indices = NDArray[np.intp]

_TRAITS = 16


@dataclass(frozen=True, slots=True, eq=False)
class SetFeatures:
    """What is known of the languages of a pool.

    Args:
        prices: What each language adds to the cost, shape (n_languages,).
        traits: Typological coordinates, shape (n_languages, t), rows of about unit length; ``t``
            may be 0.
    """

    prices: Matrix
    traits: Matrix

    def costs(self, members: Members) -> Matrix:
        """Cost of each set, shape (n,)."""
        return np.asarray(members @ self.prices, dtype=np.float64)

    def log_costs(self, costs: Matrix) -> Matrix:
        """Write costs on the axis of the hypervolume: log(1 + cost / cheapest language).

        ``none`` is at 0, the cheapest language at log 2, and the unit of the cost does not matter.
        """
        return np.asarray(np.log1p(costs / self.cheapest))

    @property
    def cheapest(self) -> float:
        """Lowest price above 0 (1 if there is none)."""
        paid = self.prices[self.prices > 0]
        return float(paid.min()) if len(paid) else 1.0

    def weights(self, members: Members, power: float) -> Matrix:
        """Share of each language in its set: 1 / size ** power for members, else 0; shape (n, L)."""
        sizes = np.maximum(1, members.sum(axis=1))[:, None]
        return np.asarray(members / sizes**power, dtype=np.float64)

    def extent(self, members: Members) -> Matrix:
        """Logarithms of size and cost, each between 0 and about 1; shape (n, 2)."""
        sizes = np.log1p(members.sum(axis=1)) / np.log1p(len(self.prices))
        top = float(self.log_costs(self.prices.sum(keepdims=True))[0])
        costs = self.log_costs(self.costs(members)) / (top or 1.0)
        return np.stack([sizes, costs], axis=1)


def typological_traits(values: Matrix) -> Matrix:
    """Reduce typological features to a few coordinates.

    Args:
        values: Features, one row a language, ``NaN`` where unknown.

    Returns:
        Principal coordinates, shape (n_languages, at most 16), of mean squared length 1. What is
        unknown is put at the mean: it says nothing, for or against.
    """
    known = np.isfinite(values)
    usable = known.any(axis=0)
    values, known = values[:, usable], known[:, usable]
    if not values.size:
        return np.zeros((len(values), 0))
    mean = np.where(known, values, 0.0).sum(axis=0) / known.sum(axis=0)
    centred = np.where(known, values - mean, 0.0)
    left, singular, _ = np.linalg.svd(centred, full_matrices=False)
    keep = singular[:_TRAITS] > 1e-9
    coordinates = left[:, :_TRAITS][:, keep] * singular[:_TRAITS][keep]
    scale = np.sqrt(np.mean(np.sum(coordinates**2, axis=1))) if coordinates.size else 1.0
    return np.asarray(coordinates / scale)
