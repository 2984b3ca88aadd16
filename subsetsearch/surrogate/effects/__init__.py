"""A model of the score of every target with every subset, pooled over all runs."""

from __future__ import annotations

from subsetsearch.surrogate.effects.expectation import Expectation, GroupExpectation
from subsetsearch.surrogate.effects.joint import JointExpectation
from subsetsearch.surrogate.effects.model import EffectModel
from subsetsearch.surrogate.effects.pool import pool_kernel
from subsetsearch.surrogate.effects.runs import EffectRuns
from subsetsearch.surrogate.effects.scalar import ScalarEffects
from subsetsearch.surrogate.effects.subsets import Mixes, SubsetKernel
from subsetsearch.surrogate.effects.variances import PLAIN, Prior, Variances

__all__ = [
    "PLAIN",
    "EffectModel",
    "EffectRuns",
    "Expectation",
    "GroupExpectation",
    "JointExpectation",
    "Mixes",
    "Prior",
    "ScalarEffects",
    "SubsetKernel",
    "Variances",
    "pool_kernel",
]
