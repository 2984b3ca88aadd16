"""Differences between two subsets, seed by seed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

FEWEST = 3
"""With fewer common seeds no interval is told: with two it would be 13 standard errors wide."""


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """Mean difference over the seeds that both subsets were run with.

    Runs of one seed share head and order of the data, so their differences vary less than the
    scores themselves.

    Args:
        mean: First minus second, in [-1, 1].
        low: Lower end of Student's 95 % interval; ``None`` with fewer than three common seeds.
        high: Upper end.
        seeds: The common seeds.
    """

    mean: float
    low: float | None
    high: float | None
    seeds: tuple[int, ...]

    @property
    def verdict(self) -> str:
        """What may be concluded, in a few words."""
        if self.low is None or self.high is None:
            return f"{len(self.seeds)} common seed{'s' * (len(self.seeds) != 1)}: a hint only"
        if self.low > 0:
            return "better"
        return "worse" if self.high < 0 else "no difference shown"


def paired_difference(first: Mapping[int, float], second: Mapping[int, float]) -> PairedDifference | None:
    r"""Compare two subsets over their common seeds.

    With :math:`d_s = a_s - b_s` over :math:`n` common seeds the interval is
    :math:`\bar d \pm t_{0.975, n-1} \, s_d / \sqrt n`.

    Args:
        first: Seed to score.
        second: Seed to score.

    Returns:
        The difference; ``None`` without a common seed.
    """
    seeds = tuple(sorted(first.keys() & second.keys()))
    if not seeds:
        return None
    differences = [first[seed] - second[seed] for seed in seeds]
    n = len(differences)
    mean = sum(differences) / n
    if n < FEWEST:
        return PairedDifference(mean, None, None, seeds)
    from scipy.stats import t as student

    error = math.sqrt(sum((d - mean) ** 2 for d in differences) / (n - 1) / n)
    reach = float(student.ppf(0.975, n - 1)) * error
    return PairedDifference(mean, mean - reach, mean + reach, seeds)
