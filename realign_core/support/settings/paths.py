"""Paths in files of settings: relative to the file, absolute for those who use them.

A path that begins with an environment variable is relative to the working folder, as a shell reads it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path, PureWindowsPath
from typing import Annotated, Any

from pydantic import (
    PlainSerializer,
    SerializationInfo,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from realign_core.support.errors import ConfigError, DataError

ABSOLUTE_PATHS: Mapping[str, Any] = {"absolute_paths": True}
"""Context of a dump that writes absolute paths, where others write what the user wrote."""

WITHOUT_PLACES: Mapping[str, Any] = {"without_places": True}
"""Context of a dump for hashes: that there is a path counts, and where it leads does not; what lies there is
hashed by its content."""


_LONGEST_NAME, _LONGEST_PATH = 255, 2_000
"""Bytes of a file's name, and of a path in settings: systems refuse longer ones."""


def for_file_in(folder: Path) -> Mapping[str, Any]:
    """Context of a dump that becomes a file of this folder, perhaps of another machine one day.

    Relative paths are made relative to it; environment variables, ``~`` and absolute paths stay as the user
    wrote them.
    """
    return {"file_in": folder.absolute()}


def relative_to(folder: Path | None) -> Mapping[str, Any] | None:
    """Context of a validation: relative paths are relative to this folder; ``None`` is the working folder."""
    return None if folder is None else {"folder": folder}


def folder_of(context: Mapping[str, Any] | None) -> Path | None:
    """The folder that :func:`relative_to` put into the context of a validation, if any."""
    return context["folder"] if context else None


class FilePath(type(Path())):  # type: ignore[misc]  # Path itself has no subclasses before Python 3.12
    """An absolute path that keeps what the user wrote.

    Stored settings and hashes hold the written text, so that they do not depend on where a study lies.

    Attributes:
        written: The text, environment variables replaced; empty for a path derived from this one.
        typed: The text itself.
    """

    written: str = ""
    typed: str = ""

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (str(self), self.written, self.typed)


def _restore(path: str, written: str, typed: str = "") -> FilePath:
    restored = FilePath(path)
    restored.written, restored.typed = written, typed
    return restored


def expand(text: str) -> str:
    """Replace ``$VARIABLES``.

    Raises:
        ValueError: If a variable is not set, or nothing can be called so.
    """
    for name in re.findall(r"\$\{?(\w+)\}?", text):
        if name not in os.environ:
            raise ValueError(
                f"the environment variable {name} is not set; set it to the folder that is meant"
            )
    expanded = os.path.expandvars(text)
    if not can_be_named(expanded):
        raise ValueError("no file or folder can have a name that is so long, or has a NUL character")
    try:
        Path(expanded).expanduser()
    except RuntimeError as error:
        raise ValueError(f"{expanded[:40]!r}: {error}") from error
    return expanded


def can_be_named(text: str) -> bool:
    """Whether systems take a text for a path, be anything there or not: others raise errors of their own."""
    parts = [len(part.encode("utf-8", "surrogatepass")) for part in text.split("/")]
    return max(parts) <= _LONGEST_NAME and sum(parts) + len(parts) <= _LONGEST_PATH and "\0" not in text


def locate(text: str, folder: Path | None) -> Path:
    """Absolute path of what a user wrote, ``~`` replaced."""
    return (folder or Path.cwd()) / Path(text).expanduser()


def _read(value: object, check: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Path:
    if isinstance(value, FilePath):
        return value
    typed = str(check(value))
    text = str(Path(expand(typed)))
    if typed.startswith("$"):
        text = str(locate(text, None))
    return _restore(str(locate(text, folder_of(info.context))), text, typed)


def _write(path: Path, info: SerializationInfo) -> str:
    if info.context == WITHOUT_PLACES:
        return ""
    if info.context and (folder := info.context.get("file_in")) is not None:
        return moved(getattr(path, "typed", ""), path, folder)
    written = "" if info.context == ABSOLUTE_PATHS else getattr(path, "written", "")
    return written or str(path)


def moved(typed: str, place: Path, folder: Path) -> str:
    """What to write in a file of another folder for a path that the user wrote.

    Args:
        typed: What was written; empty, if nobody did.
        place: The absolute path that it means.
        folder: Absolute folder of the new file.
    """
    if "$" in typed or typed.startswith("~") or (typed and Path(typed).is_absolute()):
        return typed
    try:
        return Path(os.path.relpath(place, folder)).as_posix()
    except ValueError:  # another drive
        return str(place)


ExpandedPath = Annotated[
    Path, WrapValidator(_read), PlainSerializer(_write, return_type=str, when_used="json")
]
"""A path in which environment variables and ``~`` are replaced; an unset variable is an error."""


def inside(folder: Path, name: str) -> Path:
    """Join a relative name to a folder that it must not leave.

    Args:
        folder: The folder.
        name: A name, perhaps made of a corpus's codes; ``/`` between its parts.

    Raises:
        ConfigError: If it is absolute, goes up, or is no name on some system.
    """
    leaves = name.startswith("/") or ".." in name.split("/") or PureWindowsPath(name).drive
    if not name or leaves or "\\" in name or not can_be_named(name):
        raise ConfigError(
            f"'{name[:300]}' is no name of a file in this folder",
            where=folder,
            fix="give the language of which it is made a plain code, of letters, digits, _ and -",
        )
    return folder / name


def refuse_link_out(path: Path, root: Path) -> None:
    """Refuse a link that leads out of a folder: what came with a corpus does not say what else is read.

    The folder itself may be a link, and the hub's cache keeps its files beside the folders of revisions.

    Args:
        path: A file or folder below ``root``.
        root: The folder that the user has named.

    Raises:
        DataError: If it leads out.
    """
    whole = root.resolve()
    place = path.resolve()
    allowed = [whole, *(up.parent for up in whole.parents if up.name == "snapshots")]
    if not any(place.is_relative_to(folder) for folder in allowed):
        raise DataError(
            f"a link that leads out of {root}, to {place}",
            where=path,
            fix="put the file itself there, or name the folder that it lies in",
        )


def below(root: Path, name: str) -> Path:
    """Join a name to a folder of a corpus; neither the name nor a link may leave it.

    Raises:
        ConfigError: As :func:`inside`.
        DataError: As :func:`refuse_link_out`.
    """
    path = inside(root, name)
    refuse_link_out(path, root)
    return path
