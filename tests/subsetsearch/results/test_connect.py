"""A database whose tables another process is making."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy

from subsetsearch.errors import StudyError
from subsetsearch.results import connect, storage
from subsetsearch.results.folder import StudyFolder


def _error(text: str) -> sqlalchemy.exc.OperationalError:
    return sqlalchemy.exc.OperationalError("CREATE TABLE", None, Exception(text))


@pytest.mark.parametrize("text", ["table studies already exists", "no such table: study_user_attributes"])
def test_a_command_waits_for_the_tables_that_another_one_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    made = storage.WorkerStorage
    errors = [_error(text), _error(text)]

    def open_half_made(*args: object, **options: object) -> object:
        if errors:
            raise errors.pop()
        return made(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(storage, "WorkerStorage", open_half_made)
    assert storage.open_storage(StudyFolder(tmp_path / "toy")).get_all_studies() == []


def test_it_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(connect, "_PAUSE_SECONDS", 0.0)

    def open_damaged(*args: object, **options: object) -> object:
        raise _error("no such table: studies")

    monkeypatch.setattr(storage, "WorkerStorage", open_damaged)
    with pytest.raises(StudyError, match="cannot be opened"):
        storage.open_storage(StudyFolder(tmp_path / "toy"))
