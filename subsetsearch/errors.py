"""Errors of the search: the same family as :mod:`realign_core.errors`, one base for both."""

from __future__ import annotations

from realign_core.errors import ConfigError, DataError, MissingExtraError, RealignError

__all__ = [
    "ConfigError",
    "DataError",
    "LanguageError",
    "MissingExtraError",
    "RealignError",
    "SelectionError",
    "StudyError",
]


class LanguageError(RealignError):
    """A language is unknown, ambiguous, or named twice under different codes."""


class SelectionError(RealignError):
    """Constraints contradict each other, or leave nothing to choose from."""


class StudyError(RealignError):
    """A stored study is missing, newer than this program, or does not fit its study file."""
