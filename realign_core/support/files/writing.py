"""Files and folders that are written whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from realign_core.support.errors import ConfigError
from realign_core.support.files.plain_json import to_json


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
    atomic_write(target, to_json(content) + "\n")


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
