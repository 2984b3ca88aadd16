"""Compressed files as streams of bytes, whole or not at all, and never far longer than the file is."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from realign_core.support.errors import DataError
from realign_core.support.program.extras import require

MOST_TIMES, ALWAYS = 50, 4 << 20
"""A file may unpack to so many times its bytes, and to so many bytes (4 MiB) whatever its size.

Text is packed to a third or a tenth; what is packed to a thousandth is one sign again and again.
"""

_MEMORY = 256 << 20
"""Most bytes of working memory that a packed file may ask for."""

_CHUNK = 1 << 16


class Unpacked(io.RawIOBase):
    """The content of a packed file, up to a bound.

    Args:
        packed: Gives it.
        path: Of the file.
    """

    def __init__(self, packed: Any, path: Path) -> None:
        super().__init__()
        self._packed, self._path = packed, path
        self._left = max(ALWAYS, MOST_TIMES * path.stat().st_size)

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Unpack some bytes.

        Raises:
            DataError: If the file unpacks to too much.
            OSError: If it is damaged.
        """
        block = self._packed.read(len(buffer))
        self._left -= len(block)
        if self._left < 0:
            raise DataError(
                f"unpacks to more than {MOST_TIMES} times its size",
                where=self._path,
                fix="unpack it yourself, if it is meant: a plain file may be of any size",
            )
        buffer[: len(block)] = block
        return len(block)


class _Streams:
    """Streams one after the other, as packers in several threads write them, up to the end of the file.

    Python's own readers take what is no stream for the end, and what follows is lost.
    """

    def __init__(self, path: Path, make: Callable[[], Any]) -> None:
        self._file, self._make = path.open("rb"), make
        self._unpack = make()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._file.close()

    def read(self, size: int) -> bytes:
        """Unpack at most a number of bytes; none at the end."""
        while True:
            chunk = b""
            if self._unpack.eof:
                # Zeros between streams and after them only fill up.
                chunk = self._unpack.unused_data.lstrip(b"\0") or _after_zeros(self._file)
                if not chunk:
                    return b""
                self._unpack = self._make()
            elif self._unpack.needs_input and not (chunk := self._file.read(_CHUNK)):
                raise EOFError("it ends before the end of what is packed")
            if block := self._unpack.decompress(chunk, size):
                return bytes(block)


def _after_zeros(file: IO[bytes]) -> bytes:
    while chunk := file.read(_CHUNK):
        if content := chunk.lstrip(b"\0"):
            return content
    return b""


@contextmanager
def _zstd(path: Path) -> Any:
    """Open a file of Zstandard, whose own error of damage becomes that of all others."""
    name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    module = require(name, extra="zstd", purpose="read files named .zst")
    with module.ZstdFile(path) as stream:
        try:
            yield stream
        except module.ZstdError as error:
            raise OSError(str(error)) from error


OPENERS: Mapping[str, Callable[[Path], Any]] = {
    ".gz": gzip.GzipFile,
    ".bz2": lambda path: _Streams(path, bz2.BZ2Decompressor),
    ".xz": lambda path: _Streams(path, lambda: lzma.LZMADecompressor(memlimit=_MEMORY)),
    ".zst": _zstd,
}
"""Ending of a name to what opens such a file."""
