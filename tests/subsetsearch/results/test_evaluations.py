from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.errors import StudyError
from subsetsearch.results.evaluations import Evaluation, EvaluationTable

SCORES = st.dictionaries(
    st.sampled_from(["wol_Latn", "swh_Latn", "zul_Latn"]), st.floats(0, 1, allow_nan=False), min_size=1
)


def evaluation(
    scores: dict[str, float], held: dict[str, float], subset: set[str], seed: int = 1
) -> Evaluation:
    return Evaluation("f", "h", seed, frozenset(subset), "accuracy", scores, held, 1.5)


@given(SCORES, SCORES, st.sets(st.sampled_from(["deu_Latn", "fra_Latn"])))
def test_a_row_comes_back(scores: dict[str, float], held: dict[str, float], subset: set[str]) -> None:
    row = evaluation(scores, held, subset)
    assert Evaluation.from_row(row.row()) == row


def test_the_table_keeps_rows_of_different_columns(tmp_path: Path) -> None:
    table = EvaluationTable(tmp_path / "runs" / "evaluations.csv")
    rows = [
        evaluation({"wol_Latn": 0.25}, {}, set()),
        evaluation({"wol_Latn": 0.5, "zul_Latn": 0.75}, {"swh_Latn": 0.125}, {"deu_Latn"}, 2),
    ]
    for row in rows:
        table.append(row)
    assert table.read() == rows
    assert table.read("other") == []
    assert rows[1].mean == 0.625
    assert rows[1].mean_held_out == 0.125


def test_threads_append_without_losing_rows(tmp_path: Path) -> None:
    table = EvaluationTable(tmp_path / "evaluations.csv")
    rows = [evaluation({"wol_Latn": 0.5}, {}, set(), seed) for seed in range(8)]
    threads = [threading.Thread(target=table.append, args=(row,)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(row.seed for row in table.read()) == list(range(8))


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evaluations.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"csv:1: not a table of evaluations: no column 'study_fingerprint'"):
        EvaluationTable(path).read()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",0.625,", ",0.6x5,", r"csv:3: 'final_eval_wol_Latn_accuracy' is '0\.6x5', no number; mend the row"),
        (",0.625,", ",62.5,", r"csv:3: 'final_eval_wol_Latn_accuracy' is 62\.5, not in \[0, 1\]"),
        (",0.625,", ",,", r"csv:3: no score of any target in the columns 'final_eval_\.\._accuracy'"),
        (",0.125", "", r"csv:3: 13 fields expected, but got 12; mend the row, or remove it"),
        ("f,h,2,", "f,h,two,", r"csv:3: 'seed' is 'two', no whole number"),
        ("f,h,2,", "f,h,2.5,", r"csv:3: 'seed' is '2\.5', no whole number"),
        (",1.5,0,", ",soon,0,", r"csv:3: 'seconds' is 'soon', no number"),
        (",1.5,0,", ",1.5,7,", r"csv:3: 'fresh' is 7, not 0 or 1"),
        ("deu_Latn,1,,", "deu_Latn,1,0,", r"csv:3: 'pairs_per_language' is 0, not 1 or more"),
    ],
)
def test_a_damaged_row_is_found_by_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    table = EvaluationTable(tmp_path / "evaluations.csv")
    table.append(evaluation({"wol_Latn": 0.25}, {"swh_Latn": 0.5}, set()))
    table.append(evaluation({"wol_Latn": 0.625}, {"swh_Latn": 0.125}, {"deu_Latn"}, 2))
    lines = table.path.read_text(encoding="utf-8").splitlines()
    # The mean, which is not read back, holds the same number first.
    head, found, tail = lines[2].rpartition(old)
    assert found
    table.path.write_text("\n".join([*lines[:2], head + new + tail]) + "\n", encoding="utf-8")
    with pytest.raises(StudyError, match=message):
        table.read()
