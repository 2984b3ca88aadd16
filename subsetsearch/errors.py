"""Errors of the search: the same family as :mod:`realign_core.support.errors`, one base for both."""

from __future__ import annotations

import os
from collections.abc import Iterable

from realign_core.support.errors import ConfigError, DataError, MissingExtraError, RealignError, count, verb
from realign_core.support.seed_numbers import check_seed

__all__ = [
    "ConfigError",
    "DataError",
    "LanguageError",
    "MissingExtraError",
    "RealignError",
    "SelectionError",
    "StudyError",
    "check_paths",
    "check_seeds",
    "check_whole",
    "count",
    "some",
    "verb",
]


def some(names: Iterable[str], most: int = 12) -> str:
    """Write the first few of many names, for a message."""
    every = list(names)
    return ", ".join(every[:most]) + (" ..." if len(every) > most else "")


def check_whole(option: str, number: object, least: int) -> None:
    """Check a number of things that is given in Python, where no command line has checked it.

    Raises:
        ConfigError: If it is no whole number, or too small.
    """
    if not isinstance(number, int) or isinstance(number, bool) or number < least:
        raise ConfigError(f"{number!r} is no whole number from {least} on", where=option, fix="give one")


def check_paths(**paths: object) -> None:
    """Check paths that are given in Python.

    Raises:
        ConfigError: If one is neither text nor a path.
    """
    for name, path in paths.items():
        if not isinstance(path, str | os.PathLike):
            raise ConfigError(f"{path!r} is no path", where=name, fix="give one as text")


def check_seeds(seeds: Iterable[object] | None) -> None:
    """Check seeds that are named; none named means those of the study, an empty list is a mistake.

    Raises:
        ConfigError: If the list is empty, or one is no seed.
    """
    named = None if seeds is None else list(seeds)
    if named == []:
        raise ConfigError("an empty list of seeds", where="--seeds", fix="name some, or leave it out")
    for seed in named or ():
        check_seed(seed, "--seeds")


class LanguageError(RealignError):
    """A language is unknown, ambiguous, or named twice under different codes."""


class SelectionError(RealignError):
    """Constraints contradict each other, or leave nothing to choose from."""


class StudyError(RealignError):
    """A stored study is missing, newer than this program, or does not fit its study file."""
