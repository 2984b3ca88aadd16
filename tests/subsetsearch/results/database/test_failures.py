"""A database that cannot be used: a full disk, another program's lock, damage."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import optuna
import pytest
import sqlalchemy

from subsetsearch.config import StudyConfig
from subsetsearch.errors import StudyError
from subsetsearch.results.database.failures import cannot_open
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.results.trials import worker_storage
from subsetsearch.results.trials.storage_calls import translated
from subsetsearch.results.trials.stored_study import create_or_open
from subsetsearch.results.trials.worker_storage import open_storage

SAMPLER = optuna.samplers.RandomSampler(seed=0)
FULL = r"study\.db: the disk is full \(.*\); what is stored so far is kept; make room there"


def chain(text: str) -> optuna.exceptions.StorageInternalError:
    """What Optuna raises, and what it hides."""
    error = optuna.exceptions.StorageInternalError("This typically happens due to invalid data in the commit")
    error.__cause__ = sqlalchemy.exc.OperationalError("INSERT", None, sqlite3.OperationalError(text))
    return error


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("database or disk is full", FULL),
        (
            "database is locked",
            r"study\.db: locked by another program \(database is locked\); what is stored so far is kept; end",
        ),
        ("disk I/O error", r"study\.db: the database cannot be opened \(disk I/O error\); check the file"),
        (
            "attempt to write a readonly database",
            r"readonly database\); check the file, its folder and their perm",
        ),
        ("file is not a database", r"not a database\); it is damaged; once it is moved away"),
        ("database disk image is malformed", r"malformed\); it is damaged; once it is moved away, a new one"),
    ],
)
def test_the_cause_is_said(tmp_path: Path, text: str, message: str) -> None:
    error = cannot_open(f"sqlite:///{tmp_path / 'study.db'}", chain(text))
    with pytest.raises(StudyError, match=message):
        raise error
    assert "invalid data" not in str(error)
    assert ("moved away" in str(error)) == ("damaged" in str(error))
    assert "\n" not in str(error)


def test_other_errors_on_a_full_disk_are_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 0))  # type: ignore[attr-defined]
    error = cannot_open(f"sqlite:///{tmp_path / 'study.db'}", chain("disk I/O error"))
    assert "the disk is full (disk I/O error)" in str(error)


@pytest.mark.parametrize("name", ["create_new_trial", "_create_new_trial", "_get_trials", "get_all_studies"])
def test_every_method_of_the_storage_says_it(tmp_path: Path, name: str) -> None:
    def fails(self: object) -> None:
        raise chain("database or disk is full")

    assert hasattr(getattr(worker_storage.WorkerStorage, name), "__wrapped__")
    storage = open_storage(StudyFolder(tmp_path / "toy"))
    with pytest.raises(StudyError, match=FULL):
        translated(fails, worker_storage._translate)(storage)


def test_a_search_that_fills_its_database(toy_study: StudyConfig, tmp_path: Path) -> None:
    study = create_or_open(toy_study, StudyFolder(tmp_path / "toy"), SAMPLER)
    study.optimize(lambda trial: (trial.suggest_float("x", 0, 1), 0.0), n_trials=1)
    _fill(study._storage._backend)  # type: ignore[attr-defined]

    def objective(trial: optuna.Trial) -> tuple[float, float]:
        for number in range(1000):
            trial.set_user_attr(f"a{number}", "x" * 1000)
        return 0.0, 0.0

    with pytest.raises(StudyError, match=FULL):
        study.optimize(objective, n_trials=1)
    assert study.trials[0].state is optuna.trial.TrialState.COMPLETE


def _fill(storage: optuna.storages.RDBStorage) -> None:
    """Let SQLite have no page more than it has: it says of a full disk what it says of this."""
    storage.engine.dispose()

    @sqlalchemy.event.listens_for(storage.engine, "connect")
    def limit(connection: sqlite3.Connection, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")


@pytest.mark.parametrize("small_disk", ["400k"], indirect=True)
def test_a_full_disk(toy_study: StudyConfig, small_disk: Path) -> None:
    folder = StudyFolder(small_disk / "toy")

    def work() -> None:
        open_store(toy_study, folder).keep_fact("a", "b")
        study = create_or_open(toy_study, folder, SAMPLER)
        for number in range(1000):
            study.set_user_attr(f"a{number}", "x" * 1000)

    with pytest.raises(StudyError, match=FULL):
        work()
    with pytest.raises(StudyError, match=FULL):  # and again, once it is full
        work()


@pytest.mark.parametrize("content", [b"root:x:0:0\n" * 90, b'name = "toy"\n' * 50])
def test_a_file_that_never_was_a_database_is_named_as_that(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "passwd"
    file.write_bytes(content)
    with pytest.raises(
        StudyError, match=r"passwd: the file is no SQLite database.*; nothing was written"
    ) as e:
        MeasurementStore(f"sqlite:///{file}").read()
    assert "moved away" not in str(e.value)
    assert file.read_bytes() == content
