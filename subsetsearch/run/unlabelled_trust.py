"""Rank subsets for each labelled target as if it had no labels."""

from __future__ import annotations

from collections.abc import Sequence

from subsetsearch.analysis.build import scores_by_subset
from subsetsearch.analysis.trust import FEWEST, InTurn, leave_out_in_turn
from subsetsearch.errors import ConfigError, StudyError
from subsetsearch.results.evaluations import Evaluation
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.rungs.unlabelled import spread_subsets

FULL = "full runs"
DEV = "rung 1's own accuracy on development data"


def measure_in_turn(ladder: Ladder, count: int, evaluations: Sequence[Evaluation] = ()) -> list[InTurn]:
    """Score subsets by rung 1, on labels and on held-out pairs, and compare the two by language.

    Args:
        ladder: Opened with ``in_turn``.
        count: How many subsets, of all sizes.
        evaluations: Full runs of the study; alignment is held against them as well if they are of
            enough subsets.

    Returns:
        Alignment against rung 1's accuracy, and against full runs where there are any.

    Raises:
        ConfigError: If no labelled target has enough sentence pairs.
        StudyError: If the constraints allow too few subsets.
    """
    subsets = _subsets(ladder, count)
    alignment: dict[frozenset[str], dict[str, float]] = {}
    accuracy: dict[frozenset[str], dict[str, float]] = {}
    everything = frozenset(ladder.pool.keys)
    measured = {
        subset.languages: dict(scores)
        for subset, scores in scores_by_subset(evaluations).items()
        if subset.languages < everything and subset.pairs is None
    }
    wanted = dict.fromkeys([*subsets, *measured])
    with ladder.progress.track("rung 1", len(wanted)) as advance:
        for subset in wanted:
            found = ladder.measure1(subset)
            alignment[subset], accuracy[subset] = dict(found.alignment), dict(found.labelled)
            advance(1)
    told = [leave_out_in_turn(alignment, {subset: accuracy[subset] for subset in subsets}, DEV)]
    if len(set(filter(None, measured)) & alignment.keys()) >= FEWEST:
        told.append(leave_out_in_turn(alignment, measured, FULL))
    return told


def _subsets(ladder: Ladder, count: int) -> list[frozenset[str]]:
    """Draw the subsets, once it is sure that there is a language to rank them for."""
    if not set(ladder.targets.searched) & set(ladder.pool.held_out):
        raise ConfigError(
            f"no labelled target has {2 * ladder.study.proxy.alignment.pairs} sentence pairs",
            where="--without-labels",
            fix="lower proxy.alignment.pairs, or choose a corpus that has the targets",
        )
    subsets = spread_subsets(ladder.space, count, seed=ladder.study.search.seed)
    if len(subsets) < FEWEST:
        raise StudyError(
            f"the constraints allow {len(subsets)} subsets, too few to rank",
            where="search",
            fix="loosen them",
        )
    return subsets
