"""Optuna's tables in SQLite, shared by several processes of one host."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import optuna
from optuna.trial import TrialState

from realign_core.support.files import file_lock


class WorkerStorage(optuna.storages.RDBStorage):
    """Hands each waiting trial to one worker.

    SQLite has no locks of rows, which Optuna relies on: two workers that ask at the same instant were given
    the same one, and the later of them failed when it told its result. It is for one host, so that a lock
    beside its file does.
    """

    def set_trial_state_values(
        self, trial_id: int, state: TrialState, values: Sequence[float] | None = None
    ) -> bool:
        """Change a trial's state, one worker at a time where waiting ones are taken."""
        file = self.engine.url.database if self.engine.dialect.name == "sqlite" else None
        if state is not TrialState.RUNNING or not file or file == ":memory:":
            return super().set_trial_state_values(trial_id, state, values)
        with file_lock(Path(f"{file}.lock")):
            return super().set_trial_state_values(trial_id, state, values)
