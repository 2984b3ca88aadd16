"""A study whose data and encoder lie elsewhere now, with the same content, goes on without a question."""

from __future__ import annotations

import csv
import logging
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import subsetsearch as ss
from realign_core import run
from realign_core.runs.tables.table import add_rows, read_table, result_row
from realign_core.support.progress import NoProgress
from subsetsearch.errors import StudyError
from subsetsearch.results.measurements import renamed_studies
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.study import Study
from subsetsearch.tables import read_csv_rows

SETTINGS = {"search.top_rung": 1, "search.trials": 3}
PRICED = '\n[cost]\nmodel = "money"\nprices = "{place}/prices.csv"\n'
LANGUAGES = ("eus", "fin", "khk", "swa", "tel", "wol", "yor", "zul")


@pytest.fixture
def place_at(
    tmp_path: Path, toy_root: Path, tiny_encoder: Path, toy_text: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Path]:
    """Put data, encoder, prices and a study file with absolute paths into a folder."""
    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path / "cache"))

    def place(name: str) -> Path:
        folder = tmp_path / name
        shutil.copytree(toy_root, folder)
        shutil.copytree(tiny_encoder, folder / "encoder")
        prices = "".join(f"{code},0.5\n" for code in LANGUAGES)
        (folder / "prices.csv").write_text(f"language,price\n{prices}", encoding="utf-8")
        text = toy_text.replace(toy_root.as_posix(), folder.as_posix())
        text = text.replace(tiny_encoder.as_posix(), f"{folder.as_posix()}/encoder")
        (folder / "toy.toml").write_text(text + PRICED.format(place=folder.as_posix()), encoding="utf-8")
        return folder

    return place


@pytest.fixture
def from_folder(tmp_path: Path) -> Callable[[Path], Study]:
    """Open the study file of a folder; results are in one place."""

    def load(folder: Path) -> Study:
        return ss.load(folder / "toy.toml", SETTINGS, runs=tmp_path / "runs", progress=NoProgress())

    return load


def test_trials_and_full_runs_go_on_elsewhere(
    place_at: Callable[[str], Path], from_folder: Callable[[Path], Study], caplog: pytest.LogCaptureFixture
) -> None:
    here, there = place_at("here"), place_at("there/again")
    study = from_folder(here)
    study.run()
    study.evaluate(languages=["fin"], seeds=[1])
    before = study.folder.evaluations.read_text(encoding="utf-8")
    assert str(here) not in before
    shutil.rmtree(here)
    caplog.set_level(logging.WARNING)
    moved = from_folder(there)
    assert not [finding for finding in moved.plan(timing=False).findings if finding.stops]
    assert moved.status().states["complete"] == 3  # read before anything is stored anew
    assert moved.front().rows
    moved.evaluate(languages=["fin"], seeds=[1])
    assert moved.folder.evaluations.read_text(encoding="utf-8") == before  # nothing was run again
    moved.run(more=1)
    assert from_folder(there).status().states["complete"] == 4
    assert not [record for record in caplog.records if "corpus" in record.message]


def test_a_worker_joins_from_another_folder(
    place_at: Callable[[str], Path], from_folder: Callable[[Path], Study]
) -> None:
    study = from_folder(place_at("here"))
    study.run()
    study.evaluate(languages=["fin"], seeds=[1, 2], workers=0)
    assert from_folder(place_at("there")).work().runs == 2
    assert study.status().full_runs == 2


def test_an_import_from_another_folder_is_of_the_same_recipe(
    place_at: Callable[[str], Path], from_folder: Callable[[Path], Study], tmp_path: Path
) -> None:
    study = from_folder(place_at("here"))
    study.evaluate(languages=["fin"], seeds=[1])
    shutil.copy(study.folder.evaluations, tmp_path / "theirs.csv")
    there = ss.load(place_at("there") / "toy.toml", SETTINGS, runs=tmp_path / "other", progress=NoProgress())
    there.evaluate(languages=["fin"], seeds=[2])
    assert there.import_results(tmp_path / "theirs.csv").added == 1
    hashes = {run.recipe_hash for run in MeasurementStore(there.folder.database).read()}
    assert len(hashes) == 1


