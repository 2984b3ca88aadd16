"""A database whose tables another process is making."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy

from subsetsearch.errors import StudyError
from subsetsearch.results.database import connect
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.trials import worker_storage


def _error(text: str) -> sqlalchemy.exc.OperationalError:
    return sqlalchemy.exc.OperationalError("CREATE TABLE", None, Exception(text))


@pytest.mark.parametrize(
    "text",
    [
        "table studies already exists",
        "no such table: study_user_attributes",
        "UNIQUE constraint failed: alembic_version.version_num",
        "database is locked",
    ],
)
def test_a_command_waits_for_the_tables_that_another_one_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    made = worker_storage.WorkerStorage
    errors = [_error(text), _error(text)]

    def open_half_made(*args: object, **options: object) -> object:
        if errors:
            raise errors.pop()
        return made(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(worker_storage, "WorkerStorage", open_half_made)
    assert worker_storage.open_storage(StudyFolder(tmp_path / "toy")).get_all_studies() == []


def test_it_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(connect, "_PAUSE_SECONDS", 0.0)

    def open_damaged(*args: object, **options: object) -> object:
        raise _error("no such table: studies")

    monkeypatch.setattr(worker_storage, "WorkerStorage", open_damaged)
    with pytest.raises(StudyError, match="cannot be opened"):
        worker_storage.open_storage(StudyFolder(tmp_path / "toy"))


_FIRST = """
import sys
from pathlib import Path
import optuna
from subsetsearch.config import load_study
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.trials.stored_study import create_or_open
from subsetsearch.results.tables.study_store import open_store
study = load_study(Path(sys.argv[1]))
sampler = optuna.samplers.RandomSampler(seed=0)
print("ready", flush=True)
for line in sys.stdin:
    folder = StudyFolder(Path(line.strip()))
    open_store(study, folder).keep_fact("a", "b")
    create_or_open(study, folder, sampler)
    print("made", flush=True)
"""


def test_three_processes_make_one_database_at_once(toy_file: Path, tmp_path: Path) -> None:
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", _FIRST, str(toy_file)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for number in range(5):
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write(f"{tmp_path / str(number)}\n")
            worker.stdin.flush()
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "made\n", worker.communicate()[1]
    assert [worker.communicate()[1].count("Traceback") for worker in workers] == [0, 0, 0]
