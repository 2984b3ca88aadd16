r"""Rank correlation, over all subsets and within groups of equal size, with bootstrap intervals.

Size alone can fake a ranking: larger subsets often score higher by every measure. Within groups
only subsets of one size are compared with each other:

* Kendall's :math:`\tau_b` counts the pairs of a group only, pooled over groups:
  :math:`(C - D) / \sqrt{(C + D + X)(C + D + Y)}` with concordant and discordant pairs and those
  tied in one number alone (Kendall 1945).
* Spearman's :math:`\rho` is Pearson's correlation of ranks that are taken within each group, divided
  by its size plus one (so that they are shares), and centred on its mean.

One group that holds everything gives the usual coefficients.
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from realign_core.support.seeds import named_generator

Array = npt.NDArray[np.float64]

FEWEST = 5
"""With fewer subsets no correlation is given."""

_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """A statistic with its 95 % percentile bootstrap interval.

    Args:
        value: The statistic.
        low: Lower end.
        high: Upper end.
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        """As in ``0.45 (0.10 to 0.71)``."""
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


@dataclass(frozen=True, slots=True)
class Ranking:
    """Agreement of two rankings.

    Args:
        spearman: Rho in [-1, 1]; ``None`` with too few subsets or without variation.
        kendall: Tau-b in [-1, 1]; likewise.
        n: Subsets that took part: those of a group with another one.
        groups: Groups that took part.
    """

    spearman: Interval | None
    kendall: Interval | None
    n: int
    groups: int


def ranking(
    scores: Sequence[float], truth: Sequence[float], groups: Sequence[Hashable] | None = None
) -> Ranking:
    """Compare how two numbers rank subsets.

    Args:
        scores: One number a subset.
        truth: Another one.
        groups: Subsets are compared within these only, and resampled within them; all with
            each other, if left out.

    Returns:
        The coefficients, the same ones every time; intervals by 2,000 resamples of subsets.

    Raises:
        ValueError: If the lengths differ.
    """
    if len(scores) != len(truth) or (groups is not None and len(groups) != len(scores)):
        raise ValueError(f"{len(scores)} scores for {len(truth)} subsets")
    members = _groups(groups if groups is not None else [0] * len(scores))
    places = [index for group in members for index in group]
    x = np.asarray(scores, dtype=np.float64)[places]
    y = np.asarray(truth, dtype=np.float64)[places]
    sizes = [len(group) for group in members]
    if len(places) < FEWEST:
        return Ranking(None, None, len(places), len(sizes))
    draws = _resamples(sizes)
    rho = _spearman(x[draws], y[draws], sizes)
    tau = _kendall(x, y, sizes, draws)
    return Ranking(_interval(rho), _interval(tau), len(places), len(sizes))


def spearman(
    scores: Sequence[float], truth: Sequence[float], groups: Sequence[Hashable] | None = None
) -> float | None:
    """Spearman's rho as :func:`ranking` has it, without an interval.

    Args:
        scores: One number a subset.
        truth: Another one.
        groups: Subsets are compared within these only; all with each other, if left out.

    Returns:
        In [-1, 1]; ``None`` with fewer than 5 subsets or without variation.
    """
    members = _groups(groups if groups is not None else [0] * len(scores))
    places = [index for group in members for index in group]
    if len(places) < FEWEST:
        return None
    x, y = (np.asarray(values, dtype=np.float64)[places][None] for values in (scores, truth))
    value = float(_spearman(x, y, [len(group) for group in members])[0])
    return value if np.isfinite(value) else None


def _groups(names: Sequence[Hashable]) -> list[list[int]]:
    """Positions of each group that has two or more."""
    groups: dict[Hashable, list[int]] = {}
    for index, name in enumerate(names):
        groups.setdefault(name, []).append(index)
    return [group for group in groups.values() if len(group) > 1]


def _resamples(sizes: Sequence[int]) -> npt.NDArray[np.int64]:
    """Draw subsets with replacement, within each group; the first row is the sample itself."""
    rng = named_generator(0, "agreement")
    blocks, start = [], 0
    for size in sizes:
        drawn = rng.integers(size, size=(_RESAMPLES, size))
        blocks.append(start + np.vstack([np.arange(size), drawn]))
        start += size
    return np.hstack(blocks).astype(np.int64)


def _spearman(x: Array, y: Array, sizes: Sequence[int]) -> Array:
    """Rho of each row; NaN for a row without variation."""
    edges = np.cumsum([0, *sizes])
    blocks = list(itertools.pairwise(edges))

    def shares(values: Array) -> Array:
        ranks = [row_ranks(values[:, a:b]) / (b - a + 1) - 0.5 for a, b in blocks]
        return np.hstack(ranks)

    return _pearson(shares(x), shares(y))


def row_ranks(values: Array) -> Array:
    """Rank each row's numbers from 1 on; equal ones share the mean of their places.

    As :func:`scipy.stats.rankdata` does, which takes half a second to load.
    """
    n = values.shape[1]
    order = np.argsort(values, axis=1, kind="stable")
    rising = np.take_along_axis(values, order, axis=1)
    begins = np.ones(values.shape, dtype=bool)
    begins[:, 1:] = rising[:, 1:] != rising[:, :-1]
    ends = np.ones(values.shape, dtype=bool)
    ends[:, :-1] = begins[:, 1:]
    first = np.maximum.accumulate(np.where(begins, np.arange(n), 0), axis=1)
    last = np.minimum.accumulate(np.where(ends, np.arange(n), n)[:, ::-1], axis=1)[:, ::-1]
    ranks = np.empty(values.shape)
    np.put_along_axis(ranks, order, (first + last) / 2.0 + 1.0, axis=1)
    return ranks


def _pearson(x: Array, y: Array) -> Array:
    """Correlation of centred rows."""
    scale = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(scale > 1e-12, (x * y).sum(axis=1) / scale, np.nan))


def _kendall(x: Array, y: Array, sizes: Sequence[int], draws: npt.NDArray[np.int64]) -> Array:
    """Tau-b of each resample, from how often each pair of subsets is in it."""
    group = np.repeat(np.arange(len(sizes)), sizes)
    same = group[:, None] == group[None, :]
    signs_x = np.sign(x[:, None] - x[None, :]) * same
    signs_y = np.sign(y[:, None] - y[None, :]) * same
    counts = np.stack([np.bincount(row, minlength=len(x)) for row in draws]).astype(np.float64)

    def pairs(matrix: Array) -> Array:
        return np.asarray(((counts @ matrix) * counts).sum(axis=1))

    scale = np.sqrt(pairs(signs_x**2) * pairs(signs_y**2))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(scale > 0, pairs(signs_x * signs_y) / scale, np.nan))


def _interval(values: Array) -> Interval | None:
    if not np.isfinite(values[0]):
        return None
    low, high = np.nanquantile(values[1:], [0.025, 0.975])
    return Interval(float(values[0]), float(low), float(high))
