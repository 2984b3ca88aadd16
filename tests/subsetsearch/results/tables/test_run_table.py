"""Full runs as CSV, in the layout of the published result files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subsetsearch.errors import StudyError
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.tables.run_table import read_runs, write_runs
from subsetsearch.subset import Subset

TARGETS = ["wol_Latn", "swh_Latn", "zul_Latn"]


def run(scores: dict[str, float], held_out: dict[str, float], subset: set[str], seed: int = 1) -> Measurement:
    languages, unseen = Subset(frozenset(subset)), frozenset(held_out)
    return Measurement(
        "f", "h", languages, 3, "test", seed, "accuracy", scores | held_out, unseen, seconds=1.5
    )


@st.composite
def runs(draw: st.DrawFn) -> Measurement:
    scores = draw(st.dictionaries(st.sampled_from(TARGETS), st.floats(0, 1), min_size=1))
    held_out = draw(st.sets(st.sampled_from(sorted(scores)), max_size=len(scores) - 1))
    return Measurement(
        fingerprint=draw(st.sampled_from(["f", "0"])),
        recipe_hash=draw(st.sampled_from(["h", "imported-1"])),
        subset=Subset(
            draw(st.frozensets(st.sampled_from(["deu_Latn", "fra_Latn"]))),
            draw(st.none() | st.integers(1, 10**6)),
        ),
        rung=3,
        split="test",
        seed=draw(st.integers(0, 2**32 - 1)),
        metric=draw(st.sampled_from(["accuracy", "f1"])),
        scores=scores,
        held_out=frozenset(held_out),
        seconds=draw(st.integers(0, 10**7)) / 100,
        fresh=draw(st.booleans()),
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(runs(), min_size=1, unique_by=lambda row: row.run))
def test_runs_come_back_from_csv(tmp_path: Path, rows: list[Measurement]) -> None:
    path = tmp_path / "runs" / "evaluations.csv"
    write_runs(path, rows)
    assert read_runs(path, split="test") == rows


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10, deadline=None)
@given(rows=st.lists(runs(), min_size=1, max_size=5, unique_by=lambda row: row.run))
def test_runs_go_through_store_and_csv_and_are_known_again(tmp_path: Path, rows: list[Measurement]) -> None:
    path = tmp_path / "study.db"
    path.unlink(missing_ok=True)
    store = MeasurementStore(f"sqlite:///{path}")
    store.add(replace(row, kernel="float32/eager", host="here") for row in rows)
    write_runs(tmp_path / "a.csv", store.read())
    assert store.add(read_runs(tmp_path / "a.csv", split="test")) == 0  # an unknown kernel is the same


def test_rows_may_have_different_columns(tmp_path: Path) -> None:
    path = tmp_path / "evaluations.csv"
    rows = [
        run({"wol_Latn": 0.25}, {}, set()),
        run({"wol_Latn": 0.5, "zul_Latn": 0.75}, {"swh_Latn": 0.125}, {"deu_Latn"}, 2),
    ]
    assert read_runs(path, split="test") == []
    write_runs(path, rows)
    assert read_runs(path, split="test") == rows
    assert rows[1].mean == 0.625
    assert rows[1].mean_held_out == 0.125
    header, first, second = path.read_text(encoding="utf-8").splitlines()
    assert header == (
        "study_fingerprint,recipe_hash,seed,realignment_langs,n_languages,pairs_per_language,split,metric,mean,"
        "mean_held_out,seconds,fresh,final_eval_wol_Latn_accuracy,final_eval_zul_Latn_accuracy,"
        "unseen_final_eval_swh_Latn_accuracy"
    )
    assert first == "f,h,1,,0,,test,accuracy,0.25,,1.5,0,0.25,,"
    assert second == "f,h,2,deu_Latn,1,,test,accuracy,0.625,0.125,1.5,0,0.5,0.75,0.125"


def test_a_table_without_levels_is_read(tmp_path: Path) -> None:
    path = tmp_path / "evaluations.csv"
    path.write_text(
        "study_fingerprint,recipe_hash,seed,realignment_langs,metric,seconds,final_eval_x_accuracy\n"
        "f,h,1,swh_Latn,accuracy,1.0,0.5\n",
        encoding="utf-8",
    )
    (found,) = read_runs(path, split="dev")
    assert (found.subset, found.split, found.fresh) == (Subset(frozenset({"swh_Latn"})), "dev", False)


def test_a_table_says_of_which_data_its_runs_are(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    write_runs(path, [run({"wol_Latn": 0.25}, {}, set())])
    with pytest.raises(StudyError, match=r"csv:2: the split is 'test', in a table of dev runs"):
        read_runs(path, split="dev")


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evaluations.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"csv:1: not a table of evaluations: no column 'study_fingerprint'"):
        read_runs(path, split="test")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",0.625,", ",0.6x5,", r"csv:3: 'final_eval_wol_Latn_accuracy' is '0\.6x5', no number; mend the row"),
        (
            ",0.625,",
            ",62.5,",
            r"csv:3: 'final_eval_wol_Latn_accuracy' is 62\.5, not in \[0, 1\]; write shares",
        ),
        (
            ",0.625,",
            ",-0.5,",
            r"csv:3: 'final_eval_wol_Latn_accuracy' is -0\.5, not in \[0, 1\]; mend the row",
        ),
        (",0.625,", ",,", r"csv:3: no score of any target in the columns 'final_eval_\.\._accuracy'"),
        (",0.125", "", r"csv:3: 14 fields expected, but got 13; mend the row, or remove it"),
        ("f,h,2,", "f,h,two,", r"csv:3: 'seed' is 'two', no whole number"),
        ("f,h,2,", "f,h,2.5,", r"csv:3: 'seed' is '2\.5', no whole number"),
        (",1.5,0,", ",soon,0,", r"csv:3: 'seconds' is 'soon', no number"),
        (",1.5,0,", ",1.5,7,", r"csv:3: 'fresh' is '7', not 0 or 1"),
        ("deu_Latn,1,,", "deu_Latn,1,0,", r"csv:3: 'pairs_per_language' is 0, not 1 or more"),
    ],
)
def test_a_damaged_row_is_found_by_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "evaluations.csv"
    write_runs(
        path,
        [
            run({"wol_Latn": 0.25}, {"swh_Latn": 0.5}, set()),
            run({"wol_Latn": 0.625}, {"swh_Latn": 0.125}, {"deu_Latn"}, 2),
        ],
    )
    lines = path.read_text(encoding="utf-8").splitlines()
    # The mean, which is not read back, holds the same number first.
    head, found, tail = lines[2].rpartition(old)
    assert found
    path.write_text("\n".join([*lines[:2], head + new + tail]) + "\n", encoding="utf-8")
    with pytest.raises(StudyError, match=message):
        read_runs(path, split="test")
