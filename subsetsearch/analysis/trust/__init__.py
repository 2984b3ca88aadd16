"""How far the cheap rungs can be trusted: their ranking against full runs, and what noise allows."""

from __future__ import annotations

from subsetsearch.analysis.trust.learned import LearnedTrust
from subsetsearch.analysis.trust.noise import Noise, noise, spearman_brown
from subsetsearch.analysis.trust.ranks import FEWEST, Interval, Ranking, ranking
from subsetsearch.analysis.trust.regret import Regret, regret
from subsetsearch.analysis.trust.unlabelled import LanguageTrust, UnlabelledTrust, leave_out_in_turn
from subsetsearch.analysis.trust.verdict import Predictor, RungTrust, Trust, verdict

__all__ = [
    "FEWEST",
    "Interval",
    "LanguageTrust",
    "LearnedTrust",
    "Noise",
    "Predictor",
    "Ranking",
    "Regret",
    "RungTrust",
    "Trust",
    "UnlabelledTrust",
    "leave_out_in_turn",
    "noise",
    "ranking",
    "regret",
    "spearman_brown",
    "verdict",
]