def test_an_import_of_other_data_is_refused_with_the_difference_named(
    place_at: Callable[[str], Path], from_folder: Callable[[Path], Study], tmp_path: Path
) -> None:
    study = from_folder(place_at("here"))
    study.evaluate(languages=["fin"], seeds=[1])
    table = study.folder.evaluations
    (row,) = read_csv_rows(table).rows
    parts = [part.partition(":")[0] for part in row[1]["data"].split()]
    assert parts == ["sentences", "training", "test", "encoder"]
    there = place_at("there")
    told: list[str] = []
    other = ss.load(
        there / "toy.toml", SETTINGS, runs=tmp_path / "other", progress=NoProgress(), tell=told.append
    )
    for file, message in {
        "parallel/fin.txt": "other sentences than the study's",
        "topics/eng_Latn/train.tsv": "other training data than",
        "topics/swh_Latn/test.tsv": "other test data than",
    }.items():
        text = (there / file).read_text(encoding="utf-8")
        (there / file).write_text(text.replace(" z", " x").replace(" cat", " cow"), encoding="utf-8")
        with pytest.raises(StudyError, match=rf"evaluations\.csv:2: it is of {message}"):
            other.import_results(table)
        assert other.import_results(table, skip_others=True, dry_run=True).skipped == 1
        (there / file).write_text(text, encoding="utf-8")
    (there / "parallel" / "zul.txt").write_text("other\n" * 40, encoding="utf-8")  # of another language
    assert other.import_results(table, dry_run=True).runs == 1
    assert told == ["1 row of other models, tasks or methods left aside"] * 3
    rows = list(csv.DictReader(table.open(encoding="utf-8")))
    with (tmp_path / "bare.csv").open("w", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [name for name in rows[0] if name != "data"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    assert other.import_results(tmp_path / "bare.csv").added == 1
    assert told[-1] == "the table names no data for 1 run; we take the study's own for it"


def test_what_was_stored_under_a_name_with_paths_has_the_present_one(
    place_at: Callable[[str], Path], from_folder: Callable[[Path], Study]
) -> None:
    here, there = place_at("here"), place_at("there")
    study = from_folder(here)
    study.run()
    study.evaluate(languages=["fin"], seeds=[1])
    study.evaluate(languages=["zul"], seeds=[1], workers=0)
    present, former = study.config.fingerprint(), study.config.fingerprint(places=True)
    assert present != former
    store = MeasurementStore(study.folder.database)
    assert store.transact(lambda connection: renamed_studies._rename(connection, present, former)) > 3
    assert len(store.read(former)) > 3  # no checksum is broken
    store.close()
    with closing(sqlite3.connect(study.folder.path / "study.db")) as database:
        database.execute(
            "UPDATE study_user_attributes SET value_json = ? WHERE key = 'fingerprint'", (f'"{former}"',)
        )
        database.commit()
    renamed_studies._done.clear()
    shutil.rmtree(here)  # the former name cannot be computed any more, but the settings are stored
    moved = from_folder(there)
    assert moved.work().runs == 1
    assert (moved.status().states["complete"], moved.status().full_runs) == (3, 2)
    assert not MeasurementStore(moved.folder.database).read(former)
    prices = (there / "prices.csv").read_text(encoding="utf-8")
    (there / "prices.csv").write_text(prices.replace("swa,0.5", "swa,0.7"), encoding="utf-8")
    assert any("prices: other content" in str(f) for f in from_folder(there).plan(timing=False).findings)


def test_tables_name_a_local_encoder_and_not_its_place(
    place_at: Callable[[str], Path], from_folder: Callable[[Path], Study], tmp_path: Path
) -> None:
    for seed, name in enumerate(("here", "there")):
        recipe = from_folder(place_at(name)).config.recipe
        add_rows(tmp_path / "runs.csv", [result_row(run(recipe, ["fin"], seed=seed), recipe)])
    table = read_table(tmp_path / "runs.csv")
    assert set(table["model"]) == {"encoder"}
    assert table["recipe_hash"].nunique() == 1
