"""Several tests at once: Holm's correction."""

from __future__ import annotations

import math
from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct for several tests: the chance of any wrong rejection stays below the level.

    Reference: Holm 1979, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6.

    Args:
        p_values: Each in [0, 1]; ``nan`` ones are left out and stay ``nan``.

    Returns:
        Adjusted p-values in the same order, none below its p-value, in [0, 1].
    """
    order = sorted((i for i, p in enumerate(p_values) if not math.isnan(p)), key=lambda i: p_values[i])
    adjusted = [float("nan")] * len(p_values)
    largest = 0.0
    for rank, i in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - rank) * p_values[i]))
        adjusted[i] = largest
    return adjusted
