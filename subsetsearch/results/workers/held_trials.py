"""Which trials a process works on, and what is done about trials whose process died."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import FrozenTrial, TrialState

from subsetsearch.results.workers import claims as leases
from subsetsearch.results.workers.claims import Claim, Claims

logger = logging.getLogger(__name__)


class HeldTrials:
    """The trials that one storage has begun and not ended.

    Args:
        claims: In the study's database.
    """

    def __init__(self, claims: Claims) -> None:
        self._claims = claims
        self._held: dict[int, Claim] = {}

    def hold(self, trial_id: int) -> bool:
        """Claim a trial; tell whether it is ours."""
        claim = self._claims.take(_name(trial_id), lease=leases.LEASE_SECONDS)
        if claim is not None:
            self._held[trial_id] = claim
        return claim is not None

    def begin(self, trial_id: int, change: Callable[[], bool]) -> bool:
        """Begin a waiting trial; tell whether it is ours.

        Args:
            trial_id: The trial.
            change: Changes its state, unless another process has done so.
        """
        if trial_id in self._held or not self.hold(trial_id):
            return False
        begun = False
        try:
            begun = change()
        finally:
            if not begun:
                self._held.pop(trial_id).release()
        return begun

    def end(
        self,
        trial_id: int,
        state: TrialState,
        values: Sequence[float] | None,
        change: Callable[[], bool],
        read: Callable[[int], FrozenTrial],
    ) -> bool:
        """End a trial, which may be another process's; to say again how ours ended is no error.

        Args:
            trial_id: The trial.
            state: How it ends.
            values: What it is told with.
            change: Changes its state.
            read: Reads a trial.
        """
        try:
            changed = change()
        except UpdateFinishedTrialError:
            trial = read(trial_id)
            same = trial.state is state and (values is None or trial.values == list(values))
            if not (trial_id in self._held and same):  # else the server went away after it had stored that
                raise
            changed = True
        if state.is_finished() and trial_id in self._held:
            self._held.pop(trial_id).release()
        return changed

    def give_up(self, study: optuna.Study) -> None:
        """Fail what was begun and not ended: an exception came between, and this process may go on."""
        for trial_id in list(self._held):
            with suppress(Exception):
                study._storage.set_trial_state_values(trial_id, TrialState.FAIL)
            if trial_id in self._held:
                self._held.pop(trial_id).release()


def held_trials(study: optuna.Study) -> HeldTrials | None:
    """Find what the storage of a study has begun; nothing if it is none of ours."""
    storage = getattr(study._storage, "_backend", study._storage)
    trials: HeldTrials | None = getattr(storage, "trials", None)
    return trials


def fail_dead(study: optuna.Study, claims: Claims) -> list[int]:
    """Fail the running trials whose process is dead.

    One that is slow is not: its process's pulse counts (see :mod:`subsetsearch.results.workers.claims`).

    Args:
        study: The study.
        claims: In its database.

    Returns:
        Numbers of those that were failed.
    """
    trials = study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))
    running = {_name(trial._trial_id): trial.number for trial in trials}
    if not running:
        return []
    dead = sorted(claims.dead(running, lease=leases.LEASE_SECONDS))
    for name in dead:
        with suppress(UpdateFinishedTrialError):
            study.tell(running[name], state=TrialState.FAIL, skip_if_finished=True)
        logger.info("trial %d: its process is dead", running[name])
    if dead:
        claims.forget(dead)
    return [running[name] for name in dead]


def _name(trial_id: int) -> str:
    return f"trial {trial_id}"
