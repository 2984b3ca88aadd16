"""What the user must know of a study's pool and targets before it runs."""

from __future__ import annotations

from collections.abc import Iterator

from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import some
from subsetsearch.languages import left_aside
from subsetsearch.problem.problem import Problem


def pool_notes(problem: Problem) -> Iterator[str]:
    """Say which languages of the corpora are neither chosen nor tested, and why.

    Args:
        problem: Of the study.
    """
    if problem.pool.withheld:
        yield f"not in the pool, as they are held out: {', '.join(problem.pool.withheld)}"
    yield from one_language_notes(problem.config)


def one_language_notes(study: StudyConfig) -> Iterator[str]:
    """Name codes of the corpora that are left aside, as another one is the same language.

    Args:
        study: The study.
    """
    corpora = {"parallel data": study.recipe.parallel.languages()}
    if study.targets.languages != () or not study.targets.unlabelled:
        corpora["task"] = study.recipe.task.evaluated.languages("dev")
    for name, codes in corpora.items():
        aside = [f"{code} (left aside) and {taken}" for code, taken in left_aside(codes).items()]
        if aside:
            yield f"one language under two codes in the {name}: {some(aside)}"
