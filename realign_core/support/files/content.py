"""What a file holds, by its first bytes, and what a text holds: one place for every reader."""

from __future__ import annotations

import io
import lzma
import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from realign_core.support.errors import DataError
from realign_core.support.files.unpack import OPENERS, Unpacked

_HEAD = 512

_SIGNS: tuple[tuple[bytes, str, str], ...] = (
    (b"\x1f\x8b", "gzip", ".gz"),
    (b"\xfd7zXZ\x00", "xz", ".xz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard", ".zst"),
    (b"PK\x03\x04", "a ZIP archive", ""),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", ""),
    (b"PAR1", "Parquet", ""),
    (b"SQLite format 3\x00", "an SQLite database", ""),
    (b"%PDF-", "PDF", ""),
    (b"version https://git-lfs.github.com/spec/", "a Git LFS pointer", ""),
    (b"\xff\xfe\x00\x00", "UTF-32", ""),
    (b"\x00\x00\xfe\xff", "UTF-32", ""),
    (b"\xff\xfe", "UTF-16", ""),
    (b"\xfe\xff", "UTF-16", ""),
)
"""First bytes, what they tell, and the ending of names of such files that are unpacked here."""

_ADVICE: Mapping[str, str] = {
    "a Git LFS pointer": "fetch the file itself with: git lfs pull",
    "UTF-16": "convert the file with: iconv -f UTF-16 -t UTF-8",
    "UTF-32": "convert the file with: iconv -f UTF-32 -t UTF-8",
    "a tar archive": "unpack it first",
}

_INVISIBLE = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs by their category that leave no mark: fillers of Hangul, the empty Braille pattern."""

_MARKLESS = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"})

_HALVES = re.compile("[\ud800-\udfff]")

MISSING = frozenset({"", "-", "--", "_", "-1", "-1.0", "nan"})
"""What programs write where a value is missing, in lower case."""

_BLANKS = " \t\n\r\f\v"


PACKED: tuple[str, ...] = tuple(OPENERS)
"""Endings of names of compressed files, which are read wherever a plain file is."""

READ_ERRORS = (OSError, EOFError, zlib.error, lzma.LZMAError)
"""What reading a plain or compressed file may raise."""


def plain_name(name: str) -> str:
    """Name a file as it would be called unpacked: ``sw.txt.gz`` is ``sw.txt``."""
    return next((name.removesuffix(ending) for ending in PACKED if name.endswith(ending)), name)


@contextmanager
def open_content(path: Path) -> Iterator[IO[bytes]]:
    """Open a text file for its bytes, unpacked where its name says that it is packed.

    Args:
        path: A file that is there.

    Yields:
        The bytes of the text.

    Raises:
        DataError: If it is a device, or its first bytes tell of something else (an archive, UTF-16, a
            pointer);
            while it is read, if it unpacks to far more than it is.
        OSError: While it is read, if what is packed is damaged.
        MissingExtraError: If it is packed by Zstandard and no package for that is installed.
    """
    if path.is_char_device() or path.is_block_device():  # may have no end
        raise DataError("is a device, not a file", where=path, fix="give a text file in UTF-8")
    with path.open("rb") as raw:
        head = raw.read(_HEAD)
    ending = path.suffix if path.suffix in OPENERS else ""
    kind, expected = _content(head)
    if ending and expected != ending:
        raise DataError(
            f"named {ending}, but holds {kind or 'something else'}", where=path, fix="name it as what it is"
        )
    if not ending:
        _refuse_other(path, kind, expected)
        with path.open("rb") as stream:
            yield stream
        return
    with OPENERS[ending](path) as packed, io.BufferedReader(Unpacked(packed, path)) as stream:
        _refuse_other(path, *_content(stream.peek(_HEAD)[:_HEAD]))
        yield stream


def _content(head: bytes) -> tuple[str, str]:
    """Tell what first bytes are of, empty for text, and the ending that such a file should have."""
    for sign, kind, ending in _SIGNS:
        if head.startswith(sign):
            return kind, ending
    if head.startswith(b"BZh") and head[4:10] == b"1AY&SY":
        return "bzip2", ".bz2"
    if head[257:262] == b"ustar":
        return "a tar archive", ""
    if head.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return "a page of the web", ""
    zeros = [place for place, byte in enumerate(head) if byte == 0]
    if len(zeros) > 3 and len(zeros) * 3 >= len(head) and len({place % 2 for place in zeros}) == 1:
        return "UTF-16", ""
    return "", ""


def _refuse_other(path: Path, kind: str, ending: str) -> None:
    if kind:
        fix = f"name it {path.name}{ending}, or unpack it" if ending else "give a text file in UTF-8"
        raise DataError(f"holds {kind}, not text", where=path, fix=_ADVICE.get(kind, fix))


def damage(text: str) -> str | None:
    """Name what no written text has: a NUL, a byte-order mark inside, half a surrogate pair.

    Args:
        text: A cell or a line, without the mark that a file may begin with.

    Returns:
        It, to finish the sentence "the text holds ..."; ``None`` if there is nothing.
    """
    if "\0" in text:
        return "a NUL character"
    if "\ufeff" in text:
        return "a byte-order mark"
    if _HALVES.search(text):
        return "half a surrogate pair"
    return None


def visible(text: str) -> bool:
    """Whether a text has a character that can be seen: spaces, marks of direction and fillers cannot."""
    return any(
        character not in _INVISIBLE and unicodedata.category(character) not in _MARKLESS for character in text
    )


def missing(text: str) -> bool:
    """Whether a text stands for none: empty, or one of :data:`MISSING`."""
    return text.strip().lower() in MISSING


def identity_of(value: Any) -> str | None:
    """Take an id as text: ``1``, ``"1"`` and ``1.0`` are one; ``None`` for what is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value).strip()
    return None if missing(text) else text


def lettered(text: str) -> bool:
    """Whether a text has a letter of any script: digits, punctuation and pictures are none."""
    return any(character.isalpha() and character not in _INVISIBLE for character in text)


def blank_words(text: str) -> list[str]:
    """Cut a text where aligners and Moses cut: at ASCII blanks, not at no-break or wide spaces."""
    for blank in _BLANKS[1:]:
        text = text.replace(blank, " ")
    return [word for word in text.split(" ") if word]
