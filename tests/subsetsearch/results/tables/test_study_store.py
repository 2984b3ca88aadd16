"""A study's store: what older versions kept in CSV is taken over once; full runs are written as CSV."""

from __future__ import annotations

import csv
import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest

from realign_core.encoder.kernel import Kernel
from subsetsearch.config import StudyConfig, load_study
from subsetsearch.errors import StudyError
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.legacy_names import legacy_fingerprint
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.results.tables.study_store import export_runs, open_store, read_full_runs
from subsetsearch.results.trials.rung_scores import read_rung_scores
from subsetsearch.subset import NONE, Subset

EVALUATIONS = """\
study_fingerprint,recipe_hash,seed,realignment_langs,n_languages,pairs_per_language,metric,mean,mean_held_out,seconds,fresh,final_eval_swh_Latn_accuracy,final_eval_yor_Latn_accuracy,unseen_final_eval_wol_Latn_accuracy
OWN,aaaa,1,,0,,accuracy,0.375,0.25,12.5,0,0.25,0.5,0.25
OWN,bbbb,1,tel_Telu zul_Latn,2,,accuracy,0.5,0.25,13.5,0,0.5,0.5,0.25
OWN,bbbb,9,tel_Telu zul_Latn,2,20,accuracy,0.5625,0.125,14.5,1,0.625,0.5,0.125
0123456789abcdef,cccc,1,zul_Latn,1,,accuracy,0.5,0.5,1.0,0,0.5,0.5,0.5
"""
DEV = """\
study_fingerprint,recipe_hash,seed,realignment_langs,n_languages,metric,mean,mean_held_out,seconds,fresh,final_eval_swh_Latn_accuracy,final_eval_yor_Latn_accuracy
OWN,dddd,5,zul_Latn,1,accuracy,0.75,,11.0,0,0.5,1.0
"""
SCORES = """\
study_fingerprint,languages,rung,score,origin,pairs_per_language
OWN,,1,-0.5,measured,
OWN,zul_Latn,1,0.25,low,
OWN,zul_Latn,2,0.125,low,20
OWN,zul_Latn,1,0.3,strategy,
"""
ZULU = frozenset({"zul_Latn"})


@pytest.fixture
def folder(toy_study: StudyConfig, tmp_path: Path) -> StudyFolder:
    """A folder as older versions left it."""
    folder = StudyFolder(tmp_path / "runs" / "toy")
    folder.path.mkdir(parents=True)
    for name, text in [("evaluations", EVALUATIONS), ("evaluations-dev", DEV), ("proxies", SCORES)]:
        own = text.replace("OWN", legacy_fingerprint(toy_study))
        (folder.path / f"{name}.csv").write_text(own, encoding="utf-8")
    return folder


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]


def test_an_old_folder_is_taken_over_once(
    toy_study: StudyConfig, folder: StudyFolder, caplog: pytest.LogCaptureFixture
) -> None:
    before = {file.name: file.read_bytes() for file in folder.path.glob("*.csv")}
    fingerprint = toy_study.fingerprint()
    runs = read_full_runs(toy_study, folder)
    assert warnings(caplog) == [
        "8 measurements of evaluations.csv, evaluations-dev.csv, proxies.csv are in the study's database "
        f"from now on; the files stay in {folder.path}"
    ]
    both = frozenset({"tel_Telu", "zul_Latn"})
    assert [(run.subset, run.seed, run.fresh) for run in runs] == [
        (NONE, 1, False),
        (Subset(both), 1, False),
        (Subset(both, 20), 9, True),
    ]
    assert runs[2] == Measurement(
        fingerprint, "bbbb", Subset(both, 20), 3, "test", 9, "accuracy",
        {"swh_Latn": 0.625, "yor_Latn": 0.5, "wol_Latn": 0.125}, frozenset({"wol_Latn"}), 0.5625, 14.5, True,
    )  # fmt: skip
    store = open_store(toy_study, folder)
    assert read_rung_scores(toy_study, store, None) == {
        1: {NONE: -0.5, Subset(ZULU): 0.25},
        2: {Subset(ZULU, 20): 0.125},
        3: {Subset(ZULU): 0.75},
    }
    assert [run.origin for run in store.read(fingerprint, rung=1)] == ["measured", "low"]
    assert len(store.read("0123456789abcdef")) == 1  # what another study file measured here is kept as well
    assert len(store.read()) == 8
    assert len(warnings(caplog)) == 1
    assert {file.name: file.read_bytes() for file in folder.path.glob("*.csv")} == before
    # A file that was taken over is not read again.
    folder.evaluations.write_text("damaged", encoding="utf-8")
    assert read_full_runs(toy_study, folder) == runs


def test_a_database_elsewhere_takes_over_a_folder(
    url: str, toy_study: StudyConfig, folder: StudyFolder
) -> None:
    elsewhere = StudyFolder(folder.path, url)
    assert len(read_full_runs(toy_study, elsewhere)) == 3
    assert len(open_store(toy_study, elsewhere).read()) == 8


