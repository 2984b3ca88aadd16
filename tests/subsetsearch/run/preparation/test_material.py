"""A study goes on with the data and the encoder that it began with, or says what differs."""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import subsetsearch as ss
from realign_core.support.progress import NoProgress
from subsetsearch.errors import StudyError
from subsetsearch.problem.pool import build_pool
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.provenance.material import differences, recorded_material
from subsetsearch.run.preparation.material import read_material
from subsetsearch.study import Study


@pytest.fixture
def root(tmp_path: Path, toy_root: Path, tiny_encoder: Path) -> Path:
    """Corpora and encoder of its own, to be changed."""
    shutil.copytree(toy_root, tmp_path / "data")
    shutil.copytree(tiny_encoder, tmp_path / "data" / "encoder")
    return tmp_path / "data"


@pytest.fixture
def file(root: Path, toy_file: Path, toy_root: Path, tiny_encoder: Path) -> Path:
    """The study of these."""
    text = toy_file.read_text(encoding="utf-8").replace(toy_root.as_posix(), root.as_posix())
    text = text.replace(tiny_encoder.as_posix(), f"{root.as_posix()}/encoder")
    toy_file.write_text(text, encoding="utf-8")
    return toy_file


@pytest.fixture
def said() -> list[str]:
    """What the study tells."""
    return []


@pytest.fixture
def opened_anew(file: Path, said: list[str], tmp_path: Path) -> Callable[[], Study]:
    """Open the study as another command would."""
    settings = {"search.top_rung": 1, "search.trials": 3}

    def load() -> Study:
        return ss.load(file, settings, runs=tmp_path / "runs", progress=NoProgress(), tell=said.append)

    return load


def measure(study: Study) -> None:
    study.evaluate(languages=["fin"], seeds=[1])


