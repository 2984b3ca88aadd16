from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.errors import StudyError
from subsetsearch.search.evaluations import Evaluation, EvaluationTable

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


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "evaluations.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(StudyError, match="not a table of evaluations"):
        EvaluationTable(path).read()
