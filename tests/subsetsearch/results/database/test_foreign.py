"""A database that something else made is refused, and left as it is."""

from __future__ import annotations

from pathlib import Path

import optuna
import pytest
import sqlalchemy as sa

from subsetsearch.config import StudyConfig
from subsetsearch.errors import StudyError
from subsetsearch.results.database.connect import with_driver
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.provenance.arithmetic import stored_kernel
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.results.trials.ending import stored_name
from subsetsearch.results.trials.kept_studies import stored_settings
from subsetsearch.results.trials.stored_study import create_or_open, load_stored


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()


SAMPLER = optuna.samplers.RandomSampler(seed=0)


def content(url: str) -> dict[str, int]:
    """Tables and their numbers of rows."""
    engine = sa.create_engine(with_driver(url))
    with engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        rows = {name: connection.scalar(sa.text(f"SELECT COUNT(*) FROM {name}")) for name in names}
    engine.dispose()
    return rows


def execute(url: str, *statements: str) -> None:
    engine = sa.create_engine(with_driver(url))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()


def refused(study: StudyConfig, folder: StudyFolder, message: str) -> None:
    before = content(folder.database)
    for touch in (stored_settings, load_stored, open_store, stored_kernel):
        with pytest.raises(StudyError, match=message):
            touch(study, folder)  # type: ignore[operator]
    with pytest.raises(StudyError, match=message):
        create_or_open(study, folder, SAMPLER)
    assert content(folder.database) == before


def test_a_database_with_other_tables(url: str, toy_study: StudyConfig, tmp_path: Path) -> None:
    execute(url, "CREATE TABLE invoices (id INTEGER)", "INSERT INTO invoices VALUES (1)")
    message = "not one of a study: it has the table invoices; nothing was written"
    refused(toy_study, StudyFolder(tmp_path / "runs", url), message)
    with pytest.raises(StudyError, match=message):
        MeasurementStore(url).keep_fact("a", "b")
    assert content(url) == {"invoices": 1}


@pytest.mark.parametrize("table", ["studies", "trials", "version_info", "study_notes", "trial_params"])
def test_a_table_that_is_optunas_by_name_alone(
    url: str, toy_study: StudyConfig, tmp_path: Path, table: str
) -> None:
    execute(url, f"CREATE TABLE {table} (a INTEGER)", f"INSERT INTO {table} VALUES (1)")
    message = f"not one of a study: it has the table {table}; nothing was written"
    refused(toy_study, StudyFolder(tmp_path / "runs", url), message)
    with pytest.raises(StudyError, match=message):
        MeasurementStore(url).keep_fact("a", "b")
    assert content(url) == {table: 1}


def test_a_study_of_another_program(url: str, toy_study: StudyConfig, tmp_path: Path) -> None:
    other = optuna.create_study(storage=with_driver(url), study_name=stored_name(toy_study))
    refused(toy_study, StudyFolder(tmp_path / "runs", url), "an Optuna study named 'toy' that this program")
    other.add_trial(optuna.trial.create_trial(value=1.0))
    refused(toy_study, StudyFolder(tmp_path / "runs", url), "an Optuna study named 'toy' that this program")


def test_others_studies_beside_ours_are_welcome(url: str, toy_study: StudyConfig, tmp_path: Path) -> None:
    optuna.create_study(storage=with_driver(url), study_name="another").set_user_attr("by", "them")
    folder = StudyFolder(tmp_path / "runs", url)
    made = create_or_open(toy_study, folder, SAMPLER)
    assert made.user_attrs["fingerprint"] == toy_study.fingerprint()
    open_store(toy_study, folder).keep_fact("a", "b")
    execute(url, "CREATE TABLE notes (id INTEGER)")  # ours since then, whatever else is put there
    assert load_stored(toy_study, folder) is not None


def test_a_study_that_was_killed_while_it_was_made_is_ours(
    url: str, toy_study: StudyConfig, tmp_path: Path
) -> None:
    optuna.create_study(
        storage=with_driver(url), study_name=stored_name(toy_study), directions=["minimize", "maximize"]
    )
    made = create_or_open(toy_study, StudyFolder(tmp_path / "runs", url), SAMPLER)
    assert made.user_attrs["fingerprint"] == toy_study.fingerprint()
    assert made.user_attrs["config"] == toy_study.model_dump(mode="json")


def test_a_missing_file_is_not_made_by_looking(toy_study: StudyConfig, tmp_path: Path) -> None:
    folder = StudyFolder(tmp_path / "elsewhere")
    assert stored_settings(toy_study, folder) is None
    assert stored_kernel(toy_study, folder) is None
    assert not folder.path.exists()
