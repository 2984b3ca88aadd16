"""How far the cheap rungs can be trusted: their ranking against full runs, and what noise allows."""

from __future__ import annotations

from subsetsearch.calibration.in_turn import InTurn, LeftOut, leave_out_in_turn
from subsetsearch.calibration.judge import Calibration, Foretell, RungTrust, calibrate
from subsetsearch.calibration.learned import LearnedTrust, leave_one_out
from subsetsearch.calibration.noise import Noise, noise, spearman_brown
from subsetsearch.calibration.ranks import FEWEST, Interval, Ranking, ranking
from subsetsearch.calibration.regret import Regret, regret

__all__ = [
    "FEWEST",
    "Calibration",
    "Foretell",
    "InTurn",
    "Interval",
    "LearnedTrust",
    "LeftOut",
    "Noise",
    "Ranking",
    "Regret",
    "RungTrust",
    "calibrate",
    "leave_one_out",
    "leave_out_in_turn",
    "noise",
    "ranking",
    "regret",
    "spearman_brown",
]
