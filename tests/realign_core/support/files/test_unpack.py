"""Packed files are read whole or refused: damage, streams one after the other, and what unpacks to too much."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from realign_core.support.errors import DataError
from realign_core.support.files import text as reading
from realign_core.support.files.content import PACKED
from realign_core.support.files.text import read_text, text_lines
from realign_core.support.files.unpack import ALWAYS, OPENERS

zstd = pytest.importorskip("backports.zstd", reason="extra 'zstd' is not installed")

PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstd.compress,
}


@pytest.fixture(params=PACKED)
def ending(request: pytest.FixtureRequest) -> str:
    return request.param


def lines(path: Path) -> list[str]:
    return [line for _, line in text_lines(path)]


def test_streams_one_after_the_other_are_one_text(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.txt{ending}"
    path.write_bytes(PACK[ending](b"a\n") + PACK[ending](b"b\n" * 50_000) + PACK[ending](b"c\n"))
    assert lines(path) == ["a", *["b"] * 50_000, "c"]


def test_nothing_after_a_stream_is_lost_in_silence(tmp_path: Path, ending: str) -> None:
    """Python's readers take garbage after a stream of bz2 and xz for its end, and drop what follows."""
    path = tmp_path / f"a.txt{ending}"
    path.write_bytes(PACK[ending](b"a\n") + b"garbage" + PACK[ending](b"b\n"))
    with pytest.raises(DataError, match=r"a\.txt.*cannot be read"):
        lines(path)


def test_zeros_between_streams_only_fill_up(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.xz"
    path.write_bytes(lzma.compress(b"a\n") + b"\0" * 70_000 + lzma.compress(b"b\n") + b"\0" * 8)
    assert lines(path) == ["a", "b"]


def test_every_flipped_bit_is_noticed_or_changes_nothing(tmp_path: Path, ending: str) -> None:
    path, packed = tmp_path / f"a.txt{ending}", PACK[ending](b"some text\n" * 3)
    refused = 0
    for place in range(len(packed)):
        path.write_bytes(packed[:place] + bytes([packed[place] ^ 4]) + packed[place + 1 :])
        try:
            lines(path)
        except DataError:
            refused += 1
    assert refused > len(packed) / 2


def test_an_end_that_is_missing_is_noticed(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.txt{ending}"
    for left in (10, 4, 1):
        path.write_bytes(PACK[ending](b"some text\n" * 3)[:-left])
        with pytest.raises(DataError, match="cannot be read|holds something else"):
            lines(path)


def test_what_unpacks_to_far_more_than_it_is_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.txt{ending}"
    path.write_bytes(PACK[ending](b"some text\n" * (ALWAYS // 10)))
    assert len(lines(path)) == ALWAYS // 10
    path.write_bytes(PACK[ending](b"some text\n" * (ALWAYS // 10 + 1)))
    for read in (lines, read_text):
        with pytest.raises(DataError, match="unpacks to more than 50 times its size; unpack it yourself"):
            read(path)


def test_a_file_that_asks_for_much_memory_is_refused(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 29}]
    (tmp_path / "a.txt.xz").write_bytes(b"".join(_packed(filters)))
    with pytest.raises(DataError, match="cannot be read: Memory usage limit exceeded"):
        lines(tmp_path / "a.txt.xz")


def _packed(filters: list[dict[str, int]]) -> list[bytes]:
    packer = lzma.LZMACompressor(filters=filters)
    return [packer.compress(b"a\n"), packer.flush()]


def test_a_line_without_an_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LONGEST_LINE", 1 << 20)
    (tmp_path / "a.txt").write_bytes(b"a\n" + b"b" * (1 << 20) + b"\n")
    with pytest.raises(DataError, match=r"a\.txt:2: a line of more than 1 MiB; lines end at line feeds"):
        lines(tmp_path / "a.txt")
    (tmp_path / "a.txt").write_bytes(b"a\n" + b"b" * ((1 << 20) - 1) + b"\nc\n")
    assert lines(tmp_path / "a.txt")[-1] == "c"


def test_a_text_that_is_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LONGEST_TEXT", 1 << 20)
    (tmp_path / "a.txt").write_bytes(b"a" * ((1 << 20) + 1))
    with pytest.raises(DataError, match="a text of more than 1 MiB"):
        read_text(tmp_path / "a.txt")


def test_the_place_of_what_is_no_text_is_told_in_a_whole_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a\nbc\xff\nd\n")
    with pytest.raises(DataError, match=r"a\.txt:2: not UTF-8 \(byte 2 of the line\)"):
        read_text(tmp_path / "a.txt")
    (tmp_path / "a.txt").write_bytes("\ufeffa\r\nb\u2028\n".encode())
    assert read_text(tmp_path / "a.txt") == "a\nb\u2028"


def test_all_endings_have_an_opener() -> None:
    assert {*PACK} == OPENERS.keys()
