"""Run a study: enqueue the warm starts, then ask, evaluate, tell."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import FrozenTrial, TrialState

from realign_core.support.program.interrupts import in_steps
from subsetsearch.errors import StudyError, count, verb
from subsetsearch.problem.space import SearchSpace
from subsetsearch.results.database.failures import LockedError, locked, told_by_us
from subsetsearch.results.trials.ending import stored_name
from subsetsearch.results.trials.proposals import proposed_params, proposed_subset
from subsetsearch.results.trials.stored_study import create_or_open
from subsetsearch.results.trials.trial_record import TrialRecord
from subsetsearch.results.trials.trial_writer import count_complete, queue_trial
from subsetsearch.results.trials.worker_storage import experimental
from subsetsearch.results.workers.claims import Claims
from subsetsearch.results.workers.database_lock import database_lock
from subsetsearch.results.workers.held_trials import fail_dead, held_trials
from subsetsearch.run.search.quota import Share
from subsetsearch.run.search.total import Time, Total
from subsetsearch.run.search.trial import TrialRunner
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.sampler.sampler import Score, SubsetSampler
from subsetsearch.sampler.study import study_learner
from subsetsearch.sampler.warm_starts import warm_starts
from subsetsearch.subset import Subset
from subsetsearch.traits.typological import coordinates

logger = logging.getLogger(__name__)

_MOST_FAILURES = 3
"""A subset that failed so often is left alone."""

TrialCallback = Callable[[optuna.Study, FrozenTrial], None]
Objective = Callable[[optuna.Trial], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run of the search did.

    Args:
        before: Finished trials that were there already.
        after: Finished trials now.
        resumed: Interrupted trials that were taken up again.
        ended: Why the search ended before it did what was asked, or did nothing; empty if it did all.
    """

    before: int
    after: int
    resumed: int
    ended: str = ""


def run_search(
    ladder: Ladder,
    trials: int,
    *,
    total: int | None = None,
    on_trial: TrialCallback | None = None,
    share: Share | None = None,
    time: Time | None = None,
) -> RunSummary:
    """Run trials; a stored study goes on where it stopped.

    Args:
        ladder: The study's rungs.
        trials: Trials to add at most, by all workers together.
        total: Trials that the study is to have, where other commands add some at the same time.
        on_trial: Called after each trial.
        share: Taken from what is left for all workers, where there are several.
        time: Of the command; what the study says from now on, if left out.

    Returns:
        Numbers of trials.

    Raises:
        StudyError: If the stored study does not fit the study file.
        RealignError: If a trial fails; it is stored as failed.
    """
    stored, before, resumed = _open(ladder)
    _warn_of_few(stored, trials)
    callbacks = [on_trial] if on_trial else []
    run_trial = TrialRunner(ladder)
    limit = Total(
        stored,
        ladder.problem.space,
        total,
        partial(_study_lock, ladder),
        partial(_revive, stored, ladder),
        repeats=ladder.problem.config.search.by_decision,
        time=time or Time(ladder.problem.config.search.minutes),
    )

    def objective(trial: optuna.Trial) -> tuple[float, float]:
        limit.begun()
        if share is not None:
            share.begin(trial.number)
        return run_trial(trial)

    def one_more() -> str:
        ended = limit.begin()
        try:
            if not ended:
                with in_steps():  # a trial that takes no longer is finished, whoever wants to stop
                    _optimise(stored, objective, callbacks)
        finally:
            limit.begun()
        return ended

    try:
        ended = _take_trials(stored, ladder, share, one_more) if share else _some(trials, one_more)
    except LockedError as error:
        raise locked(error.what, error.where, _kept(stored)) from error
    return RunSummary(before, count_complete(stored), resumed, ended)


def _open(ladder: Ladder) -> tuple[optuna.Study, int, int]:
    """Open or create the stored study, with its warm starts, and continue what other processes left.

    Returns:
        The study, its finished trials, and the trials that were taken up again.
    """
    with _study_lock(ladder):  # workers that start together queue nothing twice
        any_sampler = optuna.samplers.RandomSampler(seed=0)
        stored = create_or_open(ladder.problem.config, ladder.folder, any_sampler)
        stored.sampler = make_sampler(ladder, stored)
        before = count_complete(stored)
        resumed = _take_up(stored, ladder.problem.space, ladder.store.claims)
        if not stored.get_trials(deepcopy=False):
            _enqueue(stored, ladder)
    return stored, before, resumed


