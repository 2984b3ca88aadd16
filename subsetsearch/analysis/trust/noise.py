r"""What the noise of the full runs themselves allows.

Two seeds of one subset differ. Let :math:`r` be the correlation over subsets between single seeds.
Then the mean of :math:`k` seeds has the reliability :math:`k r / (1 + (k - 1) r)` (Spearman 1910, Brown
1910), and no estimate can correlate with that mean by more than the square root of its reliability.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from realign_core.support.seeds import named_generator
from subsetsearch.analysis.trust.ranks import FEWEST, Array, Interval

Key = TypeVar("Key", bound=Hashable)

_RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Noise:
    """How well full runs agree with themselves.

    Args:
        single_seed: Correlation over subsets between single seeds, mean over pairs of seeds;
            ``None`` with fewer than two seeds or too few subsets with both.
        seeds: Seeds a subset, on average.
        n: Subsets that were run with two seeds or more.
    """

    single_seed: Interval | None
    seeds: float
    n: int

    @property
    def reliability(self) -> float | None:
        """Of the mean over seeds, in [0, 1]."""
        return None if self.single_seed is None else spearman_brown(self.single_seed.value, self.seeds)

    @property
    def ceiling(self) -> Interval | None:
        """The highest correlation with the mean over seeds that any estimate can be expected to reach."""
        if self.single_seed is None:
            return None
        r = self.single_seed
        value, low, high = (
            math.sqrt(spearman_brown(correlation, self.seeds)) for correlation in (r.value, r.low, r.high)
        )
        return Interval(value, low, high)

    def seeds_for(self, ceiling: float) -> int | None:
        """Seeds a subset that would raise the ceiling so far; ``None`` if single seeds do not agree.

        Args:
            ceiling: In (0, 1).
        """
        r = self.single_seed.value if self.single_seed else 0.0
        if r <= 0:
            return None
        share = ceiling * ceiling
        return 1 if r >= 1 else max(1, math.ceil(share * (1 - r) / (r * (1 - share)) - 1e-9))


def spearman_brown(r: float, k: float) -> float:
    """Reliability of the mean of k parallel measurements.

    Args:
        r: Correlation between single ones; below 0 it counts as 0, above 1 as 1.
        k: How many, 1 or more.

    Returns:
        In [0, 1].

    Raises:
        ValueError: If k is below 1.
    """
    if k < 1:
        raise ValueError(f"k is {k}, but 1 or more measurements are needed")
    inside = min(max(r, 0.0), 1.0)
    return k * inside / (1 + (k - 1) * inside)


def noise(runs: Mapping[Key, Mapping[int, float]]) -> Noise:
    """Measure how well single seeds agree over subsets.

    An effect of a seed that is the same for all subsets does not change a correlation over subsets.

    Args:
        runs: Subset to seed to score.

    Returns:
        The mean correlation over pairs of seeds that share enough subsets, each pair weighted
        by them, with a bootstrap interval over subsets.
    """
    repeated = [by_seed for by_seed in runs.values() if len(by_seed) > 1]
    seeds = float(np.mean([len(by_seed) for by_seed in runs.values()])) if runs else 0.0
    names = sorted({seed for by_seed in repeated for seed in by_seed})
    table = np.full((len(repeated), len(names)), np.nan)
    for row, by_seed in enumerate(repeated):
        for seed, score in by_seed.items():
            table[row, names.index(seed)] = score
    value = _mean_correlation(table)
    if value is None:
        return Noise(None, seeds, len(repeated))
    rng = named_generator(0, "noise")
    draws = rng.integers(len(table), size=(_RESAMPLES, len(table)))
    drawn = [r for rows in draws if (r := _mean_correlation(table[rows])) is not None]
    low, high = np.quantile(drawn or [value], [0.025, 0.975])
    return Noise(Interval(value, float(low), float(high)), seeds, len(repeated))


def _mean_correlation(table: Array) -> float | None:
    """Mean Pearson correlation between columns, weighted by the rows they share."""
    correlations: list[float] = []
    weights: list[int] = []
    for a, b in itertools.combinations(range(table.shape[1]), 2):
        shared = np.isfinite(table[:, a]) & np.isfinite(table[:, b])
        x, y = table[shared, a], table[shared, b]
        if len(x) < FEWEST or not np.ptp(x) or not np.ptp(y):
            continue
        correlations.append(float(np.corrcoef(x, y)[0, 1]))
        weights.append(len(x))
    return float(np.average(correlations, weights=weights)) if correlations else None
