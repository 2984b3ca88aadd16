"""Claims: several processes share pieces of work, and a killed one holds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from realign_core.support.files import content_key, file_lock


@dataclass(frozen=True, slots=True)
class Claims:
    """Locks, each standing for a piece of work and named by its hash.

    They hold between threads and processes, and end with their owner, so none has to be cleaned up
    (see :func:`realign_core.support.files.file_lock`).

    Args:
        folder: Of the empty files; it is created when something is claimed.
    """

    folder: Path

    @contextmanager
    def claim(self, name: object, *, wait: bool = False) -> Iterator[bool]:
        """Take a piece of work.

        Args:
            name: Anything that JSON can write; equal names are one piece.
            wait: Until nobody else has it.

        Yields:
            Whether it is ours until the block ends.
        """
        with file_lock(self.folder / f"{content_key(name)}.lock", wait=wait) as ours:
            yield ours
