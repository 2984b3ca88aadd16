"""Errors of the search: the same family as :mod:`realign_core.support.errors`, one base for both."""

from __future__ import annotations

from collections.abc import Iterable

from realign_core.support.errors import ConfigError, DataError, MissingExtraError, RealignError, count

__all__ = [
    "ConfigError",
    "DataError",
    "LanguageError",
    "MissingExtraError",
    "RealignError",
    "SelectionError",
    "StudyError",
    "check_whole",
    "count",
    "some",
]


def some(names: Iterable[str], most: int = 12) -> str:
    """Write the first few of many names, for a message."""
    known = list(names)
    return ", ".join(known[:most]) + (" ..." if len(known) > most else "")


def check_whole(option: str, number: object, least: int) -> None:
    """Check a number of things that is given in Python, where no command line has checked it.

    Raises:
        ConfigError: If it is no whole number, or too small.
    """
    if not isinstance(number, int) or isinstance(number, bool) or number < least:
        raise ConfigError(f"{number!r} is no whole number from {least} on", where=option, fix="give one")


class LanguageError(RealignError):
    """A language is unknown, ambiguous, or named twice under different codes."""


class SelectionError(RealignError):
    """Constraints contradict each other, or leave nothing to choose from."""


class StudyError(RealignError):
    """A stored study is missing, newer than this program, or does not fit its study file."""
