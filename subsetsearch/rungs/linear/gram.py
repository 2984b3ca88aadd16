"""Closed-form realignment from additive statistics (pure linear algebra).

A language's pairs are kept as two d x d matrices. With X the vectors of its sentences and E
those of their source-language translations, G = XᵀX / n and C = XᵀE / n. The map of a subset S
is the ridge regression that carries translations to the source and leaves the source in place:

    W_S = (Σ w_l G_l + G_src + λI)⁻¹ (Σ w_l C_l + G_src + λI).

A strong λ keeps W_S near the identity; the effect is then first order in the languages. What is solved is
symmetric and positive definite, so all goes through one Cholesky factor, and nothing of size d x d is copied
that need not be: a search asks for thousands of maps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.blas import dsyrk, dtrsm

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GramStatistics:
    """Second moments of all languages of a pool.

    Args:
        languages: Names, one a row of the stacks.
        grams: G of each language, shape (n_languages, d, d).
        crosses: C of each language, shape (n_languages, d, d).
        source: G of the source language alone, shape (d, d).
    """

    languages: tuple[str, ...]
    grams: Matrix
    crosses: Matrix
    source: Matrix

    def rows(self, languages: Sequence[str]) -> list[int]:
        """Find the rows of some languages, sorted: a sum over a subset does not depend on its order.

        Raises:
            KeyError: If a language is not in the pool.
        """
        place = {name: row for row, name in enumerate(self.languages)}
        return sorted(place[name] for name in languages)

    @property
    def scale(self) -> float:
        """Mean eigenvalue of the source's Gram, the unit of the ridge: trace / d."""
        return float(np.trace(self.source)) / len(self.source)


@dataclass(frozen=True, slots=True)
class PoolStatistics:
    """Second moments of a pool: of all pairs that were encoded, and of each language's first so many.

    Args:
        every: Of all pairs.
        centre: What was taken from all vectors, the mean of the source sentences', shape (d,).
        prefixes: Number of pairs to the moments of each language's first so many, where a study has
            several numbers of pairs per language.
    """

    every: GramStatistics
    centre: npt.NDArray[np.floating]
    prefixes: Mapping[int, GramStatistics] = field(default_factory=dict)

    def at(self, pairs: int | None) -> GramStatistics:
        """Return the moments of so many pairs, or of all.

        Raises:
            KeyError: If this number of pairs was not prepared.
        """
        return self.every if pairs is None else self.prefixes[pairs]


def moments(vectors: npt.NDArray[np.floating], aligned: npt.NDArray[np.floating]) -> tuple[Matrix, Matrix]:
    """Compute a language's G and C.

    Args:
        vectors: Sentence vectors X, shape (n, d).
        aligned: Vectors E of their translations, shape (n, d).

    Returns:
        XᵀX / n and XᵀE / n.

    Raises:
        ValueError: If the shapes differ or n is 0.
    """
    if vectors.shape != aligned.shape or not len(vectors):
        raise ValueError(f"n > 0 rows in both, but got {vectors.shape} and {aligned.shape}")
    left, right = vectors.astype(np.float64), aligned.astype(np.float64)
    return left.T @ left / len(left), left.T @ right / len(left)


def stacked_moments(
    vectors: npt.NDArray[np.floating],
    rows: Sequence[tuple[Sequence[int], Sequence[int]]],
    most: int,
) -> tuple[Matrix, Matrix]:
    """Compute G and C of several languages from their first pairs.

    Args:
        vectors: Sentence vectors, shape (n, d).
        rows: Of each language, the rows of its sentences and of their translations, pair by pair.
        most: A language's first so many pairs count, or all if it has fewer.

    Returns:
        G and C, shape (n_languages, d, d) each.
    """
    pairs = [moments(vectors[left[:most]], vectors[right[:most]]) for left, right in rows]
    return np.stack([g for g, _ in pairs]), np.stack([c for _, c in pairs])


def mapped_probe(
    statistics: GramStatistics,
    subset: Sequence[int],
    probe: Matrix,
    ridge: float,
    *,
    crossed: Matrix | None = None,
) -> Matrix:
    """Compute W_S · probe without forming W_S.

    The languages of a subset share one weight, w = 1 / |S|, as they share a run's fixed budget
    of pairs.

    Args:
        statistics: Of the pool.
        subset: Rows of the languages in S; empty for no realignment.
        probe: Linear probe of shape (d, k).
        ridge: λ in units of ``statistics.scale``, above 0.
        crossed: ``statistics.crosses @ probe``, shape (n_languages, d, k), if it is at hand: a
            subset's share of it is small, where that of the crosses themselves is not.

    Returns:
        Shape (d, k): what classifies a language's vectors as they are.
    """
    if not len(subset):
        return probe
    rows, anchor = list(subset), _anchor(statistics, ridge)
    shares = statistics.crosses[rows] @ probe if crossed is None else crossed[rows]
    factor = _factor(statistics, rows, anchor)
    return np.asarray(
        cho_solve((factor, True), shares.mean(axis=0) + anchor @ probe, overwrite_b=True, check_finite=False)
    )


def subset_map(statistics: GramStatistics, subset: Sequence[int], ridge: float) -> Matrix:
    """Compute W_S itself, weighted as :func:`mapped_probe` does.

    Args:
        statistics: Of the pool.
        subset: Rows of the languages in S; empty for no realignment, whose map is the identity.
        ridge: λ in units of ``statistics.scale``, above 0.

    Returns:
        Shape (d, d).
    """
    if not len(subset):
        return np.eye(len(statistics.source))
    rows, anchor = list(subset), _anchor(statistics, ridge)
    factor = _factor(statistics, rows, anchor)
    right = _mean(statistics.crosses, rows)
    right += anchor
    # Solved from the right, Wᵀ (L Lᵀ) = Rᵀ: a transposed row-major R is what BLAS takes without a copy.
    half = dtrsm(1.0, factor, right.T, side=1, lower=1, trans_a=1, overwrite_b=1)
    return np.asarray(dtrsm(1.0, factor, half, side=1, lower=1, overwrite_b=1).T)


def folded_square(matrix: Matrix) -> Matrix:
    """Compute M Mᵀ folded into one triangle: its inner product with a symmetric G is tr(Mᵀ G M).

    Args:
        matrix: M of shape (d, d).

    Returns:
        M Mᵀ with entries off the diagonal doubled on one side of it and 0 on the other: half the work.
    """
    folded = np.asarray(dsyrk(2.0, matrix.T, trans=1)).T
    folded.flat[:: len(folded) + 1] /= 2
    return folded


def _anchor(statistics: GramStatistics, ridge: float) -> Matrix:
    """What holds every map near the identity: G_src + λI."""
    anchor = statistics.source.copy()
    anchor.flat[:: len(anchor) + 1] += ridge * statistics.scale
    return anchor


def _factor(statistics: GramStatistics, rows: Sequence[int], anchor: Matrix) -> Matrix:
    """Factor the mean of G plus the anchor: a lower Cholesky factor, column-major."""
    gram = _mean(statistics.grams, rows)
    gram += anchor
    # It is symmetric: its transpose is the same matrix in the order that LAPACK overwrites in place.
    factor, _ = cho_factor(gram.T, lower=True, overwrite_a=True, check_finite=False)
    return np.asarray(factor)


def _mean(stack: Matrix, rows: Sequence[int]) -> Matrix:
    """Average some matrices of a stack without copying them first."""
    total: Matrix = stack[rows[0]].copy()
    for row in rows[1:]:
        total += stack[row]
    total /= len(rows)
    return total
