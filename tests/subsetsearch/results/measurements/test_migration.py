"""Databases of other versions: older ones are copied and brought up to date, newer ones are left alone."""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from subsetsearch.errors import StudyError
from subsetsearch.results.database.connect import connect
from subsetsearch.results.database.schema import SCHEMA
from subsetsearch.results.measurements import migration
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.subset import NONE, Subset

OF_SCHEMA_1 = [
    "id", "run", "fingerprint", "recipe_hash", "languages", "pairs", "rung", "split", "seed", "metric", "value",
    "scores", "held_out", "seconds", "fresh", "origin", "kernel", "host",
]  # fmt: skip
FIRST = Measurement("f", "h", NONE, 3, "test", 1, "accuracy", {"wol_Latn": 0.5, "swh_Latn": 0.1 + 0.2})
RUNS = [FIRST, replace(FIRST, subset=Subset(frozenset({"zul_Latn"}), 40), kernel="float32/eager", fresh=True)]


def make_older(url: str, *, schema: str = "1") -> None:
    """Make a database as a program of schema 1 made it."""
    store = MeasurementStore(url)
    store.add(RUNS)
    store.keep_fact("code of f", "{}")
    with store._engine.begin() as connection:
        for table in ("subsetsearch_measurements", "subsetsearch_facts"):
            connection.execute(sa.text(f"ALTER TABLE {table} DROP COLUMN checksum"))
        connection.execute(sa.text(f"UPDATE subsetsearch_facts SET value = '{schema}' WHERE name = 'schema'"))
    store.close()
    assert columns(url, "subsetsearch_measurements") == OF_SCHEMA_1


def columns(url: str, table: str) -> list[str]:
    return [column["name"] for column in sa.inspect(connect(url)).get_columns(table)]


def asked(url: str, query: str) -> list[tuple[object, ...]]:
    with connect(url).connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


def copies(url: str) -> list[str]:
    """Names of the copies that are kept: files, or tables of a server."""
    if url.startswith("sqlite"):
        folder = Path(sa.make_url(url).database or "").parent
        return sorted(file.name for file in folder.glob("*schema*.db"))
    return sorted(name for name in sa.inspect(connect(url)).get_table_names() if "schema_1" in name)


def test_an_older_database_is_copied_and_brought_up_to_date(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    make_older(url)
    store = MeasurementStore(url)
    assert store.read() == RUNS
    assert store.fact("schema") == str(SCHEMA)
    assert store.fact("code of f") == "{}"
    (told,) = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert "made by an older version (schema 1), and is of schema 2" in told
    assert all(name in told for name in copies(url))
    if url.startswith("sqlite"):
        assert copies(url) == ["study-schema-1.db"]
        copy, table = url.replace("study.db", "study-schema-1.db"), "subsetsearch_measurements"
    else:
        copy, table = url, "subsetsearch_measurements_schema_1"
        assert copies(url) == ["subsetsearch_facts_schema_1", table]
    assert columns(copy, table) == OF_SCHEMA_1
    assert asked(copy, f"SELECT id, run, seed FROM {table} ORDER BY id") == asked(
        url, "SELECT id, run, seed FROM subsetsearch_measurements ORDER BY id"
    )
    assert all(sum_ for (sum_,) in asked(url, "SELECT checksum FROM subsetsearch_measurements"))
    again = MeasurementStore(url)
    assert again.read() == RUNS
    assert len(copies(url)) == len(set(copies(url))) <= 2
    assert again.add(RUNS) == 0


def test_a_killed_change_leaves_the_old_tables(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make_older(url)

    def killed(*_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(migration, "fact_checksum", killed)
        with pytest.raises(KeyboardInterrupt):
            MeasurementStore(url).read()
    assert columns(url, "subsetsearch_measurements") == OF_SCHEMA_1
    assert asked(url, "SELECT value FROM subsetsearch_facts WHERE name = 'schema'") == [("1",)]
    assert MeasurementStore(url).read() == RUNS


def test_a_copy_is_never_replaced(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'study.db'}"
    make_older(url)
    (tmp_path / "study-schema-1.db").write_text("mine", encoding="utf-8")
    assert MeasurementStore(url).read() == RUNS
    assert (tmp_path / "study-schema-1.db").read_text(encoding="utf-8") == "mine"
    assert copies(url) == ["study-schema-1-2.db", "study-schema-1.db"]


def test_two_processes_bring_it_up_to_date_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'study.db'}"
    make_older(url)
    code = (
        "import sys; from subsetsearch.results.measurements.store import MeasurementStore; "
        f"print('ready', flush=True); sys.stdin.readline(); print(len(MeasurementStore({url!r}).read()))"
    )
    command = [sys.executable, "-c", code]
    readers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for reader in readers:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
    assert [reader.communicate("\n")[0] for reader in readers] == ["2\n", "2\n"]
    assert copies(url) == ["study-schema-1.db"]


def test_a_program_of_before_may_go_on_writing(url: str) -> None:
    make_older(url)
    store = MeasurementStore(url)
    assert store.read() == RUNS
    with store._engine.begin() as connection:
        names = ", ".join(OF_SCHEMA_1[1:])
        connection.execute(
            sa.text(
                f"INSERT INTO subsetsearch_measurements ({names}) SELECT {names.replace('kernel', ':k')} "
                "FROM subsetsearch_measurements WHERE kernel = ''"
            ),
            {"k": "other"},
        )
    assert store.read() == [*RUNS, replace(FIRST, kernel="other")]


def test_a_newer_database_is_left_alone(url: str) -> None:
    store = MeasurementStore(url)
    store.add(RUNS)
    with store._engine.begin() as connection:
        connection.execute(sa.text("UPDATE subsetsearch_facts SET value = '3' WHERE name = 'schema'"))
        connection.execute(sa.text("DROP TABLE subsetsearch_wanted"))
    for _ in range(2):
        with pytest.raises(StudyError, match=r"stored by a newer version \(schema 3, here 2\); upgrade"):
            MeasurementStore(url).read()
    assert not sa.inspect(connect(url)).has_table("subsetsearch_wanted")
    assert copies(url) == []


def test_a_schema_that_is_no_number_is_damage(url: str) -> None:
    make_older(url, schema="q")
    with pytest.raises(StudyError, match="'q', which is no number: the database is damaged"):
        MeasurementStore(url).read()