def grow(root: Path) -> None:
    for file in (root / "parallel").iterdir():
        lines = file.read_text(encoding="utf-8").splitlines()
        file.write_text(
            "\n".join([*lines, *(f"{line} {line}" for line in lines[:20])]) + "\n", encoding="utf-8"
        )


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def replace_weights(root: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(root / "encoder" / "model.safetensors")
    weights["encoder.layer.0.output.dense.bias"] += 0.5
    save_file(weights, root / "encoder" / "model.safetensors", {"format": "pt"})


def test_a_search_records_what_it_read(opened_anew: Callable[[], Study], root: Path) -> None:
    study = opened_anew()
    study.run()
    found = recorded_material(study.config, MeasurementStore(study.folder.database))
    assert list(found) == ["parallel text", "training data", "development data", "encoder"]
    assert {size for size, _ in found["parallel text"].values()} == {40}
    assert found["training data"]["eng_Latn"][0] == 40
    assert set(found["development data"]) == {"swh_Latn", "yor_Latn"}
    assert set(found["encoder"]) == {"weights", "tokenizer"}
    assert str(root) not in json.dumps(found)


def test_what_was_left_out_of_labelled_data_is_told_and_kept(
    opened_anew: Callable[[], Study], root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("", "realign_core", "subsetsearch"):  # the command line of another test may have set them
        caplog.set_level(logging.INFO, logger=name)
    with (root / "topics" / "swh_Latn" / "dev.tsv").open("a", encoding="utf-8") as file:
        file.write("900\t-\tno label\n")
    study = opened_anew()
    sheet = [text for label, text in study.plan(timing=False).lines() if label == "read"]
    there = study.plan(timing=False).to_dict()["read"]["development data"]
    (swahili,) = (row for row in there if row["language"] == "swh_Latn")
    assert swahili["left_out"] == {"unlabelled": 1}
    (line,) = (text for text in sheet if text.startswith("development data: "))
    assert "left out: unlabelled 1; swh_Latn 1 of " in line
    study.run()
    assert "development data: " in caplog.text
    measure(study)
    again = opened_anew()
    assert set(again.status().read) == {"sentence pairs", "training data", "development data", "test data"}
    assert again.status().read["development data"].endswith("in 2 languages kept; left out: unlabelled 1")
    assert again.status().read["development data"] in again.report(kind="md").read_text(encoding="utf-8")


def test_changed_data_are_refused_with_the_difference_named(
    opened_anew: Callable[[], Study], root: Path, said: list[str], tmp_path: Path
) -> None:
    study = opened_anew()
    study.run()
    measure(study)
    topics = root / "topics"
    kept = tmp_path / "kept"
    shutil.copytree(root, kept)
    changes: dict[str, Callable[[], object]] = {
        r"eus_Latn: 40 -> 60 pairs, fin_Latn: 40 -> 60 pairs, .*\.\.\.; take the change back, give": lambda: (
            grow(root)
        ),
        r"first run: fin_Latn: other sentences; ": lambda: edit(root / "parallel" / "fin.txt", "z", "q"),
        r"eng_Latn \(training data\): other examples;": lambda: edit(
            topics / "eng_Latn" / "train.tsv", " cat", " cats"
        ),
        r"weights \(of the encoder\): other content;": lambda: replace_weights(root),
    }
    for message, change in changes.items():
        change()
        for work in (lambda: study.run(more=1), lambda: measure(study)):
            with pytest.raises(StudyError, match=message):
                work()
        plan = opened_anew().plan(timing=False)
        assert [f for f in plan.findings if f.stops and "no longer those of its first run" in str(f)]
        shutil.rmtree(root)
        shutil.copytree(kept, root)  # other times, the same content
    said.clear()
    edit(topics / "swh_Latn" / "test.tsv", "zcat", "zcats")
    study.run(more=1)  # a search sees no test data
    with pytest.raises(StudyError, match=r"swh_Latn \(test data\): other examples"):
        measure(study)
    with pytest.raises(StudyError, match=r"swh_Latn \(test data\): other examples"):
        study.calibrate(1, seeds=[1])


def test_an_encoder_is_not_made_of_other_data(
    opened_anew: Callable[[], Study], root: Path, tmp_path: Path
) -> None:
    study = opened_anew()
    study.run()
    grow(root)
    with pytest.raises(StudyError, match="eus_Latn: 40 -> 60 pairs"):
        study.realign(["fin"], tmp_path / "encoder")
    assert not (tmp_path / "encoder").exists()


def test_results_that_are_read_say_that_the_corpus_has_changed(
    opened_anew: Callable[[], Study], root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    opened_anew().run()
    opened_anew().front()
    assert not caplog.records
    grow(root)
    opened_anew().front()
    assert "no longer the one that these results are of (eus_Latn: 40 -> 60 pairs" in caplog.text


def test_what_others_measured_is_left_aside_and_counted(
    opened_anew: Callable[[], Study], root: Path, said: list[str], tmp_path: Path
) -> None:
    study = opened_anew()
    study.run()
    measure(study)
    study.leave_aside()
    assert said[-1] == "data and encoder are those of the study's first run: nothing is left aside"
    grow(root)
    place = study.folder.path / "left-aside-1"
    with closing(sqlite3.connect(study.folder.path / "study.db")) as other:
        other.execute("SELECT COUNT(*) FROM trials").fetchone()
        with pytest.raises(StudyError, match="a program has the study's database open"):
            study.leave_aside()
    assert not place.exists()
    study.leave_aside()
    assert said[-1].startswith("left aside: 3 trials and 1 full run of other data (eus_Latn: 40 -> 60 pairs")
    assert said[-1].endswith(f"--dir {place} reads them")
    study.run()
    status = opened_anew().status()
    assert (status.states["complete"], status.full_runs) == (3, 0)
    assert status.left_aside == (f"3 trials, 1 full run of other data (--dir {place})",)
    assert dict(status.lines())["left aside"] == status.left_aside[0]
    former = ss.load(study.file, study.overrides, runs=place)
    assert former.status().full_runs == 1


def test_a_study_of_an_older_version_adopts_its_data_and_says_so_once(
    opened_anew: Callable[[], Study], root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    study = opened_anew()
    study.run()
    with closing(sqlite3.connect(study.folder.path / "study.db")) as database:
        database.execute(
            "DELETE FROM subsetsearch_facts WHERE name LIKE '% of %' AND name NOT LIKE 'kernel%'"
        )
        database.commit()
    caplog.set_level(logging.WARNING)
    study.run(more=1)
    assert (
        "did not record its data: they are taken to be those of now (8 languages, 320 sentence" in caplog.text
    )
    caplog.clear()
    study.run(more=1)
    assert "did not record" not in caplog.text
    grow(root)
    with pytest.raises(StudyError, match="40 -> 60 pairs"):
        study.run(more=1)


def test_another_folder_with_the_same_content_is_the_same(root: Path, file: Path, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    shutil.move(root, tmp_path / "one" / "data")
    text = file.read_text(encoding="utf-8").replace(root.as_posix(), "./data")
    (tmp_path / "one" / "toy.toml").write_text(text, encoding="utf-8")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    settings = {"search.top_rung": 1, "search.trials": 3}
    for name in ("one", "two"):
        place = tmp_path / name / "toy.toml"
        study = ss.load(place, settings, runs=tmp_path / "runs", progress=NoProgress())
        study.run(more=1)
    assert study.status().states["complete"] == 2


def test_languages_come_and_go() -> None:
    before = {"parallel text": {"fin": (3, "a"), "swa": (3, "b")}, "prices": {"prices": (0, "x")}}
    now = {"parallel text": {"fin": (3, "a"), "zul": (2, "c")}, "prices": {"prices": (0, "y")}, "encoder": {}}
    assert differences(before, now) == [
        "swa: 3 -> no pairs", "zul: no -> 2 pairs", "prices: other content",
    ]  # fmt: skip
    assert differences(before, before) == []


def test_other_links_are_other_data(opened_anew: Callable[[], Study], root: Path, file: Path) -> None:
    (root / "words").mkdir()
    for text in (root / "parallel").iterdir():
        (root / "words" / f"en-{text.stem}.txt").write_text("the zthe\n", encoding="utf-8")
    place = (root / "words").as_posix()
    aligner = f'[recipe.realignment.aligner]\nkind = "dictionary"\npath = "{place}"\n'
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{aligner}", encoding="utf-8")
    study = opened_anew()
    before = read_material(study.config, build_pool(study.config))
    assert {"fin_Latn", "swh_Latn"} <= set(before["aligner files"])
    (root / "words" / "en-fin.txt").write_text("cat zcat\n", encoding="utf-8")
    now = read_material(study.config, build_pool(study.config))
    assert differences(before, now) == ["fin_Latn (of the aligner): other content"]
