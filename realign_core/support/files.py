"""Files that are never half-written, locks between processes, and keys that name contents."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from realign_core.support.errors import ConfigError


def cache_dir() -> Path:
    """Return the cache folder: ``$REALIGN_CACHE``, else ``~/.cache/realign_core``.

    The folder is created when something is written, not here.
    """
    chosen = os.environ.get("REALIGN_CACHE")
    return Path(chosen).expanduser() if chosen else Path.home() / ".cache" / "realign_core"


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``target`` that becomes ``target`` on success.

    Works for a file and for a folder (create the yielded path as what you want).
    Readers see the old content or the new one, never a part. If a folder appeared
    under the same name meanwhile (another process was faster), that one is kept.

    Args:
        target: The final path; its parent is created if missing.

    Yields:
        A path in the same folder that does not exist yet.

    Raises:
        ConfigError: If ``target`` is a device or a pipe, which a file would take the place of.
    """
    if is_stream(target):
        raise ConfigError("a device or a pipe, which no file may replace", where=target, fix="name a file")
    target.parent.mkdir(parents=True, exist_ok=True)
    workspace = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    draft = workspace / target.name
    try:
        yield draft
        if draft.is_dir() and target.is_dir():
            return
        try:
            draft.replace(target)
        except OSError:
            if not (draft.is_dir() and target.is_dir()):
                raise
    finally:
        shutil.rmtree(workspace, ignore_errors=True)


def is_stream(target: Path) -> bool:
    """Tell whether a path is written into, and never replaced: a device, a pipe, ``/dev/stdout``."""
    if target.parent in (Path("/dev"), Path("/dev/fd"), Path("/proc/self/fd")):
        return target.exists()
    return target.exists() and not (target.is_file() or target.is_dir())


def atomic_write(target: Path, content: str | bytes) -> None:
    r"""Write a whole file at once, through a temporary name and a rename; into a device or a pipe, directly.

    Args:
        target: The file to write; its folder is created if missing.
        content: Text (stored as UTF-8 with ``\n`` line ends) or bytes.

    Raises:
        ConfigError: If nothing can be written there.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    if not target.name or target.is_dir():
        raise ConfigError("a folder, not a file", where=target, fix="name a file")
    try:
        if is_stream(target):
            with target.open("wb") as stream:
                stream.write(data)
            return
        with atomic_path(target) as draft:
            draft.write_bytes(data)
    except OSError as error:
        fix = "check the path, its permissions and the space left"
        raise ConfigError(f"cannot write here: {error.strerror or error}", where=target, fix=fix) from error


def write_json(target: Path, content: Any) -> None:
    """Write plain data as JSON, at once."""
    atomic_write(target, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


@contextmanager
def replacing_folder(target: Path, *, force: bool, marker: str) -> Iterator[Path]:
    """Yield a temporary folder that becomes ``target`` on success, whole or not at all.

    Args:
        target: The final folder.
        force: Replace an older one.
        marker: A file that every such folder has: nothing else is ever replaced.

    Raises:
        ConfigError: As :func:`check_replaceable`.
    """
    check_replaceable(target, force=force, marker=marker)
    with atomic_path(target) as draft:
        draft.mkdir()
        yield draft
        if target.exists():
            target.replace(draft.parent / "older")  # removed with the draft's own folder


def check_replaceable(target: Path, *, force: bool, marker: str) -> None:
    """Check, before hours of work, that a folder can be written.

    Raises:
        ConfigError: If there is one already, and it may not be replaced.
    """
    if not target.exists():
        return
    if not (target / marker).is_file():
        raise ConfigError("there is something else already", where=target, fix="choose another folder")
    if not force:
        raise ConfigError("there is one already", where=target, fix="choose another, or replace it by force")


def require_space(folder: Path, needed: float, what: str) -> None:
    """Check, before hours of work, that something fits on the disk; nothing is created.

    Args:
        folder: Where it will be; it need not be there yet.
        needed: Bytes, by estimate.
        what: It, for the message.

    Raises:
        ConfigError: If there is less space.
    """
    there = next((place for place in (folder, *folder.absolute().parents) if place.exists()), Path())
    free = shutil.disk_usage(there).free
    if needed > free:
        raise ConfigError(
            f"{what} will take about {size(needed)}, but {size(free)} are free on this disk",
            where=folder,
            fix="make room, or choose another folder",
        )


def size(number: float) -> str:
    """Write a number of bytes: ``12 MB``, ``3.4 GB``."""
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{number / 1e6:.0f} MB"


@contextmanager
def file_lock(path: Path, *, wait: bool = True) -> Iterator[bool]:
    """Let one thread of one process at a time into the block, whatever its machine's system.

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


def content_key(value: Any) -> str:
    """Hash a JSON-like value: equal contents have equal keys, in any process.

    Args:
        value: Anything ``json`` can write (dictionaries are sorted).

    Returns:
        16 hexadecimal digits of SHA-256.
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
