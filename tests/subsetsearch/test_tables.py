from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.errors import DataError, StudyError
from subsetsearch.tables import Cells, read_csv_rows


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
        ("a,b\n1,2\n".encode("utf-16"), r"x\.csv: holds UTF-16, not text; convert the file with: iconv"),
        (b"a;b\n1;2\n", r"x\.csv:1: semicolons separate the cells; use commas"),
        (b"a,b\n\xff,2\n", r"x\.csv: not a text file in UTF-8"),
        (b" \n", r"x\.csv: there is nothing in it"),
        (b"," * 200_000 + b"\n1\n", r"x\.csv:1: 200001 columns, but 25000 at most are read"),
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


def cells(**row: str) -> Cells:
    return Cells(Path("x.csv"), 7, row, StudyError, "mend it")


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**63), 2**63 - 1))
def test_numbers_are_read_back(number: float, whole: int) -> None:
    row = cells(a=repr(number), b=str(whole), c=f"{whole}.0")
    assert row.number("a", least=-math.inf) == number
    assert row.whole("b") == row.whole("c") == whole


def test_empty_cells_have_a_meaning_where_one_is_named() -> None:
    row = cells(a="")
    assert row.number("a", default=0.5) == row.number("missing", default=0.5) == 0.5
    assert not row.flag("a")
    assert not row.flag("missing")
    assert cells(a="1.0").flag("a")
    with pytest.raises(StudyError, match=r"x\.csv:7: 'a' is '', no number; mend it"):
        row.number("a")


@pytest.mark.parametrize(
    ("read", "text", "message"),
    [
        (lambda row: row.number("a"), "nan", r"x\.csv:7: 'a' is nan, not 0 or more; mend it"),
        (lambda row: row.number("a"), "inf", "'a' is inf, not 0 or more"),
        (
            lambda row: row.number("a", most=1.0),
            "1.5",
            r"'a' is 1\.5, not in \[0, 1\]; write shares, not per cent",
        ),
        (lambda row: row.number("a", most=1.0), "100.5", r"'a' is 100\.5, not in \[0, 1\]; mend it"),
        (lambda row: row.whole("a"), "1.5", r"'a' is '1\.5', no whole number"),
        (lambda row: row.whole("a"), "1_000", "'a' is '1_000', no whole number"),
        (lambda row: row.number("a"), "\u0661", "'a' is '\u0661', no number"),
        (lambda row: row.whole("a", least=1), "0", "'a' is 0, not 1 or more"),
        (lambda row: row.flag("a"), "yes", "'a' is 'yes', not 0 or 1"),
    ],
)
def test_wrong_cells_are_named(read: Callable[[Cells], object], text: str, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        read(cells(a=text))
