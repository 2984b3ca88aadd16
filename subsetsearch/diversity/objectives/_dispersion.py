"""Dispersion: how far apart the chosen languages are from each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from subsetsearch.diversity.objectives._base import BoolArray, FloatArray, IntArray, Objective


def pairwise_sum(chosen: Sequence[int] | IntArray, distances: FloatArray) -> float:
    r"""Sum of the distances of all pairs, :math:`\sum_{i<j \in S} d_{ij}`, in [0, k(k-1)/2 max d].

    The max-sum dispersion problem (Kuby 1987). Monotone for distances that are not negative; not submodular
    (it is supermodular), but greedy reaches half of the optimum for metrics (Ravi et al. 1994).
    """
    index = np.asarray(chosen, dtype=np.intp)
    return float(distances[np.ix_(index, index)].sum() / 2.0)


def mean_pairwise(chosen: Sequence[int] | IntArray, distances: FloatArray) -> float:
    """Mean distance of all pairs, in [min d, max d]; 0 for fewer than two languages.

    MPD of Ploeger et al. 2024 ("What is 'Typological Diversity' in NLP?").
    """
    k = len(chosen)
    return pairwise_sum(chosen, distances) * 2.0 / (k * (k - 1)) if k > 1 else 0.0


def smallest_distance(chosen: Sequence[int] | IntArray, distances: FloatArray) -> float:
    r"""Smallest distance of a pair, :math:`\min_{i<j \in S} d_{ij}`; infinite for fewer than two languages.

    The max-min dispersion (p-dispersion) problem (Erkut 1990). Never grows with the set; greedy reaches half
    of the optimum for metrics (Tamir 1991).
    """
    index = np.asarray(chosen, dtype=np.intp)
    if len(index) < 2:
        return float("inf")
    block = distances[np.ix_(index, index)]
    return float(block[np.triu_indices(len(index), 1)].min())


def _farthest_pair(matrix: FloatArray, anchor: FloatArray | None, allowed: BoolArray) -> tuple[int, ...]:
    """The two allowed languages with the largest entry (and anchors)."""
    usable = np.flatnonzero(allowed)
    if len(usable) < 2:
        return ()
    worth = matrix[np.ix_(usable, usable)].copy()
    if anchor is not None:
        worth += anchor[usable][:, None] + anchor[usable][None, :]
    np.fill_diagonal(worth, -np.inf)
    first, second = np.unravel_index(int(np.argmax(worth)), worth.shape)
    return int(usable[first]), int(usable[second])


class SumDispersion(Objective):
    r"""Sum of pairwise distances, with the distances to an anchor if one is given.

    .. math:: f(S) = \pm \Bigl( \sum_{i<j \in S} d_{ij} + \sum_{i \in S} a_i \Bigr)

    With ``anchor`` the distances to the source language, ``f`` is the sum over ``S`` and the source together.

    Args:
        distances: Symmetric ``(n, n)``, zero diagonal, no ``NaN``.
        anchor: ``(n,)`` or ``None``.
        least: Look for the least dispersion (the value is then negative).
    """

    def __init__(
        self, distances: FloatArray, anchor: FloatArray | None = None, *, least: bool = False
    ) -> None:
        super().__init__(len(distances))
        sign = -1.0 if least else 1.0
        self.least = least
        self.matrix = sign * np.asarray(distances, dtype=np.float64)
        self.anchor = sign * np.asarray(anchor, dtype=np.float64) if anchor is not None else np.zeros(self.n)
        self.name = "min-sum" if least else "max-sum"
        self.monotone = not least

    def opening(self, allowed: BoolArray) -> tuple[int, ...]:
        return _farthest_pair(self.matrix, self.anchor, allowed)

    def value(self, chosen: Sequence[int] | IntArray) -> float:
        index = np.asarray(chosen, dtype=np.intp)
        return pairwise_sum(index, self.matrix) + float(self.anchor[index].sum())

    def gains(self, chosen: Sequence[int] | IntArray) -> FloatArray:
        index = np.asarray(chosen, dtype=np.intp)
        gains: FloatArray = self.matrix[:, index].sum(axis=1) + self.anchor
        gains[index] = -np.inf
        return gains

    def best_swap(self, chosen: IntArray, allowed: BoolArray) -> tuple[int, int, float] | None:
        reach = self.matrix[:, chosen].sum(axis=1) + self.anchor
        gain = reach[None, :] - self.matrix[chosen] - reach[chosen][:, None]
        gain[~allowed] = -np.inf
        position, candidate = np.unravel_index(int(np.argmax(gain)), gain.shape)
        best = float(gain[position, candidate])
        return (int(position), int(candidate), best) if np.isfinite(best) else None


class MinDispersion(Objective):
    r"""Smallest pairwise distance, the anchor's included.

    .. math:: f(S) = \min \Bigl( \min_{i<j \in S} d_{ij}, \min_{i \in S} a_i \Bigr)

    Ties of the minimum hide progress from a local search, so swaps are judged by the minimum and then by
    how many pairs attain it.
    """

    name = "max-min"

    def __init__(self, distances: FloatArray, anchor: FloatArray | None = None) -> None:
        super().__init__(len(distances))
        self.matrix = np.asarray(distances, dtype=np.float64)
        self.anchor = np.asarray(anchor, dtype=np.float64) if anchor is not None else np.full(self.n, np.inf)

    def opening(self, allowed: BoolArray) -> tuple[int, ...]:
        if np.isfinite(self.anchor).any():
            return ()
        return _farthest_pair(self.matrix, None, allowed)

    def value(self, chosen: Sequence[int] | IntArray) -> float:
        index = np.asarray(chosen, dtype=np.intp)
        lowest = float(self.anchor[index].min()) if len(index) else float("inf")
        return min(lowest, smallest_distance(index, self.matrix))

    def gains(self, chosen: Sequence[int] | IntArray) -> FloatArray:
        """Not differences but the values after adding (the first language's is its mean distance)."""
        index = np.asarray(chosen, dtype=np.intp)
        if not len(index):
            gains = np.where(np.isfinite(self.anchor), self.anchor, self.matrix.mean(axis=1))
        else:
            gains = np.minimum(self.matrix[:, index].min(axis=1), self.anchor)
        result = np.array(gains, dtype=np.float64)
        result[index] = -np.inf
        return result

    def best_swap(self, chosen: IntArray, allowed: BoolArray) -> tuple[int, int, float] | None:
        block = self.matrix[np.ix_(chosen, chosen)].copy()
        np.fill_diagonal(block, np.inf)
        nearest = np.minimum(block.min(axis=1), self.anchor[chosen])
        now = float(nearest.min())
        critical = np.flatnonzero(nearest <= now + 1e-12)
        best: tuple[int, int, float] | None = None
        for position in critical:
            rest = np.delete(chosen, position)
            inner = np.delete(nearest, position)
            others = np.delete(np.delete(block, position, 0), position, 1)
            limit = min(
                float(others.min()) if len(rest) > 1 else np.inf, float(self.anchor[rest].min(initial=np.inf))
            )
            after = np.minimum(self.matrix[:, rest].min(axis=1, initial=np.inf), self.anchor)
            value = np.minimum(after, limit)
            value[~allowed[position]] = -np.inf
            candidate = int(np.argmax(value + 1e-9 * np.minimum(after, 1e3)))
            gain = float(value[candidate]) - now
            ties = int((inner <= now + 1e-12).sum())
            if abs(gain) <= 1e-12 and float(after[candidate]) > now + 1e-12 and ties < len(critical):
                gain = 1e-9  # fewer pairs at the minimum
            if np.isfinite(gain) and (best is None or gain > best[2]):
                best = (int(position), candidate, gain)
        return best