def _optimise(stored: optuna.Study, objective: Objective, callbacks: Sequence[TrialCallback]) -> None:
    """Run one trial.

    Raises:
        RealignError: If it fails, or cannot be stored: Optuna then asserts that it was.
    """
    try:
        stored.optimize(objective, n_trials=1, callbacks=list(callbacks))
    except AssertionError as error:
        ours = told_by_us(error)
        if ours is None:
            raise
        raise ours from None
    except UpdateFinishedTrialError:
        logger.warning(
            "this process was not heard of for long and taken for dead: its trial was given to another"
        )
    finally:
        held = held_trials(stored)
        if held is not None:
            held.give_up(stored)


def _kept(stored: optuna.Study) -> str:
    """Say how many trials are stored, if that can be read."""
    try:
        trials = count_complete(stored)
    except StudyError:
        return "all trials so far are kept"
    return f"{count(trials, 'trial')} {verb(trials, 'is')} kept"


def _some(trials: int, one_more: Callable[[], str]) -> str:
    """Run a number of trials, or as many as there are; say why they were fewer."""
    return next((ended for _ in range(trials) if (ended := one_more())), "")


def _take_trials(stored: optuna.Study, ladder: Ladder, share: Share, one_more: Callable[[], str]) -> str:
    """Run trials as long as there are some left for all workers; say why they were fewer."""

    def revive(lost: Sequence[int]) -> int:
        with _study_lock(ladder):
            for number in lost:
                stored.tell(number, state=TrialState.FAIL, skip_if_finished=True)
            _take_up(stored, ladder.problem.space, ladder.store.claims)
        trials = stored.get_trials(deepcopy=False)
        return sum(trials[number].state is TrialState.COMPLETE for number in lost)

    while share.take(revive):
        finished, ended = False, ""
        try:
            ended = one_more()
            finished = not ended
        finally:
            share.end(finished=finished)
        if ended:
            return ended
    return ""


def _revive(stored: optuna.Study, ladder: Ladder) -> None:
    """Queue the trials of dead processes again, if there are any."""
    if fail_dead(stored, ladder.store.claims):
        with _study_lock(ladder):
            _take_up(stored, ladder.problem.space, ladder.store.claims)


def _study_lock(ladder: Ladder) -> AbstractContextManager[None]:
    return database_lock(ladder.folder.database, stored_name(ladder.problem.config))


def make_sampler(ladder: Ladder, stored: optuna.Study) -> optuna.samplers.BaseSampler:
    """Build the sampler that the study asks for."""
    search, space = ladder.problem.config.search, ladder.problem.space
    seed = search.seed + len(stored.get_trials(deepcopy=False))
    if search.sampler == "nsga2":
        return optuna.samplers.NSGAIISampler(population_size=16, seed=seed)
    if search.sampler == "tpe":
        return optuna.samplers.TPESampler(seed=seed)
    if search.sampler == "gp":
        # The proxies use the same seeds for all subsets: equal subsets get equal numbers.
        with experimental():
            return optuna.samplers.GPSampler(seed=seed, deterministic_objective=True)
    if search.sampler == "random":
        return optuna.samplers.RandomSampler(seed=seed)
    return SubsetSampler(
        space,
        traits=coordinates(space.keys),
        score=_rung1(ladder),
        learner=study_learner(ladder.problem),
        repeats=search.by_decision,
        seed=seed,
    )


def _warn_of_few(stored: optuna.Study, trials: int) -> None:
    """Say so if all trials of this run will be warm starts."""
    waiting = len(stored.get_trials(deepcopy=False, states=(TrialState.WAITING,)))
    if waiting > trials:
        logger.warning(
            "%d subsets are waiting to be tried (warm starts, or taken up again), but this run has %d "
            "trials: the sampler will propose nothing of its own; the rest is tried when the study goes on",
            waiting,
            trials,
        )


def _rung1(ladder: Ladder) -> Score | None:
    """What scores subsets cheaply, where the search does."""
    return ladder.first.score if ladder.problem.config.search.uses_rung1 else None


def _enqueue(stored: optuna.Study, ladder: Ladder) -> None:
    for origin, subset in warm_starts(ladder.problem, _rung1(ladder)):
        queue_trial(stored, ladder.problem.space.params(subset), origin)


def _take_up(stored: optuna.Study, space: SearchSpace, claims: Claims) -> int:
    """Fail trials whose process died, and queue every subset that so far only failed."""
    fail_dead(stored, claims)
    trials = stored.get_trials(deepcopy=False)
    alive = {proposed_subset(t, space) for t in trials if t.state is not TrialState.FAIL}
    lost: dict[Subset, list[FrozenTrial]] = {}
    for trial in trials:
        subset = proposed_subset(trial, space)
        if trial.state is TrialState.FAIL and subset is not None and subset not in alive:
            lost.setdefault(subset, []).append(trial)
    again = [failed[0] for failed in lost.values() if len(failed) < _MOST_FAILURES]
    for trial in again:
        queue_trial(stored, proposed_params(trial), TrialRecord.of(trial).origin)
    return len(again)
