"""Locks between processes, held by a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


@contextmanager
def file_lock(path: Path, *, wait: bool = True) -> Iterator[bool]:
    """Let one thread of one process at a time into the block, on any operating system.

    The system drops the lock when its holder ends, however it ends. The file stays, empty: its being there
    says nothing, and removing it while others wait would let two of them in. A thread that holds the lock
    must not ask for it again.

    Args:
        path: The lock's own file, not the one it guards; its folder is created if missing.
        wait: Until nobody else holds it.

    Yields:
        Whether the lock is ours until the block ends; always, if we wait.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(blocking=wait)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()
