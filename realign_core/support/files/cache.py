"""What is made once and kept: with checksums, by one of the processes that want it, and anew if damaged.

A folder is kept with a file of checksums in it, which ``sha256sum --check SHA256SUMS`` reads too; a small
value is kept as JSON with its own. They are checked when a process first uses them, and again if a file has
changed since.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import json
import logging
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from realign_core.support.errors import ConfigError
from realign_core.support.files.locks import file_lock
from realign_core.support.files.writing import atomic_path, atomic_write

logger = logging.getLogger(__name__)

SUMS = "SHA256SUMS"
"""Name of the file of checksums in each folder."""

Stamp = Mapping[str, tuple[int, ...]]

_checked: dict[Path, Stamp] = {}
"""Folders that this process has found sound, with what the system says of their files."""


def kept_folder(place: Path, make: Callable[[Path], None], *, what: str) -> Path:
    """Return a folder that is made the first time, and anew if a byte of it has changed since.

    Of several processes that want it, one makes it and the others wait. If that one is killed, the system
    ends its lock, and the next one makes it.

    Args:
        place: The folder, named by what decides its content.
        make: Writes the content into an empty folder.
        what: It, for the log.

    Returns:
        ``place``, which is whole.

    Raises:
        OSError: If it cannot be written.
    """
    if (damage := damage_of(place)) is None:
        return place
    with contextlib.ExitStack() as lock:
        try:
            _enter_alone(lock, place, what)
        except OSError as error:
            if damage or not place.is_dir():
                raise
            logger.warning("%s has no checksums, and cannot be made anew (%s): %s", what, error, place)
            return place
        if (damage := damage_of(place)) is not None:  # nobody was faster
            if damage:
                logger.warning("%s is damaged (%s: %s): it is made anew", what, place, damage)
            for leftover in place.parent.glob(f".{glob.escape(place.name)}.*"):  # by one that was killed
                shutil.rmtree(leftover, ignore_errors=True)
            with keeping(place) as draft:
                make(draft)
    return place


def kept_value(place: Path, make: Callable[[], Any], *, what: str) -> Any:
    """Return a value that is made the first time, and anew if a byte of its file has changed since.

    Processes take turns as for :func:`kept_folder`. Without a place to write it is made each time.

    Args:
        place: A file, named by what decides the value.
        make: Makes plain data for JSON.
        what: It, for the log.

    Returns:
        The value as JSON has it: lists for tuples, text for keys.
    """
    value, damage = _read_value(place)
    if damage is None:
        return value
    with contextlib.ExitStack() as lock:
        try:
            _enter_alone(lock, place, what)
        except OSError:  # it cannot be kept here
            return json.loads(json.dumps(make()))
        value, damage = _read_value(place)
        if damage is None:
            return value
        if damage:
            logger.warning("%s is damaged (%s: %s): it is made anew", what, place, damage)
        text = _plain(make())
        with contextlib.suppress(ConfigError):
            atomic_write(place, f'{{"sha256": "{_digest(text)}", "content": {text}}}\n')
    return json.loads(text)


@contextlib.contextmanager
def keeping(place: Path) -> Iterator[Path]:
    """Yield an empty folder that becomes ``place``, with checksums, when the block ends without an error.

    Args:
        place: The final folder; an older one there is replaced.
    """
    with atomic_path(place) as draft:
        draft.mkdir()
        yield draft
        lines = [f"{_digest_file(draft / name)}  {name}\n" for name in sorted(_stamp(draft))]
        (draft / SUMS).write_text("".join(lines), encoding="utf-8")
        if place.exists():
            place.replace(draft.parent / "older")  # removed with the draft's own folder


def damage_of(folder: Path) -> str | None:
    """Say what is wrong with a folder that is kept.

    Args:
        folder: It.

    Returns:
        Nothing if it is sound; what has changed, in words; empty if it is not there, or was kept by a version
        that wrote no checksums.
    """
    if not (folder / SUMS).is_file():
        return ""
    try:
        now = _stamp(folder)
        if _checked.get(folder) == now:
            return None
        damage = _compare(folder, now.keys() - {SUMS})
    except OSError as error:  # perhaps another process replaces it
        return f"cannot be read: {error}"
    if damage is None:
        _checked[folder] = now
    return damage


def _compare(folder: Path, files: Collection[str]) -> str | None:
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
        sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except ValueError:
        return f"{SUMS} is no list of checksums"
    if unmatched := sorted(set(files) ^ sums.keys()):
        return f"{unmatched[0]} is {'missing' if unmatched[0] in sums else 'not one of its files'}"
    changed = (name for name in sorted(files) if _digest_file(folder / name) != sums[name])
    return next((f"{name} is not as it was written" for name in changed), None)


def _enter_alone(alone: contextlib.ExitStack, place: Path, what: str) -> None:
    """Hold the lock of an entry until the block ends; say so, if it has to be waited for."""
    lock = place.with_name(f"{place.name}.lock")
    if not alone.enter_context(file_lock(lock, wait=False)):
        logger.info("another process makes %s: waiting for it", what)
        alone.enter_context(file_lock(lock))


def _stamp(folder: Path) -> dict[str, tuple[int, ...]]:
    """What the system says of each file, links and all: it changes when somebody writes to one."""
    return {
        file.relative_to(folder).as_posix(): (s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino)
        for file in _files(folder)
        for s in [file.lstat()]
    }


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.is_symlink() or not file.is_dir())


def _read_value(place: Path) -> tuple[Any, str | None]:
    """Read a value, and what is wrong with it as :func:`damage_of` says it."""
    try:
        stored = json.loads(place.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None, ""
    except (ValueError, RecursionError, OSError) as error:
        return None, f"cannot be read: {error}"
    if not isinstance(stored, dict) or not stored.keys() & {"sha256", "content"}:
        return None, ""
    if stored.get("sha256") != _digest(_plain(stored.get("content"))):
        return None, "not as it was written"
    return stored["content"], None


def _plain(value: Any) -> str:
    return json.dumps(value)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _digest_file(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
