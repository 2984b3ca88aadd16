"""Kernels between subsets: each says in one way how alike two subsets are.

A subset is the mean of its languages. Every part of the kernel below is one reason why two subsets may have
like effects; how much each reason is worth is estimated (:mod:`subsetsearch.surrogate.effects.variances`).
No realignment is the subset without languages: it is like nothing but itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from subsetsearch.subset import Subset
from subsetsearch.surrogate.features import Members
from subsetsearch.traits.table import Matrix, TraitTable

Grams = Mapping[str, Matrix]
"""Part of the kernel to its matrix."""

SIZE_WIDTH = 0.5
"""Of the kernel of sizes, in units of log(1 + size): 3 languages are like 5, not like 20."""

SIMILAR_WIDTH = 0.6
"""Of the kernel of similar mixes, in standard deviations of a language's traits."""

PAIRS_WIDTH = 0.7
"""Of the kernel of pairs, in units of their logarithm: twice as many are like, ten times are not."""

NONE_PART = "none"
"""The part that sets no realignment apart from all others."""

MANY_LANGUAGES = 128
"""Shares of more languages are multiplied as what they are, mostly zeros."""

FIXED = (NONE_PART, "size", "identity", "typology", "similar")


@dataclass(frozen=True, slots=True, eq=False)
class Mixes:
    """Subsets as arrays.

    Args:
        shares: Share of each language of the pool, shape (n, n_languages); rows of ones' sum, or zeros.
        sizes: Number of languages, shape (n,).
        pairs: Logarithm of the mean pairs of a language, shape (n,); 0 where they are not told apart.
        rungs: Name of a cheap rung to its standardised scores, shape (n,); 0 where it has none.
    """

    shares: Matrix
    sizes: Matrix
    pairs: Matrix
    rungs: Mapping[str, Matrix] = field(default_factory=dict)

    @property
    def untouched(self) -> Matrix:
        """1 for no realignment, else 0; shape (n,)."""
        return np.asarray(self.sizes == 0, dtype=np.float64)

    @classmethod
    def of_rows(
        cls, rows: Matrix | Members, pairs: Matrix, rungs: Mapping[str, Matrix] | None = None
    ) -> Mixes:
        """Read rows that say which languages are in.

        Args:
            rows: Shape (n, n_languages), booleans.
            pairs: Pairs that each language gives in each row, shape (n, n_languages) or (n_languages,).
            rungs: As above.
        """
        inside = rows.astype(np.float64)
        sizes = inside.sum(axis=1)
        shares = inside / np.maximum(1.0, sizes)[:, None]
        mean = np.sum(shares * pairs, axis=1)
        return cls(shares, sizes, np.log(np.where(mean > 0, mean, 1.0)), rungs or {})


