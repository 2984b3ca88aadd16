"""A changed byte in what is stored: it is found, told, left out, and measured again."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from subsetsearch.results.database.connect import close_whole
from subsetsearch.results.measurements import store as store_module
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.results.measurements.requested_runs import Kind, open_runs, want
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.subset import Subset

SUBSET = Subset(frozenset({"swh_Latn", "zul_Latn"}), 40)
RUN = Measurement(
    "f", "h", SUBSET, 3, "test", 1, "accuracy", {"wol_Latn": 0.5125, "swh_Latn": 0.25},
    held_out=frozenset({"swh_Latn"}), kernel="float32/eager", host="here",
)  # fmt: skip
OTHER = replace(RUN, seed=2)


@pytest.fixture
def store(url: str) -> MeasurementStore:
    store = MeasurementStore(url)
    store.add([RUN, OTHER])
    return store


def change(store: MeasurementStore, sql: str) -> None:
    with store._engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE subsetsearch_measurements SET {sql} WHERE seed = 1"))


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


@pytest.mark.parametrize(
    "sql",
    [
        "value = value + 0.0001", "languages = 'swh_Latn zul_Lata'", "pairs = 41", "metric = 'accuracx'",
        """scores = '{"wol_Latn": 0.5135, "swh_Latn": 0.25}'""", """held_out = '["swh_Lati"]'""", "fresh = NOT fresh",
        "seconds = 1", "origin = 'low'", "kernel = 'float32/sdpa'", "host = NULL", "recipe_hash = 'i'",
    ],
)  # fmt: skip
def test_a_changed_cell_is_left_out_and_told_once(
    store: MeasurementStore, sql: str, caplog: pytest.LogCaptureFixture
) -> None:
    change(store, sql)
    assert store.read() == [OTHER]
    (warning,) = told(caplog)
    assert "a stored measurement is damaged (row 1: rung 3 of 'swh_Latn zul_Lat" in warning
    assert "measured again" in warning
    assert store.runs("f", rung=3, split="test") == {(SUBSET, 2)}
    assert store.find(RUN.run) is None
    assert len(told(caplog)) == 1
    assert "0.25" in (store.fact("damaged measurement 1") or "")
    assert store.settle(RUN) == RUN
    assert sorted(store.read(), key=lambda run: run.seed) == [RUN, OTHER]


@pytest.mark.parametrize("way", ["add", "settle", "want"])
def test_what_is_damaged_is_measured_again(store: MeasurementStore, way: str) -> None:
    change(store, "value = value / 2")
    if way == "add":
        assert store.add([RUN, OTHER]) == 1
    elif way == "settle":
        assert store.settle(RUN) == RUN
    else:
        kind = Kind("test", fresh=False)
        want(store, "f", [(SUBSET, 1), (SUBSET, 2)], kind)
        store.read()
        assert open_runs(store, "f") == {kind: [(SUBSET, 1)]}
        store.add([RUN])
    assert sorted(store.read(), key=lambda run: run.seed) == [RUN, OTHER]


@pytest.mark.parametrize("old", [b'"wol_Latn": 0.5125', b"accuracy", b"swh_Latn zul_Latn", b'["swh_Latn"]'])
@pytest.mark.parametrize("bit", [0, 6, 7])
def test_any_changed_bit_of_the_file_is_found(tmp_path: Path, old: bytes, bit: int) -> None:
    file = tmp_path / "study.db"
    store = MeasurementStore(f"sqlite:///{file}")
    store.add([RUN])
    store.close()
    close_whole(file)
    whole = file.read_bytes()
    for place in range(len(old)):
        raw = bytearray(whole)
        raw[whole.index(old) + place] ^= 1 << bit
        file.write_bytes(raw)
        damaged = MeasurementStore(f"sqlite:///{file}")
        assert damaged.read() == [], place
        damaged.close()
        close_whole(file)


@pytest.mark.parametrize(
    "sql", ["rung = 2", "rung = 'x'", "fingerprint = 'g'", "split = 'tesu'", "split = 'test x'", "run = 'abc'",
            "languages = 'zul_Latn'", "pairs = NULL", "seed = 1.5"],
)  # fmt: skip
def test_a_row_that_no_question_finds_any_more_is_told(
    tmp_path: Path, sql: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = MeasurementStore(f"sqlite:///{tmp_path / 'study.db'}")
    store.add([RUN, OTHER])
    change(store, sql)
    store.close()
    monkeypatch.setattr(store_module, "_looked_through", set())  # as in a new process
    again = MeasurementStore(store.url)
    assert again.read("f", rung=3, split="test") == [OTHER]
    (warning,) = told(caplog)
    assert "a stored measurement is damaged (row 1: rung " in warning
    assert "0.25" in (again.fact("damaged measurement 1") or "")
    assert again.add([RUN]) == 1
    assert len(again.read()) == 2


def test_a_fact_that_no_question_finds_any_more_is_told(
    store: MeasurementStore, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.keep_fact("encoder of f", "1")
    with store._engine.begin() as connection:
        connection.execute(sa.text("UPDATE subsetsearch_facts SET name = 'encodes of f' WHERE value = '1'"))
    store.close()
    monkeypatch.setattr(store_module, "_looked_through", set())
    assert store.read() == [RUN, OTHER]
    assert told(caplog) == [
        "what the study's database says of 'encodes of f' is damaged: it is found out anew"
    ]


def test_a_damaged_fact_is_found_out_anew(url: str, caplog: pytest.LogCaptureFixture) -> None:
    store = MeasurementStore(url)
    store.keep_fact("encoder of f", '{"weights": [1, "abc"]}')
    store.replace_fact("code of f", "1")
    store.replace_fact("code of f", "2")
    assert store.fact("code of f") == "2"
    with store._engine.begin() as connection:
        connection.execute(sa.text("UPDATE subsetsearch_facts SET value = '3' WHERE name = 'encoder of f'"))
    assert store.fact("encoder of f") is None
    assert told(caplog) == [
        "what the study's database says of 'encoder of f' is damaged: it is found out anew"
    ]
    store.keep_fact("encoder of f", "4")
    assert store.fact("encoder of f") == "4"
