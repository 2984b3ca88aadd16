"""Ties among very many measured subsets: all pairs at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

Matrix = npt.NDArray[np.float64]

_NOTHING = 1e-12
"""A difference of means that is smaller is rounding."""

_ROWS = 500
"""Number of subsets that are compared with all others at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """What each of some subsets, by rising cost, is not told apart from.

    Args:
        tied: Place of the cheapest cheaper one that each is not shown to beat; -1 without any.
        worse: Place of the cheapest cheaper one that each is shown to be worse than; -1 without any.
        best: Whether the best is not shown to beat each.
    """

    tied: npt.NDArray[np.intp]
    worse: npt.NDArray[np.intp]
    best: npt.NDArray[np.bool_]


def find_ties(
    runs: Sequence[Mapping[int, float]],
    costs: Sequence[float],
    best: int,
    spread: float,
    freedom: float,
) -> Ties:
    """Compare subsets by their differences over common seeds, as :func:`.noise.paired_difference` does.

    Args:
        runs: Seed to score of each subset, by rising cost.
        costs: Of the subsets.
        best: Place of the best.
        spread: Standard deviation of single runs.
        freedom: Degrees of freedom that it was estimated with.
    """
    seeds = sorted({seed for by_seed in runs for seed in by_seed})
    place = {seed: column for column, seed in enumerate(seeds)}
    present = np.zeros((len(runs), len(seeds)))
    scores = np.zeros_like(present)
    for row, by_seed in enumerate(runs):
        for seed, score in by_seed.items():
            present[row, place[seed]], scores[row, place[seed]] = 1.0, score
    reach = float(stdtrit(freedom, 0.975)) * spread * np.sqrt(2.0)
    cheaper = np.searchsorted(np.asarray(costs), np.asarray(costs), side="left")
    tied, worse = (np.full(len(runs), -1, dtype=np.intp) for _ in range(2))

    def compare(rows: npt.NDArray[np.intp]) -> tuple[Matrix, Matrix, Matrix]:
        common = present[rows] @ present.T
        total = scores[rows] @ present.T - present[rows] @ scores.T
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = total / common
            mean[np.abs(mean) < _NOTHING] = 0.0
            width = reach / np.sqrt(common)
        return mean - width, mean + width, common

    for start in range(0, len(runs), _ROWS):
        rows = np.arange(start, min(start + _ROWS, len(runs)))
        low, high, common = compare(rows)
        allowed = (common > 0) & (np.arange(len(runs)) < cheaper[rows, None])
        for rivals, holds in ((tied, allowed & (low <= 0)), (worse, allowed & (high < 0))):
            rivals[rows] = np.where(holds.any(axis=1), holds.argmax(axis=1), -1)
    low, _, common = compare(np.array([best]))
    equal = (common[0] > 0) & (low[0] <= 0)
    equal[best] = True
    return Ties(tied, worse, equal)
