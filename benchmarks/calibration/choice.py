"""What choosing by a score is worth: the gain of its favourite among a few subsets over any one of them."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np

CHOICES = (4, 12, 36)
_RESAMPLES = 2000


def gain_of_favourite(scores: Sequence[float], truth: Sequence[float], k: int) -> float:
    """Expected truth of the best-scored of k subsets, drawn at random without replacement, less the mean.

    Args:
        scores: What the choice is made by; equals share their places.
        truth: What the choice is worth.
        k: How many are looked at, at most all.
    """
    n = len(scores)
    order = np.argsort(-np.asarray(scores), kind="stable")
    shares = np.array([comb(n - 1 - place, k - 1) / comb(n, k) for place in range(n)])
    sorted_scores, sorted_truth = np.asarray(scores)[order], np.asarray(truth, dtype=np.float64)[order]
    for value in np.unique(sorted_scores):
        same = sorted_scores == value
        sorted_truth[same] = sorted_truth[same].mean()
    return float(shares @ sorted_truth - np.mean(truth))


def gains(scores: Sequence[float], truth: Sequence[float]) -> dict[str, list[float]]:
    """Gains by number of subsets, each with its 95 % interval over resampled subsets."""
    rng = np.random.default_rng(0)
    x, y = np.asarray(scores), np.asarray(truth)
    draws = rng.integers(len(x), size=(_RESAMPLES, len(x)))
    gains_of = {}
    for k in CHOICES:
        if k <= len(x):
            resampled = [gain_of_favourite(x[rows].tolist(), y[rows].tolist(), k) for rows in draws]
            low, high = np.quantile(resampled, [0.025, 0.975])
            value = gain_of_favourite(scores, truth, k)
            gains_of[str(k)] = [round(float(v), 5) for v in (value, low, high)]
    return gains_of
