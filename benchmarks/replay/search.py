"""The model that `subsetsearch run` itself fits, asked the same question as the surrogates of the replay."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.common import RECORDED_TYPOLOGY
from benchmarks.replay.data import PublishedSubset
from benchmarks.replay.model import Floats
from subsetsearch.surrogate import Observations, SetFeatures, SetModel, choose_kernel
from subsetsearch.traits.typological import principal


def search_model(subsets: Sequence[PublishedSubset], values: Floats) -> Floats:
    """Predict each subset from all others by the search's surrogate, which knows nothing of targets.

    Every language costs the same, as the published runs had one budget whatever the subset; kernel and
    noise are chosen anew from the other subsets, as in a search.

    Args:
        subsets: The subsets, ``n`` of them.
        values: Their values, ``(n,)``.

    Returns:
        Predictions ``(n,)``; entry ``i`` does not depend on ``values[i]``.
    """
    pool = sorted({key for subset in subsets for key in subset.keys})
    table = RECORDED_TYPOLOGY.features(pool, "featural")
    features = SetFeatures(np.ones(len(pool)), principal(table.values))
    members = np.asarray([[key in subset.keys for key in pool] for subset in subsets])
    rows = np.arange(len(values))
    predictions = np.empty(len(values))
    for row in rows:
        others = Observations(members[rows != row], values[rows != row])
        model = SetModel.fit(features, others, choose_kernel(features, others))
        predictions[row] = model.predict(members[row : row + 1]).mean[0]
    return predictions