@dataclass(frozen=True, eq=False)
class SubsetKernel:
    """Compares subsets of a pool.

    Args:
        traits: Of the pool's languages, standardised.
        coordinates: Their typological coordinates, shape (n_languages, d).
        lengths: Pairs that each language has to give; ``None`` if they are not to be told apart.
        rungs: Name of a cheap rung to its standardised scores of subsets; all other subsets get the
            average score.
    """

    traits: TraitTable
    coordinates: Matrix
    lengths: Mapping[str, int] | None = None
    rungs: Mapping[str, Mapping[Subset, float]] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts of the kernel."""
        pairs = () if self.lengths is None else ("pairs",)
        return (*FIXED, *pairs, *self.traits.names, *self.rungs)

    def read(self, subsets: Sequence[Subset]) -> Mixes:
        """Write subsets as arrays.

        Raises:
            KeyError: If a language is not in the pool.
        """
        columns = {key: column for column, key in enumerate(self.traits.keys)}
        rows = np.zeros((len(subsets), len(columns)))
        pairs = np.zeros_like(rows)
        lengths = self.lengths or dict.fromkeys(columns, 1)
        for row, subset in enumerate(subsets):
            for key in subset.languages:
                rows[row, columns[key]] = 1.0
                pairs[row, columns[key]] = min(lengths[key], subset.pairs or lengths[key])
        rungs = {name: np.array([scores.get(s, 0.0) for s in subsets]) for name, scores in self.rungs.items()}
        return Mixes.of_rows(rows, pairs, rungs)

    def grams(self, left: Mixes, right: Mixes) -> Grams:
        """Compare subsets.

        Args:
            left: Subsets.
            right: Subsets.

        Returns:
            Part to its matrix, shape (n_left, n_right).
        """
        a, b = self._features(left), self._features(right)
        real = np.outer(a.real, b.real)
        wide = _near(a.size, b.size, 2 * SIZE_WIDTH)
        grams = {
            "none": np.outer(1.0 - a.real, 1.0 - b.real),
            "size": real * _near(a.size, b.size, SIZE_WIDTH),
            "identity": left.shares @ right.shares.T,
            "typology": a.places @ b.places.T,
            "similar": real * wide * _near(a.traits, b.traits, SIMILAR_WIDTH * self._worth),
        }
        if self.lengths is not None:
            grams["pairs"] = real * _near(left.pairs[:, None], right.pairs[:, None], PAIRS_WIDTH)
        # Many traits are worth as much together as few.
        x, y = a.traits / self._worth, b.traits / self._worth
        grams |= {name: np.outer(x[:, i], y[:, i]) for i, name in enumerate(self.traits.names)}
        return grams | {name: np.outer(left.rungs[name], right.rungs[name]) for name in self.rungs}

    def mixed(self, left: Mixes, right: Mixes, sizes: Mapping[str, float]) -> Matrix:
        """Sum the parts of :meth:`grams`, each times its size, without making each of them.

        Args:
            left: Subsets.
            right: Subsets.
            sizes: Part to its variance.

        Returns:
            Shape (n_left, n_right).
        """
        a, b = self._features(left), self._features(right)
        near = sizes["size"] * _near(a.size, b.size, SIZE_WIDTH)
        alike = _near(a.traits, b.traits, SIMILAR_WIDTH * self._worth)
        near += sizes["similar"] * _near(a.size, b.size, 2 * SIZE_WIDTH) * alike
        if self.lengths is not None:
            near += sizes["pairs"] * _near(left.pairs[:, None], right.pairs[:, None], PAIRS_WIDTH)
        near *= np.outer(a.real, b.real)
        near += sizes["identity"] * _shared(left.shares, right.shares)
        return np.asarray(near + self._scaled(left, a, sizes) @ self._scaled(right, b, sizes).T)

    def _scaled(self, mixes: Mixes, of: _Features, sizes: Mapping[str, float]) -> Matrix:
        """What the parts that are products are made of, times the roots of their sizes."""
        roots = {part: np.sqrt(size) for part, size in sizes.items()}
        traits = np.array([roots[name] for name in self.traits.names]) / self._worth
        columns = [
            roots["none"] * (1.0 - of.real)[:, None],
            roots["typology"] * of.places,
            of.traits * traits,
            *(roots[name] * mixes.rungs[name][:, None] for name in self.rungs),
        ]
        return np.concatenate(columns, axis=1)

    def priors(self, mixes: Mixes) -> Grams:
        """Compare each subset with itself: part to its diagonal, shape (n,)."""
        a = self._features(mixes)
        diagonals = {
            "none": 1.0 - a.real,
            "size": a.real,
            "identity": np.sum(mixes.shares**2, axis=1),
            "typology": np.sum(a.places**2, axis=1),
            "similar": a.real,
        }
        if self.lengths is not None:
            diagonals["pairs"] = a.real
        x = a.traits / self._worth
        diagonals |= {name: x[:, i] ** 2 for i, name in enumerate(self.traits.names)}
        return diagonals | {name: mixes.rungs[name] ** 2 for name in self.rungs}

    @property
    def _worth(self) -> float:
        return float(np.sqrt(max(1, len(self.traits.names))))

    def _features(self, mixes: Mixes) -> _Features:
        return _Features(
            real=(mixes.sizes > 0).astype(np.float64),
            size=np.log1p(mixes.sizes)[:, None],
            places=mixes.shares @ self.coordinates,
            traits=mixes.shares @ self.traits.values,
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Features:
    real: Matrix
    size: Matrix
    places: Matrix
    traits: Matrix


def _shared(left: Matrix, right: Matrix) -> Matrix:
    """Products of shares; of large pools, most of them are 0."""
    if left.shape[1] <= MANY_LANGUAGES:
        return np.asarray(left @ right.T)
    return np.asarray((csr_array(left) @ csr_array(right).T).toarray())


def _near(left: Matrix, right: Matrix, width: float) -> Matrix:
    """Gaussian kernel of rows."""
    squares = np.sum(left**2, axis=1)[:, None] + np.sum(right**2, axis=1)[None] - 2.0 * left @ right.T
    return np.asarray(np.exp(-0.5 * np.maximum(squares, 0.0) / width**2))
