"""How honest the model of the search was: what it expected of subsets beside what full runs measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import spearmanr

from benchmarks.study.analysis.measured import Measured
from benchmarks.study.entries import UNTOUCHED, Expected
from subsetsearch.analysis.model.posterior import LEVEL, REACH
from subsetsearch.subset import NONE, Subset

FEWEST = 5
"""With fewer subsets no correlation is given."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """One subset.

    Args:
        subset: It.
        expected: Gain of the mean over the searched targets, as the model expected it.
        sd: Of the measured gain around that: what the model does not know, and noise of the runs.
        measured: Mean gain over seeds.
    """

    subset: Subset
    expected: float
    sd: float
    measured: float

    @property
    def within(self) -> bool:
        """Whether the 90 % interval holds what was measured."""
        return abs(self.measured - self.expected) <= REACH * self.sd


@dataclass(frozen=True, slots=True)
class Calibration:
    """All subsets of a task.

    Args:
        forecasts: One a subset.
        coverage: Share of the 90 % intervals that hold what was measured.
        apart: The same once the mean difference is taken off: all gains are over the same runs of no
            realignment, so they are off together.
        rank: Spearman's correlation of expected and measured gains; ``None`` for few subsets.
        bias: Mean of expected less measured gains.
        error: Root of the mean squared difference.
    """

    forecasts: tuple[Forecast, ...]
    coverage: float
    apart: float
    rank: float | None
    bias: float
    error: float

    level: float = LEVEL


def calibration(measured: Measured) -> Calibration | None:
    """Hold the model's expectations against the runs; ``None`` if nothing can be compared."""
    targets = measured.plan.searched
    expected = {entry.subset: entry.expected for entry in measured.plan.entries if entry.expected is not None}
    base = measured.by_seed(UNTOUCHED, targets)
    forecasts = []
    for subset, known in expected.items():
        rows = measured.runs.get(subset, {})
        seeds = sorted(rows.keys() & base.keys())
        if subset == NONE or not seeds:
            continue
        gains = [float(np.mean([rows[seed][key] for key in targets])) - base[seed] for seed in seeds]
        forecasts.append(Forecast(subset, known.gain, _sd(known, len(seeds)), float(np.mean(gains))))
    return _sum_up(forecasts) if forecasts else None


def _sd(known: Expected, seeds: int) -> float:
    """Both means over seeds have the noise of that many runs; those of no realignment have more of it."""
    return math.sqrt(known.sd**2 + (known.noise**2 + known.noise_none**2) / seeds)


def _sum_up(found: Sequence[Forecast]) -> Calibration:
    off = np.array([one.expected - one.measured for one in found])
    expected, measured = [one.expected for one in found], [one.measured for one in found]
    rank = None
    if len(found) >= FEWEST and np.ptp(expected) > 0 and np.ptp(measured) > 0:
        rank = float(spearmanr(expected, measured).statistic)
    return Calibration(
        tuple(found),
        float(np.mean([one.within for one in found])),
        float(
            np.mean([abs(miss) <= REACH * one.sd for one, miss in zip(found, off - off.mean(), strict=True)])
        ),
        rank,
        float(off.mean()),
        float(np.sqrt((off**2).mean())),
    )
