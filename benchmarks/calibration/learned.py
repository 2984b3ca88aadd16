"""What full runs of some subsets say of others, by the sampler's model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from subsetsearch.analysis.trust.predictor import features_of
from subsetsearch.analysis.trust.ranks import spearman
from subsetsearch.problem.cost import PoolCost
from subsetsearch.subset import Subset
from subsetsearch.surrogate import Observations, SetModel, choose_kernel

LEARNED_FROM = (12, 24)
SPLITS = 100


def learning_curve(
    cost: PoolCost, subsets: Sequence[Subset], truth: Sequence[float]
) -> dict[str, list[float]]:
    """Rank correlation with the subsets that were not learned from: quartiles over random splits, by size."""
    matrix, features = features_of(cost)
    every = Observations(np.stack([matrix.row(subset) for subset in subsets]), np.asarray(truth))
    rng = np.random.default_rng(0)
    curve: dict[str, list[float]] = {}
    for n in LEARNED_FROM:
        reached = []
        for _ in range(SPLITS):
            learned, other = np.split(rng.permutation(len(truth)), [n])
            data = every.take(np.sort(learned))
            model = SetModel.fit(features, data, choose_kernel(features, data))
            predicted = model.predict(every.members[other]).mean
            reached.append(spearman(predicted.tolist(), every.values[other].tolist()) or 0.0)
        curve[str(n)] = [round(float(q), 3) for q in np.quantile(reached, [0.25, 0.5, 0.75])]
    return curve
