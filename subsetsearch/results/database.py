"""Optuna's tables in SQLite, shared by several processes of one host."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import optuna
import sqlalchemy
from optuna.trial import TrialState

from realign_core.support.files import file_lock
from subsetsearch.results.broken import cannot_open

logger = logging.getLogger(__name__)

_INNER = (
    "_create_new_trial",
    "_set_trial_param",
    "_get_best_trial_id",
    "_get_trials",
    "_get_stale_trial_ids",
)
"""What Optuna's own cache asks for, beside the public methods."""


def _told(method: Callable[..., Any]) -> Callable[..., Any]:
    """Let a method of a storage raise our error, which says what the database's driver said."""

    @wraps(method)
    def call(self: optuna.storages.RDBStorage, *args: Any, **options: Any) -> Any:
        try:
            return method(self, *args, **options)
        except (optuna.exceptions.StorageInternalError, sqlalchemy.exc.SQLAlchemyError) as error:
            raise cannot_open(self.url, error, deed="read or written") from error

    return call


def _all_told(storage: type[WorkerStorage]) -> type[WorkerStorage]:
    """Let every method that Optuna calls raise our errors."""
    for name in (*vars(optuna.storages.BaseStorage), *_INNER):
        method = getattr(storage, name)
        if callable(method) and not name.startswith("__"):
            setattr(storage, name, _told(method))
    return storage


@_all_told
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

    def record_heartbeat(self, trial_id: int) -> None:
        """Say that a trial is alive; a thread of its own does, whose errors nobody would hear.

        The search meets what hinders it when it writes next.
        """
        try:
            super().record_heartbeat(trial_id)
        except (optuna.exceptions.StorageInternalError, sqlalchemy.exc.SQLAlchemyError) as error:
            logger.info("%s", cannot_open(self.url, error, deed="read or written"))
