"""Coverage of target languages: is something near to each of them chosen?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from subsetsearch.diversity.objectives._base import BoolArray, FloatArray, IntArray, Objective


def facility_location(
    chosen: Sequence[int] | IntArray, similarity: FloatArray, weights: FloatArray | None = None
) -> float:
    r"""Mean similarity of each target to its nearest chosen language.

    .. math:: f(S) = \sum_t w_t \max_{i \in S} s_{it}, \qquad \sum_t w_t = 1

    Monotone and submodular; greedy reaches 1 - 1/e of the optimum (Nemhauser et al. 1978).

    Args:
        chosen: Indices of the chosen languages.
        similarity: ``(n, t)``, in [0, 1], such as one minus a distance.
        weights: ``(t,)``, or ``None`` for equal weights.

    Returns:
        A number in [0, 1]; 0 for no language.
    """
    targets = similarity.shape[1]
    w = np.full(targets, 1.0 / max(1, targets)) if weights is None else weights / weights.sum()
    index = np.asarray(chosen, dtype=np.intp)
    return float(w @ similarity[index].max(axis=0)) if len(index) else 0.0


class FacilityLocation(Objective):
    """Coverage of targets as an objective (see :func:`facility_location`).

    Args:
        similarity: ``(n, t)`` in [0, 1].
        weights: ``(t,)`` or ``None``.
    """

    name = "facility-location"
    monotone = True
    submodular = True

    def __init__(self, similarity: FloatArray, weights: FloatArray | None = None) -> None:
        super().__init__(len(similarity))
        targets = similarity.shape[1]
        self.similarity = np.clip(np.asarray(similarity, dtype=np.float64), 0.0, None)
        self.weights = np.full(targets, 1.0 / max(1, targets)) if weights is None else weights / weights.sum()

    def value(self, chosen: Sequence[int] | IntArray) -> float:
        return facility_location(chosen, self.similarity, self.weights)

    def gains(self, chosen: Sequence[int] | IntArray) -> FloatArray:
        index = np.asarray(chosen, dtype=np.intp)
        reached = self.similarity[index].max(axis=0) if len(index) else np.zeros(self.similarity.shape[1])
        gains = np.maximum(self.similarity - reached, 0.0) @ self.weights
        gains[index] = -np.inf
        return np.asarray(gains)

    def best_swap(self, chosen: IntArray, allowed: BoolArray) -> tuple[int, int, float] | None:
        """All swaps at once: what a language adds, less what the dropped one's targets then lose.

        A target whose nearest is dropped falls back to its second nearest (Whitaker 1983).
        """
        reached = self.similarity[chosen]
        order = np.argsort(-reached, axis=0, kind="stable")
        nearest = order[0]
        best = np.take_along_axis(reached, order[:1], 0)[0]
        second = np.take_along_axis(reached, order[1:2], 0)[0] if len(chosen) > 1 else np.zeros_like(best)
        added = np.maximum(self.similarity - best, 0.0) @ self.weights
        lost = (np.clip(self.similarity, second, best) - best) * self.weights
        by_nearest = np.zeros((len(best), len(chosen)))
        by_nearest[np.arange(len(best)), nearest] = 1.0
        gain = (lost @ by_nearest).T + added[None, :]
        gain[~allowed] = -np.inf
        position, candidate = np.unravel_index(int(np.argmax(gain)), gain.shape)
        value = float(gain[position, candidate])
        return (int(position), int(candidate), value) if np.isfinite(value) else None
