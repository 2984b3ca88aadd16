"""How far a proxy can be trusted: rank correlation with full runs, with an interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import spearmanr

from realign_core.seeds import named_generator

FEWEST = 5
"""Below so many fully run subsets no correlation is told."""

_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Agreement:
    """Rank correlation of a proxy with measured accuracy over the same subsets.

    Args:
        spearman: In [-1, 1]; ``None`` where there are too few subsets or no variation.
        low: Lower end of the 95 % bootstrap interval.
        high: Upper end.
        n: Subsets with both numbers.
    """

    spearman: float | None
    low: float | None
    high: float | None
    n: int

    def verdict(self, name: str) -> str:
        """Say in one sentence what the number means for the user."""
        if self.spearman is None or self.low is None:
            return f"{name} and full runs share {self.n} subsets, too few to say how far it can be trusted"
        if self.low <= 0:
            return (
                f"over {self.n} subsets the ranking of {name} cannot be told from chance: "
                "evaluate more of the front in full before relying on it"
            )
        if self.spearman < 0.5:
            return f"{name} ranks these subsets weakly: use it to leave out, not to choose"
        return f"{name} ranks these subsets usefully"


def agreement(proxy: Sequence[float], accuracy: Sequence[float]) -> Agreement:
    """Correlate a proxy with measured accuracy.

    Args:
        proxy: One number a subset.
        accuracy: Measured accuracy of the same subsets.

    Returns:
        Spearman's rho with a percentile bootstrap interval over subsets.

    Raises:
        ValueError: If the lengths differ.
    """
    if len(proxy) != len(accuracy):
        raise ValueError(f"{len(proxy)} proxy scores for {len(accuracy)} accuracies")
    x, y = np.asarray(proxy, dtype=np.float64), np.asarray(accuracy, dtype=np.float64)
    if len(x) < FEWEST or not np.ptp(x) or not np.ptp(y):
        return Agreement(None, None, None, len(x))
    rng = named_generator(0, "agreement")
    draws = rng.integers(len(x), size=(_RESAMPLES, len(x)))
    usable = [row for row in draws if np.ptp(x[row]) and np.ptp(y[row])]
    resampled = [float(spearmanr(x[row], y[row]).statistic) for row in usable]
    low, high = np.quantile(resampled, [0.025, 0.975])
    return Agreement(float(spearmanr(x, y).statistic), float(low), float(high), len(x))
