"""What is fuzzed: a reader, valid files of it, and what it may not lose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.fuzz.mutate import Files


def nothing_to_count(_result: Any, _files: Files) -> int | None:
    """For readers whose files have no rows."""
    return None


@dataclass(frozen=True, slots=True)
class Subject:
    """A reader under fire.

    Args:
        name: Of the reader and its layout.
        read: Reads a folder of files; whatever it returns counts as valid.
        seeds: Files that it understands; each must be read as valid.
        covers: Classes of readers that are exercised.
        modules: Modules that read files and are exercised, those of ``covers`` aside.
        lost: How many rows are in the files, by a count of our own, that are neither in what was read nor in
            its account; ``None`` where that cannot be told.
        words: What means something in this format.
        packed: Whether packed files are found.
        share: Of the cases of a class of readers that is exercised by several layouts, each of them slow.
    """

    name: str
    read: Callable[[Path], Any]
    seeds: Sequence[Files]
    covers: tuple[type, ...] = ()
    modules: tuple[str, ...] = ()
    lost: Callable[[Any, Files], int | None] = nothing_to_count
    words: tuple[bytes, ...] = ()
    packed: bool = True
    share: float = 1.0
