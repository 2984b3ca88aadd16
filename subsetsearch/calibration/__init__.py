"""How far the cheap rungs can be trusted: their ranking against full runs, and what noise allows."""

from __future__ import annotations

from subsetsearch.calibration.judge import Calibration, RungTrust, calibrate
from subsetsearch.calibration.noise import Noise, noise, spearman_brown
from subsetsearch.calibration.ranks import FEWEST, Interval, Ranking, ranking
from subsetsearch.calibration.regret import Regret, regret

__all__ = [
    "FEWEST",
    "Calibration",
    "Interval",
    "Noise",
    "Ranking",
    "Regret",
    "RungTrust",
    "calibrate",
    "noise",
    "ranking",
    "regret",
    "spearman_brown",
]
