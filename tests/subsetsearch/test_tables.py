from __future__ import annotations

from pathlib import Path

import pytest

from subsetsearch.errors import DataError, StudyError
from subsetsearch.tables import read_csv_rows


def test_rows_know_their_line(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('\ufeffa, b\n1,"x\ny"\n\n 2 ,\n', encoding="utf-8")
    table = read_csv_rows(path)
    assert table.header == ["a", "b"]
    assert [(line, dict(row)) for line, row in table.rows] == [
        (3, {"a": "1", "b": "x\ny"}),
        (5, {"a": "2", "b": ""}),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b\n\n1\n", r"x\.csv:3: 2 fields expected, but got 1; mend it"),
        (b"a,b\n1,2,3\n", r"x\.csv:2: 2 fields expected, but got 3"),
        (b'a,b\n1,"2\n', r"x\.csv:2: not a CSV file"),
        (b"a,a\n1,2\n", r"x\.csv:1: the column 'a' appears twice"),
        (b"a,b\n\xff,2\n", r"x\.csv: not a text file in UTF-8"),
        (b" \n", r"x\.csv: there is nothing in it"),
    ],
)
def test_damage_is_found_by_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(StudyError, match=message):
        read_csv_rows(path, error=StudyError, fix="mend it")


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.csv: no such file"):
        read_csv_rows(tmp_path / "none.csv")