def test_two_processes_take_over_at_once(
    url: str, toy_study: StudyConfig, toy_file: Path, folder: StudyFolder
) -> None:
    code = """
import sys
from pathlib import Path
from subsetsearch.config import load_study
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.tables.study_store import open_store
print(len(open_store(load_study(Path(sys.argv[1])), StudyFolder(Path(sys.argv[2]), sys.argv[3])).read()))
"""
    words = [sys.executable, "-c", code, str(toy_file), str(folder.path), url]
    processes = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate()[0] for process in processes] == ["8\n"] * 3


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("evaluations", "13.5", "x", r"evaluations\.csv:3: 'seconds' is 'x', no number; mend the row"),
        ("evaluations-dev", ",1.0", ",100", r"evaluations-dev\.csv:2: .* is 100, not in \[0, 1\]"),
        ("proxies", "0.125", "O.5", r"proxies\.csv:4: 'score' is 'O\.5', no number; remove the row"),
        ("proxies", "low,20", "low", r"proxies\.csv:4: 6 fields expected, but got 5; remove the row"),
        ("proxies", "score", "x", r"proxies\.csv:1: not a table of proxy scores: no column 'score'"),
    ],
)
def test_a_damaged_table_is_found_by_line_and_nothing_is_taken(
    toy_study: StudyConfig, folder: StudyFolder, name: str, old: str, new: str, message: str
) -> None:
    file = folder.path / f"{name}.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(StudyError, match=message):
        open_store(toy_study, folder)
    assert not (folder.path / "study.db").exists()
    file.write_text(text, encoding="utf-8")
    assert len(open_store(toy_study, folder).read()) == 8


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",0.5,0.5,0.25\n", ",0.25,0.25,0.25\n",
         r":3: seed 1 of tel_Telu.* has a mean of 0\.2500 here, and of 0\.5000 in the study's database, which counts"),
        ("13.5", "x", r":3: 'seconds' is 'x', no number; .*the study's database counts"),
        ("metric", "metrik", r":1: not a table of evaluations.*the study's database counts"),
    ],
)  # fmt: skip
def test_an_edited_table_of_a_moved_study_is_told_and_the_database_counts(
    toy_study: StudyConfig,
    folder: StudyFolder,
    old: str,
    new: str,
    said: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    runs = read_full_runs(toy_study, folder)
    moved = StudyFolder(folder.path.parent / "moved")
    folder.path.rename(moved.path)
    text = moved.evaluations.read_text(encoding="utf-8")
    assert old in text
    moved.evaluations.write_text(text.replace(old, new, 1), encoding="utf-8")
    caplog.clear()
    assert read_full_runs(toy_study, moved) == runs
    (warning,) = warnings(caplog)
    assert re.search(rf"evaluations\.csv{said}", warning)


def test_full_runs_are_written_as_csv_and_not_taken_over_again(
    url: str, toy_study: StudyConfig, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = StudyFolder(tmp_path / "elsewhere", url)
    export_runs(toy_study, folder)
    assert not folder.evaluations.exists()  # there is nothing to write
    run = Measurement(
        toy_study.fingerprint(), "h", Subset(ZULU), 3, "test", 1, "accuracy", {"swh_Latn": 0.5}, seconds=2.0
    )
    other = Measurement("another study", "h", NONE, 3, "test", 1, "accuracy", {"swh_Latn": 0.5})
    open_store(toy_study, folder).add([run, other])
    export_runs(toy_study, folder)
    assert folder.evaluations.read_text(encoding="utf-8") == (
        "study_fingerprint,recipe_hash,seed,realignment_langs,n_languages,pairs_per_language,split,metric,mean,"
        "mean_held_out,seconds,fresh,final_eval_swh_Latn_accuracy\n"
        f"{toy_study.fingerprint()},h,1,zul_Latn,1,,test,accuracy,0.5,,2.0,0,0.5\n"
    )
    folder.evaluations.write_text("damaged", encoding="utf-8")
    assert read_full_runs(toy_study, folder) == [run]
    assert warnings(caplog) == []
    # Without its database, a study goes on from the table.
    export_runs(toy_study, folder)
    alone = StudyFolder(folder.path)
    assert read_full_runs(toy_study, alone) == [run]


STUDIES = Path(__file__).parents[4] / "studies"


@pytest.mark.parametrize(("name", "runs"), [("quickstart", 15), ("pos-calibration", 12)])
def test_published_tables_of_an_older_version_are_taken_over(name: str, runs: int, tmp_path: Path) -> None:
    study, folder = load_study(STUDIES / f"{name}.toml"), StudyFolder(tmp_path)
    for kind, file in [("full-evaluations", "evaluations"), ("full-dev", "evaluations-dev")]:
        text = (STUDIES / "results" / f"{name}-{kind}.csv").read_text(encoding="utf-8")
        recorded = text.splitlines()[1].split(",")[0]  # it holds the path of the corpora where they were read
        text = text.replace(recorded, legacy_fingerprint(study))
        (tmp_path / f"{file}.csv").write_text(text, encoding="utf-8")
    settled = study.model_copy(update={"recipe": study.recipe.with_kernel(Kernel.parse("float32/eager"))})
    open_store(settled, folder)  # a search that knows its arithmetic may be the first to open it
    found = read_full_runs(study, folder)
    assert len(found) == runs
    before = {tuple(sorted(row.items())) for row in rows_of(tmp_path / "evaluations.csv")}
    export_runs(study, folder)
    after = rows_of(tmp_path / "evaluations.csv")
    for row in after:
        assert row.pop("split") == "test"  # which tables of before did not say
        assert row["study_fingerprint"] == study.fingerprint()
        row["study_fingerprint"] = legacy_fingerprint(study)
    assert {tuple(sorted(row.items())) for row in after} == before


def rows_of(path: Path) -> list[dict[str, str]]:
    """Cells of a table; the mean is rounded, the order of additions being another."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {
                key: f"{float(cell):.12f}" if key.startswith("mean") and cell else cell
                for key, cell in row.items()
            }
            for row in csv.DictReader(file)
        ]
