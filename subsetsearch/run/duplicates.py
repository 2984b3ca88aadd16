"""Two workers, one candidate: one scores it, the other takes its result.

The set sampler proposes nothing twice, but other samplers do, and what is queued may be there twice. A
trial that has said what it is therefore raises a flag before it scores, and looks again: it goes on if no
other one of its candidate has a flag and none of lower number is there; otherwise it takes the flag down and
waits. Of two, the one that looks last sees the other, and the lower number never waits for a higher one
without a flag, so exactly one goes on. A worker that was killed sends no heartbeats any longer: its trial
fails, and the next one goes on.
"""

from __future__ import annotations

import logging
import time

import optuna
from optuna.trial import FrozenTrial, TrialState

from subsetsearch.problem.space import SearchSpace
from subsetsearch.results.proposals import is_scoring, proposed_subset, set_scoring
from subsetsearch.results.storage import experimental
from subsetsearch.results.trials import TrialRecord
from subsetsearch.subset import Subset

logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.5


def wait_for_twin(trial: optuna.Trial, candidate: Subset, space: SearchSpace) -> None:
    """Return when no other worker is scoring a candidate: it is scored then, or ours to score.

    Args:
        trial: All of its parameters are stored, and its languages told.
        candidate: What it proposes.
        space: Of the study.
    """
    told = False
    while True:
        twin = _ahead(trial, candidate, space)
        if twin is None:
            set_scoring(trial, scoring=True)
            twin = _ahead(trial, candidate, space)
            if twin is None:
                return
            set_scoring(trial, scoring=False)
        if not told:
            told = True
            logger.info("trial %d waits for trial %d, which has its languages", trial.number, twin.number)
        time.sleep(_POLL_SECONDS)
        with experimental():
            optuna.storages.fail_stale_trials(trial.study)


def _ahead(trial: optuna.Trial, candidate: Subset, space: SearchSpace) -> FrozenTrial | None:
    """Find a running trial of the same candidate that goes first.

    One that has not told its languages yet does not count: it will look for us.
    """
    for other in trial.study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        if other.number == trial.number or TrialRecord.of(other).subset is None:
            continue
        first = other.number < trial.number or is_scoring(other)
        if first and proposed_subset(other, space) == candidate:
            return other
    return None
