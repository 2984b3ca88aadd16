from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.support.errors import DataError
from realign_core.support.files.text import text_lines, unknown_language


@given(lines=st.lists(st.text(st.characters(exclude_characters="\n\r\0", codec="utf-8")), max_size=8))
def test_lines_come_back_whatever_they_hold(tmp_path_factory: pytest.TempPathFactory, lines: list[str]):
    folder = tmp_path_factory.mktemp("lines")
    for name, end in (("unix.txt", "\n"), ("windows.txt", "\r\n")):
        (folder / name).write_bytes("".join(line + end for line in lines).encode())
        read = [line for _, line in text_lines(folder / name)]
        assert [line.removeprefix("\ufeff") if not i else line for i, line in enumerate(lines)] == read


def test_odd_separators_do_not_end_a_line(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text("a\u2028b\x0bc\x85d\x0ce\rf\ng", encoding="utf-8", newline="")
    assert list(text_lines(path)) == [(1, "a\u2028b\x0bc\x85d\x0ce\rf"), (2, "g")]


def test_byte_order_mark_and_gzip(tmp_path: Path):
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress("\ufeffé\nb".encode()))
    assert list(text_lines(path)) == [(1, "é"), (2, "b")]


def test_bad_encoding_names_the_line(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_bytes("ok\nna\xefve\n".encode("latin-1"))
    with pytest.raises(DataError, match=r"a.txt:2: not UTF-8 .*iconv"):
        list(text_lines(path))


def test_truncated_gzip_is_a_data_error(tmp_path: Path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"abc\n" * 1000)[:30])
    with pytest.raises(DataError, match=r"a.gz.*cannot be read"):
        list(text_lines(path))


def test_missing_file_names_a_similar_one(tmp_path: Path):
    (tmp_path / "swa.txt").write_text("x")
    with pytest.raises(DataError, match=r"swh.txt: no such file; similar names there: swa.txt"):
        list(text_lines(tmp_path / "swh.txt"))
    with pytest.raises(DataError, match=r"the folder .*none does not exist"):
        list(text_lines(tmp_path / "none" / "a.txt"))


def test_unknown_language_names_the_nearest_codes():
    assert "nearest codes: swa" in str(unknown_language("swh", ["swa", "yor"], "x"))
    assert "it has 2 languages: abc, def" in str(unknown_language("zz", ["def", "abc"], "x"))
    assert "no language at all" in str(unknown_language("zz", [], "x"))
