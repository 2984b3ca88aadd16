"""Set functions, each documented with formula, range and source; solvers are apart."""

from __future__ import annotations

from subsetsearch.diversity.objectives._balance import GroupBalance, group_entropy
from subsetsearch.diversity.objectives._base import Objective
from subsetsearch.diversity.objectives._coverage import FacilityLocation, facility_location
from subsetsearch.diversity.objectives._dispersion import (
    MinDispersion,
    SumDispersion,
    mean_pairwise,
    pairwise_sum,
    smallest_distance,
)
from subsetsearch.diversity.objectives._entropy import (
    FeatureEntropy,
    ValueInclusion,
    feature_entropy,
    value_inclusion,
)
from subsetsearch.diversity.objectives._logdet import LogDeterminant, log_determinant, positive_kernel
from subsetsearch.diversity.objectives._phylogeny import PhylogeneticDiversity

__all__ = [
    "FacilityLocation",
    "FeatureEntropy",
    "GroupBalance",
    "LogDeterminant",
    "MinDispersion",
    "Objective",
    "PhylogeneticDiversity",
    "SumDispersion",
    "ValueInclusion",
    "facility_location",
    "feature_entropy",
    "group_entropy",
    "log_determinant",
    "mean_pairwise",
    "pairwise_sum",
    "positive_kernel",
    "smallest_distance",
    "value_inclusion",
]
