"""Pieces of hostile files: characters, encodings, packing, and archives that unpack to far more than they are."""

from __future__ import annotations

import bz2
import gzip
import lzma
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache

PIECES: Sequence[bytes] = (
    b"",
    b"\0",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"\t",
    b" ",
    b",",
    b";",
    b'"',
    b'""',
    b"'",
    b"\\",
    b"\x0b\x0c\x1c\x1d\x1e",
    b"\x1b[2J",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xef\xbb\xbf",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
    b"\xe2\x80\xa9",
    b"\xe2\x80\x8b",
    b"\xe2\x80\xae",
    b"\xe2\x81\xa6",
    b"\xcc\x81" * 40,
    b"\xc2\xa0",
    b"\xe3\x80\x80",
    "\u0663".encode(),
    "\u1e9e\u0130\ufb01".encode(),
    "\U0001f469\u200d\U0001f4bb".encode(),
    b"{",
    b"}",
    b"[",
    b"]",
    b"[" * 3000,
    b'{"a":' * 3000,
    b":",
    b"#",
    b"=",
    b"-",
    b"_",
    b"-1",
    b"nan",
    b"NaN",
    b"Infinity",
    b"1e999",
    b"1e-999",
    b"0x10",
    b"1_0",
    b"99999999999999999999",
    b"9" * 5000,
    b"-0",
    b"true",
    b"null",
    b'"\\ud800"',
    b'"\\u0000"',
    b"| |||",
    b" ||| ",
    b"../../etc/passwd",
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"<html>",
    b"version https://git-lfs.github.com/spec/v1\n",
)
"""What is put into files, or in the place of something."""

LONG = 1_000_000
"""Characters of a long line."""

CODECS = ("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "shift_jis", "gb18030", "utf-7")
"""What files are written in that should be UTF-8."""


def _zstd(content: bytes) -> bytes:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return bytes(zstd.compress(content))


def _fast(content: bytes) -> bytes:
    return gzip.compress(content, 1)


PACKERS: Mapping[str, Callable[[bytes], bytes]] = {
    ".gz": _fast,
    ".bz2": bz2.compress,
    ".xz": lambda content: lzma.compress(content, preset=0),
    ".zst": _zstd,
}
"""Ending of a name to what packs a file so."""

BOMB, _PART = 64 << 20, 1 << 20
"""Bytes that a bomb unpacks to: a thousand times what it is, and more."""


@cache
def bomb(ending: str, line: bytes) -> bytes:
    """Pack a line again and again, in parts one after the other.

    Args:
        ending: How it is packed.
        line: With its end; without one, all is one line.
    """
    part = line * (_PART // len(line))
    return (gzip.compress(part, 6) if ending == ".gz" else PACKERS[ending](part)) * (BOMB // _PART)
