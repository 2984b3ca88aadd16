"""How a study's sampler learns, by the rung that its search ends at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from subsetsearch.config.rungs import FULL
from subsetsearch.config.study import StudyConfig
from subsetsearch.problem.pool import source_key
from subsetsearch.problem.problem import Problem
from subsetsearch.sampler.learners import EffectLearner, Learner
from subsetsearch.sampler.subset_matrix import SubsetMatrix
from subsetsearch.surrogate.effects import SubsetKernel, pool_kernel


def study_learner(problem: Problem) -> Learner | None:
    """Choose the learner: the model of effects where the search ends at full runs.

    Args:
        problem: The study.

    Returns:
        ``None`` for what fits a cheap rung.
    """
    if problem.config.search.top_rung != FULL.number:
        return None
    config, cost = problem.config, problem.cost
    kernel = study_kernel(config, problem.space.keys, problem.targets.searched, cost.pairs.lengths)
    return EffectLearner(SubsetMatrix(problem.space).features(), kernel)


def study_kernel(
    config: StudyConfig, keys: Sequence[str], targets: Sequence[str], lengths: Mapping[str, int]
) -> SubsetKernel:
    """Describe a study's pool to the model of effects.

    Args:
        config: The study.
        keys: Languages of its pool.
        targets: Keys of its targets that count.
        lengths: Pairs that each language of the pool gives.
    """
    encoder = config.recipe.encoder.name
    return pool_kernel(keys, source=source_key(config), targets=targets, encoder=encoder, lengths=lengths)
