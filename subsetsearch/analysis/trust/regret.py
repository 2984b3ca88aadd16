"""What choosing by a rung costs: the best measured subset against the best of the rung's own choice."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Regret:
    """Loss by measuring only the top k of a rung.

    Args:
        k: How many subsets are measured.
        regret: Best score of all minus best score of those, 0 or more.
        by_chance: The same for k subsets drawn at random, on average.
    """

    k: int
    regret: float
    by_chance: float


def regret(scores: Sequence[float], truth: Sequence[float], k: int) -> Regret:
    """Compute the regret of a rung's top k.

    Args:
        scores: Of the rung; among equals the less accurate come first, so that a rung that cannot
            rank subsets is given no credit.
        truth: Measured scores of the same subsets.
        k: 1 to the number of subsets.

    Raises:
        ValueError: If the lengths differ or k is out of range.
    """
    n = len(scores)
    if n != len(truth) or not 1 <= k <= n:
        raise ValueError(f"top {k} of {n} scores for {len(truth)} subsets")
    order = sorted(range(n), key=lambda i: (-scores[i], truth[i]))
    best = max(truth)
    ascending = sorted(truth)
    # The i-th smallest is the best of k drawn ones in C(i, k - 1) of C(n, k) cases.
    expected = sum(value * math.comb(i, k - 1) for i, value in enumerate(ascending)) / math.comb(n, k)
    return Regret(k, best - max(truth[i] for i in order[:k]), max(0.0, best - expected))
