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
        held_out: The same, of the targets that the search did not see; ``None`` without any.
    """

    subset: Subset
    expected: float
    sd: float
    measured: float
    held_out: float | None = None

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
        rank_held_out: The same with the gains of targets that the search did not see.
        bias: Mean of expected less measured gains.
        error: Root of the mean squared difference.
    """

    forecasts: tuple[Forecast, ...]
    coverage: float
    apart: float
    rank: float | None
    rank_held_out: float | None
    bias: float
    error: float

    level: float = LEVEL


def calibration(measured: Measured) -> Calibration | None:
    """Hold the model's expectations against the runs; ``None`` if nothing can be compared."""
    plan = measured.plan
    expected = {entry.subset: entry.expected for entry in plan.entries if entry.expected is not None}
    forecasts = []
    for subset, known in expected.items():
        gains = _gains(measured, subset, plan.searched)
        if subset == NONE or not gains:
            continue
        others = _gains(measured, subset, plan.held_out)
        held_out = float(np.mean(others)) if others else None
        forecasts.append(
            Forecast(subset, known.gain, _sd(known, len(gains)), float(np.mean(gains)), held_out)
        )
    return _sum_up(forecasts) if forecasts else None


def _gains(measured: Measured, subset: Subset, targets: Sequence[str]) -> list[float]:
    """Gains over no realignment by seed; none without common seeds or targets."""
    if not targets:
        return []
    rows, base = measured.runs.get(subset, {}), measured.by_seed(UNTOUCHED, targets)
    seeds = sorted(rows.keys() & base.keys())
    return [float(np.mean([rows[seed][key] for key in targets])) - base[seed] for seed in seeds]


def _sd(known: Expected, seeds: int) -> float:
    """Both means over seeds have the noise of that many runs; those of no realignment have more of it."""
    return math.sqrt(known.sd**2 + (known.noise**2 + known.noise_none**2) / seeds)


def _sum_up(found: Sequence[Forecast]) -> Calibration:
    off = np.array([one.expected - one.measured for one in found])
    apart = [abs(miss) <= REACH * one.sd for one, miss in zip(found, off - off.mean(), strict=True)]
    return Calibration(
        tuple(found),
        float(np.mean([one.within for one in found])),
        float(np.mean(apart)),
        _rank([(one.expected, one.measured) for one in found]),
        _rank([(one.expected, one.held_out) for one in found if one.held_out is not None]),
        float(off.mean()),
        float(np.sqrt((off**2).mean())),
    )


def _rank(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Spearman's correlation of pairs; ``None`` for few of them, or if one side is always the same."""
    if len(pairs) < FEWEST or any(np.ptp(side) == 0 for side in zip(*pairs, strict=True)):
        return None
    first, second = zip(*pairs, strict=True)
    return float(spearmanr(first, second).statistic)
