from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.support.errors import DataError, MissingExtraError
from realign_core.support.files.content import PACKED, blank_words, damage, lettered, plain_name, visible
from realign_core.support.files.text import read_text


def pack_zstd(content: bytes) -> bytes:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd.compress(content)


PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": pack_zstd,
}


@pytest.mark.parametrize("ending", PACKED)
def test_packed_files_are_read_and_named_as_what_they_are(tmp_path: Path, ending: str):
    content = "\ufeffé\nb\n".encode()
    (tmp_path / f"a.txt{ending}").write_bytes(PACK[ending](content))
    assert read_text(tmp_path / f"a.txt{ending}") == "é\nb"
    (tmp_path / "b.txt").write_bytes(PACK[ending](content))
    with pytest.raises(
        DataError, match=rf"b\.txt: holds \w+, not text; name it b\.txt{ending}, or unpack it"
    ):
        read_text(tmp_path / "b.txt")
    (tmp_path / f"c.txt{ending}").write_bytes(content)
    with pytest.raises(DataError, match=rf"named {ending}, but holds something else"):
        read_text(tmp_path / f"c.txt{ending}")
    (tmp_path / f"d.txt{ending}").write_bytes(PACK[ending](content * 1000)[:-6])
    with pytest.raises(DataError, match=r"cannot be read"):
        read_text(tmp_path / f"d.txt{ending}")
    assert plain_name(f"a.txt{ending}") == "a.txt"


def test_the_package_for_zstandard_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "a.zst").write_bytes(pack_zstd(b"a"))
    name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError, match=r"subsetsearch\[zstd\]"):
        read_text(tmp_path / "a.zst")


def _zip() -> bytes:
    with io.BytesIO() as buffer:
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("a.txt", "a")
        return buffer.getvalue()


def _tar() -> bytes:
    with io.BytesIO() as buffer:
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            archive.addfile(tarfile.TarInfo("a.txt"))
        return buffer.getvalue()


OTHERS = {
    "UTF-16": "Good morning\n".encode("utf-16"),
    "UTF-16 ": "Good morning\n".encode("utf-16-be"),
    "UTF-32": "Good morning\n".encode("utf-32"),
    "a ZIP archive": _zip(),
    "a tar archive": _tar(),
    "a Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    "a page of the web": b"\n<!DOCTYPE html>\n<title>404</title>",
    "Parquet": b"PAR1\x15\x04",
}


@pytest.mark.parametrize("told", OTHERS)
def test_what_is_no_text_is_named(tmp_path: Path, told: str):
    (tmp_path / "a.txt").write_bytes(OTHERS[told])
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(OTHERS[told]))
    for name in ("a.txt", "a.txt.gz"):
        with pytest.raises(DataError, match=f"holds {told.strip()}, not text"):
            read_text(tmp_path / name)


def test_text_that_begins_like_a_packed_file_is_text(tmp_path: Path):
    (tmp_path / "a.txt").write_text("BZh, he said", encoding="utf-8")
    assert read_text(tmp_path / "a.txt") == "BZh, he said"


@pytest.mark.parametrize(
    ("text", "seen", "letters"),
    [
        ("a", True, True),
        ("እ", True, True),
        ("我", True, True),
        ("12 %", True, False),
        ("።", True, False),
        ("😀", True, False),
        ("", False, False),
        ("\u200b\u200e \u00a0\u3000", False, False),
        ("\u3164\u2800", False, False),
        ("\u0301", False, False),
    ],
)
def test_what_can_be_seen_and_read(text: str, seen: bool, letters: bool):
    assert (visible(text), lettered(text)) == (seen, letters)


def test_damage_is_named():
    assert [damage(text) for text in ("a\0", "a\ufeff", "a\ud800", "a\u200d")] == [
        "a NUL character",
        "a byte-order mark",
        "half a surrogate pair",
        None,
    ]


def test_aligners_cut_at_ascii_blanks():
    assert blank_words(" a\u00a0b  c\td\u3000e\v") == ["a\u00a0b", "c", "d\u3000e"]


@given(words=st.lists(st.from_regex(r"\S+", fullmatch=True).filter(lambda w: len(w.split()) == 1)))
def test_words_come_back(words: list[str]):
    assert blank_words(" ".join(words)) == words
