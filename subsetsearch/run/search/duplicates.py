"""Two workers, one subset: one scores it, the other takes its result.

The set sampler proposes nothing twice, but other samplers do, and what is queued may be there twice. A
trial that has said what it is therefore raises a flag before it scores, and looks again: it goes on if no
other one of its subset has a flag and none of lower number is there; otherwise it takes the flag down and
waits. Of two, the one that looks last sees the other, and the lower number never waits for a higher one
without a flag, so exactly one goes on. The trial of a worker that was killed
fails, and the next one goes on.
"""

from __future__ import annotations

import logging
import time

import optuna
from optuna.trial import FrozenTrial, TrialState

from realign_core.support.program.interrupts import give_way
from subsetsearch.problem.space import SearchSpace
from subsetsearch.results.trials.proposals import is_scoring, proposed_subset, set_scoring
from subsetsearch.results.trials.trial_record import TrialRecord
from subsetsearch.results.workers.claims import Claims
from subsetsearch.results.workers.held_trials import fail_dead
from subsetsearch.subset import Subset

logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.5


def wait_for_duplicate(trial: optuna.Trial, subset: Subset, space: SearchSpace, claims: Claims) -> None:
    """Return when no other worker is scoring a subset: it is scored then, or ours to score.

    Args:
        trial: All of its parameters are stored, and its subset is recorded.
        subset: What it proposes.
        space: Of the study.
        claims: In its database: a trial whose process is dead is not waited for.
    """
    waiting = False
    while (other := go_ahead(trial, subset, space)) is not None:
        if not waiting:
            waiting = True
            logger.info("trial %d waits for trial %d, which has its languages", trial.number, other.number)
        give_way()
        time.sleep(_POLL_SECONDS)
        fail_dead(trial.study, claims)


def go_ahead(trial: optuna.Trial, subset: Subset, space: SearchSpace) -> FrozenTrial | None:
    """Say that a trial scores its subset, unless another one of the same subset goes first.

    Returns:
        The trial that goes first; ``None`` if this one does.
    """
    other = _first_of_its_subset(trial, subset, space)
    if other is None:
        set_scoring(trial, scoring=True)
        other = _first_of_its_subset(trial, subset, space)
        if other is not None:
            set_scoring(trial, scoring=False)
    return other


def _first_of_its_subset(trial: optuna.Trial, subset: Subset, space: SearchSpace) -> FrozenTrial | None:
    """Find a running trial of the same subset that goes first.

    A trial without a recorded subset does not count: it looks for others once it has recorded its own.
    """
    for other in trial.study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        if other.number == trial.number or TrialRecord.of(other).subset is None:
            continue
        first = other.number < trial.number or is_scoring(other)
        if first and proposed_subset(other, space) == subset:
            return other
    return None
