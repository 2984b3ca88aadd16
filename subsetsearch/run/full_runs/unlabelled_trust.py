"""Rank subsets for each labelled target as if it had no labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from realign_core.support.progress import NoProgress, Progress
from subsetsearch.analysis.front.build_front import scores_by_subset
from subsetsearch.analysis.trust import FEWEST, UnlabelledTrust, leave_out_in_turn
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import ConfigError, StudyError, count
from subsetsearch.problem.problem import Problem
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.rungs.linear_rung import ProbeRung
from subsetsearch.rungs.shared import SharedData
from subsetsearch.rungs.unlabelled import spread_subsets
from subsetsearch.subset import NONE, Subset

FULL = "full runs"
DEV = "rung 1's own accuracy on development data"


def measure_unlabelled_trust(
    study: StudyConfig,
    cache: Path,
    n_subsets: int,
    evaluations: Sequence[Measurement] = (),
    *,
    progress: Progress | None = None,
) -> list[UnlabelledTrust]:
    """Score subsets by rung 1, on labels and on held-out pairs, and compare the two by language.

    Args:
        study: The study.
        cache: Folder of what is encoded once.
        n_subsets: How many subsets, of all sizes.
        evaluations: Full runs of the study; retrieval is held against them as well if they are of
            enough subsets.
        progress: Shows encoding and scoring.

    Returns:
        Retrieval against rung 1's accuracy, and against full runs where there are any.

    Raises:
        ConfigError: If no labelled target has enough sentence pairs.
        StudyError: If the constraints allow too few subsets.
    """
    study.recipe.encoder.require_folder()
    problem = Problem.build(study, hold_out_labelled=True)
    rung = ProbeRung(SharedData(problem, cache, progress or NoProgress()))
    subsets = _subsets(problem, n_subsets)
    retrieval: dict[Subset, dict[str, float]] = {}
    accuracy: dict[Subset, dict[str, float]] = {}
    everything = frozenset(problem.pool.keys)
    measured = {
        subset: scores
        for subset, scores in scores_by_subset(evaluations).items()
        if subset.languages < everything and subset.pairs is None
    }
    chosen = dict.fromkeys([*subsets, *measured])
    with rung.data.progress.track("rung 1", len(chosen)) as advance:
        for subset in chosen:
            parts = rung.measure(subset)
            retrieval[subset], accuracy[subset] = dict(parts.retrieval), dict(parts.labelled)
            advance(1)
    results = [leave_out_in_turn(retrieval, {subset: accuracy[subset] for subset in subsets}, DEV)]
    if len(measured.keys() - {NONE}) >= FEWEST:
        results.append(leave_out_in_turn(retrieval, measured, FULL))
    return results


def _subsets(problem: Problem, n_subsets: int) -> list[Subset]:
    """Draw the subsets, once it is sure that there is a language to rank them for."""
    if not set(problem.targets.searched) & set(problem.pool.held_out):
        raise ConfigError(
            f"no labelled target has {2 * problem.config.proxy.retrieval.pairs} sentence pairs",
            where="--without-labels",
            fix="lower proxy.retrieval.pairs, or choose a corpus that has the targets",
        )
    subsets = spread_subsets(problem.space, n_subsets, seed=problem.config.search.seed)
    if len(subsets) < FEWEST:
        raise StudyError(
            f"the constraints allow {count(len(subsets), 'subset')}, too few to rank",
            where="search",
            fix="loosen them",
        )
    return subsets
