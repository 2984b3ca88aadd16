"""Optuna's tables, shared by several processes: each trial is claimed by the process that works on it."""

from __future__ import annotations

import warnings
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import optuna
import sqlalchemy
from optuna.trial import FrozenTrial, TrialState

from realign_core.support.files.locks import file_lock
from subsetsearch.errors import StudyError
from subsetsearch.results.database.connect import no_driver, patient, when_made, with_driver, write_ahead
from subsetsearch.results.database.failures import cannot_open
from subsetsearch.results.database.retry import patiently
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.trials.batched_writes import Entries, write_together
from subsetsearch.results.trials.optuna_rows import count_rows, read_row, read_rows
from subsetsearch.results.trials.proxy_storage import open_proxy
from subsetsearch.results.trials.storage_calls import translating
from subsetsearch.results.trials.trial_record import TrialRecord
from subsetsearch.results.trials.trial_rows import read_records
from subsetsearch.results.workers.claims import Claims
from subsetsearch.results.workers.held_trials import HeldTrials

_INNER = (
    "_create_new_trial",
    "_set_trial_param",
    "_get_best_trial_id",
    "_get_trials",
    "_get_stale_trial_ids",
)
"""What Optuna's own cache asks for, beside the public methods."""


_OURS = ("write_trial", "count_trials", "told_trials")
"""What we ask for besides."""


def _translate(url: str, error: Exception) -> StudyError | None:
    if isinstance(error, optuna.exceptions.StorageInternalError | sqlalchemy.exc.SQLAlchemyError):
        return cannot_open(url, error, deed="read or written")
    return None


@translating(_translate, (*_INNER, *_OURS))
class WorkerStorage(optuna.storages.RDBStorage):
    """Gives each waiting trial to one worker, and knows which trials its own process works on.

    SQLite has no locks of rows, which Optuna relies on: two workers that asked at the same time were given
    the same trial, and the later one failed when it stored its result. SQLite is for one host only, so a lock
    beside its file is enough.

    Args:
        url: Of the database, with its driver.
        claims: In the same database.
        options: Of Optuna's own storage.
    """

    def __init__(self, url: str, claims: Claims, **options: Any) -> None:
        super().__init__(url, **options)
        self.trials = HeldTrials(claims)

    def _create_new_trial(self, study_id: int, template_trial: FrozenTrial | None = None) -> FrozenTrial:
        """Make a trial; one that begins at once is claimed."""
        trial = super()._create_new_trial(study_id, template_trial)
        if trial.state is TrialState.RUNNING:
            self.trials.hold(trial._trial_id)
        return trial

    def _get_trials(
        self,
        study_id: int,
        states: Container[TrialState] | None,
        included_trial_ids: set[int],
        trial_id_greater_than: int,
    ) -> list[FrozenTrial]:
        """Read trials by plain rows."""
        with self.engine.connect() as connection:
            return read_rows(connection, study_id, states, included_trial_ids, trial_id_greater_than)

    def get_trial(self, trial_id: int) -> FrozenTrial:
        """Read one trial by plain rows."""
        with self.engine.connect() as connection:
            return read_row(connection, trial_id)

    def told_trials(self, study_id: int) -> list[TrialRecord]:
        """Read our records of trials."""
        with self.engine.connect() as connection:
            return read_records(connection, study_id)

    def count_trials(self, study_id: int, state: TrialState) -> int:
        """Count trials in a state; they are not read."""
        with self.engine.connect() as connection:
            return count_rows(connection, study_id, state)

    def write_trial(self, trial_id: int, entries: Entries) -> None:
        """Write parameters and attributes of a running trial in one transaction."""
        write_together(self, trial_id, entries)

    def set_trial_state_values(
        self, trial_id: int, state: TrialState, values: Sequence[float] | None = None
    ) -> bool:
        """Change a trial's state, one worker at a time where waiting ones are taken."""
        change = partial(super().set_trial_state_values, trial_id, state, values)
        if state is not TrialState.RUNNING:
            return self.trials.end(trial_id, state, values, change, self.get_trial)
        file = self.engine.url.database if self.engine.dialect.name == "sqlite" else None
        if not file or file == ":memory:":
            return self.trials.begin(trial_id, change)
        with file_lock(Path(f"{file}.lock")):
            return self.trials.begin(trial_id, change)


def open_storage(folder: StudyFolder) -> optuna.storages.BaseStorage:
    """Open the database: the study's own SQLite file, or a URL of a server.

    Args:
        folder: The study's folder.

    Raises:
        ConfigError: If the URL is none, or of a database without a driver here.
        StudyError: If it cannot be opened, or another version of optuna wrote it.
    """
    if folder.storage is None:
        folder.path.mkdir(parents=True, exist_ok=True)

    if folder.proxy is not None:
        return open_proxy(folder.proxy, MeasurementStore(folder.database).claims)

    def make() -> WorkerStorage:
        claims = MeasurementStore(folder.database).claims
        return WorkerStorage(with_driver(folder.database), claims, engine_kwargs=patient(folder.database))

    try:
        with experimental():
            storage = patiently(folder.database, lambda: when_made(make))
    except (sqlalchemy.exc.ArgumentError, ImportError) as error:
        raise no_driver(folder.database) from error
    except RuntimeError as error:  # optuna's own check of its tables
        raise StudyError(
            "the database was written by another version of optuna",
            where=folder.path,
            fix="install that version, or a newer optuna and 'optuna storage upgrade'",
        ) from error
    except (sqlalchemy.exc.SQLAlchemyError, optuna.exceptions.StorageInternalError) as error:
        raise cannot_open(folder.database, error) from error
    if storage.engine.dialect.name == "sqlite":
        sqlalchemy.event.listen(storage.engine, "connect", write_ahead)
        storage.engine.dispose()  # connections made so far lack the setting
    return storage


@contextmanager
def experimental() -> Iterator[None]:
    """Use an interface that Optuna calls experimental without telling the user."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        yield
