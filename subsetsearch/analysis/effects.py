"""The model of effects of a study: what its full runs together say of every subset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from subsetsearch.config.rungs import FULL
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import SelectionError, count
from subsetsearch.results.measurement import Measurement, without_fresh
from subsetsearch.sampler.study import study_kernel
from subsetsearch.surrogate.effects import EffectModel, EffectRuns
from subsetsearch.surrogate.effects.model import FEWEST
from subsetsearch.traits.typological import coordinates


def fit_effects(
    config: StudyConfig, keys: Sequence[str], lengths: Mapping[str, int], runs: Sequence[Measurement]
) -> EffectModel:
    """Fit the model of effects to a study's full runs, on development and on test data.

    Args:
        config: The study.
        keys: Languages of its pool.
        lengths: Pairs that each of them gives.
        runs: Measurements; those of cheap rungs and with fresh seeds are left aside.

    Raises:
        SelectionError: If there are too few runs, they share no target, or all have the same scores.
    """
    full = [run for run in without_fresh(runs) if run.rung == FULL.number and run.counted_scores]
    subsets = {run.subset for run in full}
    targets = sorted(set.intersection(*(set(run.counted_scores) for run in full))) if full else []
    if len(subsets) < FEWEST:
        raise SelectionError(
            f"{count(len(subsets), 'subset')} with a full run, and a model of their effects needs {FEWEST}",
            fix="let the search end at full runs (search.top_rung = 3), or run 'subsetsearch evaluate STUDY'",
        )
    if not targets:
        raise SelectionError("no target has a score in every full run, so a model of their effects has none")
    found = EffectRuns.of(full, targets)
    if not np.ptp(found.scores, axis=0).any():  # a standard deviation of equal numbers may be 1e-16
        raise SelectionError("all full runs have the same scores, so nothing can be expected of others")
    return EffectModel.fit(found, study_kernel(config, keys, targets, lengths), coordinates(targets))
