"""A model of sets with uncertainty, and what a proposal is expected to add to the front."""

from __future__ import annotations

from subsetsearch.surrogate.acquisition import (
    expected_growth,
    expected_hypervolume_improvement,
    expected_improvement,
    front_levels,
    level_at,
    probability_above,
)
from subsetsearch.surrogate.features import PairTable, SetFeatures
from subsetsearch.surrogate.gp import Conditioned, Prediction, condition, log_evidence
from subsetsearch.surrogate.kernel import KernelChoice, SetKernel
from subsetsearch.surrogate.model import Observations, SetModel, choose_kernel

__all__ = [
    "Conditioned",
    "KernelChoice",
    "Observations",
    "PairTable",
    "Prediction",
    "SetFeatures",
    "SetKernel",
    "SetModel",
    "choose_kernel",
    "condition",
    "expected_growth",
    "expected_hypervolume_improvement",
    "expected_improvement",
    "front_levels",
    "level_at",
    "log_evidence",
    "probability_above",
]
