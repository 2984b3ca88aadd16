"""Files of one language that a pattern joins: how they are called, and which of them are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from realign_core.support.errors import ConfigError

Found = Sequence[tuple[Path, tuple[str, ...]]]
"""Files with what the pattern's stars stand for in each."""


def names_of(files: Found) -> dict[str, tuple[Path, tuple[str, ...]]]:
    """Call each file by what the stars stand for: a treebank by its own name, ``GSD`` of ``UD_Chinese-GSD``.

    Args:
        files: Of one language.

    Returns:
        Name to file and stars, in the order of the files.
    """
    for name in (_short, "/".join):
        by_name = {name(stars) or path.name: (path, stars) for path, stars in files}
        if len(by_name) == len(files):
            return by_name
    return {str(path): (path, stars) for path, stars in files}


def choose(files: Found, wanted: Sequence[str], language: str) -> tuple[Path, ...]:
    """Take the files that are named, in the order of the files.

    Args:
        files: Of one language.
        wanted: Names, in any case, or what any one star stands for.
        language: For messages.

    Raises:
        ConfigError: If there is no file of a name.
    """
    files_by_name = names_of(files)
    chosen: set[str] = set()
    for part in wanted:
        fitting = {
            name
            for name, (_, stars) in files_by_name.items()
            if _folded(part) in {*map(_folded, (name, *stars))}
        }
        if not fitting:
            raise ConfigError(
                f"there is no '{part}' of '{language}'",
                where=f"parts.{language}",
                fix=f"there are {', '.join(files_by_name)}",
            )
        chosen |= fitting
    return tuple(path for name, (path, _) in files_by_name.items() if name in chosen)


def describe_joined(joined: Mapping[str, Sequence[str]]) -> str:
    """Write what is joined: ``no: Bokmaal + Nynorsk, zh: GSD + GSDSimp``."""
    return ", ".join(f"{code}: {' + '.join(names)}" for code, names in sorted(joined.items()))


def _short(stars: tuple[str, ...]) -> str:
    longest = max(stars, key=len, default="")
    return longest.rpartition("-")[2]


def _folded(name: str) -> str:
    return name.casefold().replace("å", "aa")
