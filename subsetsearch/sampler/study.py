"""How a study's sampler learns, by the rung that its search ends at."""

from __future__ import annotations

from subsetsearch.config.rungs import FULL
from subsetsearch.languages import resolve
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
    return EffectLearner(SubsetMatrix(problem.space).features(), study_kernel(problem))


def study_kernel(problem: Problem) -> SubsetKernel:
    """Describe a study's pool to the model of effects."""
    recipe = problem.config.recipe
    return pool_kernel(
        problem.space.keys,
        source=resolve(recipe.task.source_language).key,
        targets=problem.targets.searched,
        encoder=recipe.encoder.name,
        lengths=problem.cost.pairs.lengths,
    )
