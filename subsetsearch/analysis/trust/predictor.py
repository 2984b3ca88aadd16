"""The sampler's model of sets, asked what full runs of some subsets say of another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from subsetsearch.analysis.trust import Predictor
from subsetsearch.problem.cost import PoolCost
from subsetsearch.problem.space import SearchSpace
from subsetsearch.sampler.subset_matrix import SubsetMatrix
from subsetsearch.subset import Subset
from subsetsearch.surrogate import SetFeatures
from subsetsearch.surrogate.left_out import left_out
from subsetsearch.traits.typological import coordinates


def leave_one_out_predictor(cost: PoolCost) -> Predictor:
    """Build what ranks each fully run subset by the full runs of all others.

    Args:
        cost: Of the study's pool; no constraint of the search matters here.
    """

    def predict(subsets: Sequence[Subset], values: Sequence[float]) -> Sequence[float]:
        matrix, features = features_of(cost)
        members = np.stack([matrix.row(subset) for subset in subsets])
        expected: list[float] = left_out(features, members, np.asarray(values, dtype=np.float64)).tolist()
        return expected

    return predict


def features_of(cost: PoolCost) -> tuple[SubsetMatrix, SetFeatures]:
    """Return what writes subsets of a pool as rows, and what these are to the model."""
    keys = tuple(sorted(cost.prices))
    matrix = SubsetMatrix(SearchSpace(keys, cost, max_size=len(keys), pairs=cost.pairs))
    return matrix, matrix.features(coordinates(keys))
