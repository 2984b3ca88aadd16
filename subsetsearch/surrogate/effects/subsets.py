"""Kernels between subsets: each says in one way how alike two subsets are.

A subset is the mean of its languages. Every part of the kernel below is one reason why two subsets may have
like effects; how much each reason is worth is estimated (:mod:`subsetsearch.surrogate.effects.variances`).
No realignment is the subset without languages: it is like nothing but itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from subsetsearch.subset import Subset
from subsetsearch.traits.table import Matrix, TraitTable

Grams = Mapping[str, Matrix]
"""Part of the kernel to its matrix."""

SIZE_WIDTH = 0.5
"""Of the kernel of sizes, in units of log(1 + size): 3 languages are like 5, not like 20."""

SIMILAR_WIDTH = 0.6
"""Of the kernel of similar mixes, in standard deviations of a language's traits."""


@dataclass(frozen=True, eq=False)
class SubsetKernel:
    """Compares subsets of a pool.

    Args:
        traits: Of the pool's languages, standardised.
        coordinates: Their typological coordinates, shape (n_languages, d).
        rungs: Name of a cheap rung to its standardised scores of subsets; a subset that it has not scored
            is taken for average.
    """

    traits: TraitTable
    coordinates: Matrix
    rungs: Mapping[str, Mapping[Subset, float]] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts of the kernel."""
        return (
            *("none", "size", "identity", "typology", "similar"),
            *self.traits.names,
            *self.rungs,
        )

    def grams(self, left: Sequence[Subset], right: Sequence[Subset]) -> Grams:
        """Compare subsets.

        Args:
            left: Subsets.
            right: Subsets.

        Returns:
            Part to its matrix, shape (n_left, n_right).

        Raises:
            KeyError: If a language is not in the pool.
        """
        a, b = self._features(left), self._features(right)
        real = np.outer(a.real, b.real)
        size = _near(a.size[:, None], b.size[:, None], SIZE_WIDTH)
        similar = _near(a.traits, b.traits, SIMILAR_WIDTH * np.sqrt(max(1, a.traits.shape[1])))
        wide = _near(a.size[:, None], b.size[:, None], 2 * SIZE_WIDTH)
        found = {
            "none": np.outer(1.0 - a.real, 1.0 - b.real),
            "size": real * size,
            "identity": a.shares @ b.shares.T,
            "typology": a.places @ b.places.T,
            "similar": real * similar * wide,
        }
        found |= {name: np.outer(a.traits[:, i], b.traits[:, i]) for i, name in enumerate(self.traits.names)}
        found |= {name: np.outer(a.rungs[name], b.rungs[name]) for name in self.rungs}
        return found

    def priors(self, subsets: Sequence[Subset]) -> Grams:
        """Compare each subset with itself: part to its diagonal, shape (n,)."""
        a = self._features(subsets)
        found = {
            "none": 1.0 - a.real,
            "size": a.real,
            "identity": np.sum(a.shares**2, axis=1),
            "typology": np.sum(a.places**2, axis=1),
            "similar": a.real,
        }
        found |= {name: a.traits[:, i] ** 2 for i, name in enumerate(self.traits.names)}
        return found | {name: values**2 for name, values in a.rungs.items()}

    def _features(self, subsets: Sequence[Subset]) -> _Features:
        rows = {key: row for row, key in enumerate(self.traits.keys)}
        shares = np.zeros((len(subsets), len(rows)))
        for i, subset in enumerate(subsets):
            for key in subset.languages:
                shares[i, rows[key]] = 1.0 / len(subset.languages)
        return _Features(
            shares=shares,
            real=(shares.sum(axis=1) > 0).astype(np.float64),
            size=np.log1p([len(subset.languages) for subset in subsets]),
            places=shares @ self.coordinates,
            traits=shares @ self.traits.values,
            rungs={n: np.array([known.get(s, 0.0) for s in subsets]) for n, known in self.rungs.items()},
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Features:
    shares: Matrix
    real: Matrix
    size: Matrix
    places: Matrix
    traits: Matrix
    rungs: Mapping[str, Matrix]


def _near(left: Matrix, right: Matrix, width: float) -> Matrix:
    """Gaussian kernel of rows."""
    squares = np.sum(left**2, axis=1)[:, None] + np.sum(right**2, axis=1)[None] - 2.0 * left @ right.T
    return np.asarray(np.exp(-0.5 * np.maximum(squares, 0.0) / width**2))
