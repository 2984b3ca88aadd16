"""Claims: several processes share pieces of work, and a killed one holds nothing."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from realign_core.files import content_key

_BYTES = 2**62
"""A claim is one byte of the file; a file offset has 63 bits."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Locks on bytes of one file, each standing for a piece of work by the hash of its name.

    The system drops a process's locks when it ends, however it ends, so a claim never has to be
    cleaned up. They hold between processes, not between threads of one.

    Args:
        path: The file; it stays empty. It is created when something is claimed.
    """

    path: Path

    @contextmanager
    def claim(self, name: object) -> Iterator[bool]:
        """Take a piece of work if nobody has it.

        Args:
            name: Anything that JSON can write; equal names are one piece.

        Yields:
            Whether it is ours until the block ends.
        """
        with self._open() as file:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _place(name))
            except (BlockingIOError, PermissionError):  # POSIX allows either
                yield False
                return
            yield True

    @contextmanager
    def wait(self, name: object) -> Iterator[None]:
        """Take a piece of work as soon as nobody else has it."""
        with self._open() as file:
            fcntl.lockf(file, fcntl.LOCK_EX, 1, _place(name))
            yield

    def _open(self) -> IO[bytes]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return self.path.open("ab")


def _place(name: object) -> int:
    return int(content_key(name), 16) % _BYTES
