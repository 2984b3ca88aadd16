"""Studies of a folder, a line each."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import optuna
import pytest

import subsetsearch as ss
from subsetsearch.errors import ConfigError
from subsetsearch.results.workers.processes import Process


def _database(folder: Path, *statements: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(folder / "study.db")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return folder / "study.db"


def test_a_folder_without_studies_has_none(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n', encoding="utf-8")
    assert ss.studies(tmp_path) == []
    with pytest.raises(ConfigError, match="no such folder"):
        ss.studies(tmp_path / "nowhere")


def test_a_file_that_cannot_be_read_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("name = ", encoding="utf-8")
    (line,) = ss.studies(tmp_path)
    assert (line.name, line.state) == ("broken", "damaged")
    assert "not valid TOML" in line.note


def test_what_is_not_ours_is_a_line_and_no_error(tmp_path: Path) -> None:
    _database(tmp_path / "runs" / "photos", "CREATE TABLE photos (id INTEGER)")
    (tmp_path / "runs" / "text").mkdir()
    (tmp_path / "runs" / "text" / "study.db").write_text(
        "no database at all, but a text\n" * 20, encoding="utf-8"
    )
    place = tmp_path / "runs" / "plain"
    place.mkdir()
    optuna.create_study(storage=f"sqlite:///{place / 'study.db'}", study_name="plain").optimize(
        lambda _: 1.0, 2
    )
    (tmp_path / "new.toml").write_text('name = "new"\n[search]\ntrials = 7\n', encoding="utf-8")
    before = {file: file.read_bytes() for file in tmp_path.glob("runs/*/study.db")}
    lines = {line.name: line for line in ss.studies(tmp_path)}
    assert {name: line.state for name, line in lines.items()} == {
        **{"photos": "not ours", "plain": "not ours", "text": "damaged"},
        "new": "new",
    }
    new = lines["new"]
    command = f"subsetsearch run {tmp_path / 'new.toml'} --dir {tmp_path / 'runs'}"
    assert (new.trials, new.planned, new.next) == (0, 7, command)
    assert {file: file.read_bytes() for file in before} == before


def test_running_is_what_a_living_process_is_at(tmp_path: Path) -> None:
    config = json.dumps({"search": {"trials": 5}})
    tables = (
        "CREATE TABLE studies (study_id INTEGER)",
        "CREATE TABLE study_user_attributes (study_id INTEGER, key TEXT, value_json TEXT)",
        "CREATE TABLE trials (trial_id INTEGER, study_id INTEGER, state TEXT)",
        "CREATE TABLE subsetsearch_leases (host TEXT, machine TEXT, pid INTEGER, born INTEGER)",
        f"INSERT INTO study_user_attributes VALUES (1, 'config', '{config}')",
        "INSERT INTO trials VALUES (1, 1, 'COMPLETE'), (2, 1, 'RUNNING')",
    )
    here = Process.here()
    for name, born in (("alive", here.born), ("dead", here.born - 1)):  # its number was used again
        owner = f"('{here.host}', '{here.machine}', {here.pid}, {born})"
        _database(tmp_path / name, *tables, f"INSERT INTO subsetsearch_leases VALUES {owner}")
    states = {line.name: (line.state, line.trials, line.planned) for line in ss.studies(tmp_path)}
    assert states == {"alive": ("running", 1, 5), "dead": ("stopped", 1, 5)}


def test_no_torch_and_no_optuna_is_loaded(tmp_path: Path) -> None:
    _database(tmp_path / "x", "CREATE TABLE studies (study_id INTEGER)")
    script = f"import sys, subsetsearch as ss\nassert ss.studies({str(tmp_path)!r})[0].state == 'not ours'\n"
    script += "assert not {'torch', 'transformers', 'optuna', 'sqlalchemy'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
