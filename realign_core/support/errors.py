"""The error family: every message says what is wrong, where, and what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

_LONGEST = 1_000
"""Characters of a part of a message; what is longer is cut in the middle."""

_UNPRINTABLE = re.compile("[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
"""What a terminal cannot show, or obeys: control characters, other ends of lines, marks of direction that
turn what follows, halves of surrogate pairs."""


def printable(text: str) -> str:
    r"""Write a text of unknown origin in one line that can be shown: ``\x1b`` and the like are spelt out."""
    return _cut(_UNPRINTABLE.sub(_spelt, _cut(text)))


def _cut(text: str) -> str:
    half = _LONGEST // 2 - 2
    return text if len(text) <= _LONGEST else f"{text[:half]} … {text[-half:]}"


def _spelt(signs: re.Match[str]) -> str:
    return signs[0].encode("unicode_escape").decode("ascii") if signs[0].strip(" \t\n\r") else " "


def count(number: int, noun: str) -> str:
    """Write a number of things: ``1 family``, ``2 families``, ``3 keys``."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def verb(number: int, singular: Literal["is", "has"]) -> str:
    """Write the verb beside a number of things: ``is`` or ``are``, ``has`` or ``have``."""
    return singular if number == 1 else {"is": "are", "has": "have"}[singular]


class RealignError(Exception):
    """Base of every error that a user can cause and mend.

    The message is one line that can be printed, whatever a file holds: ``where: what; fix``. Command lines
    print it and exit with status 1 (2 for usage); a traceback is only for our own mistakes.

    Args:
        what: What is wrong, a clause without a full stop.
        where: File (its absolute path is shown), key or object; ``line`` is joined to it as ``path:line``.
        line: Line number in ``where``, counted from 1.
        fix: What the user can do about it.

    Example:
        >>> raise DataError("3 fields expected, but got 2", where="dev.tsv", line=7)
        Traceback (most recent call last):
        ...
        realign_core.support.errors.DataError: dev.tsv:7: 3 fields expected, but got 2
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | Path | None = None,
        line: int | None = None,
        fix: str | None = None,
    ) -> None:
        self.what = printable(what)
        self.where = None if where is None else str(where.absolute() if isinstance(where, Path) else where)
        self.line = line
        self.fix = None if fix is None else printable(fix)
        place = "" if self.where is None else _UNPRINTABLE.sub(_spelt, self.where)
        if line is not None:
            place = f"{place}:{line}" if place else f"line {line}"
        message = f"{place}: {self.what}" if place else self.what
        super().__init__(f"{message}; {self.fix}" if fix else message)


class ConfigError(RealignError):
    """A recipe or study file, or an option, is not what it should be."""


class DataError(RealignError):
    """A corpus cannot be read as the format it claims to be."""


class EncoderError(RealignError):
    """An encoder cannot be loaded, split or frozen as asked."""


class TrainingError(RealignError):
    """A run went wrong while it was training (for instance a loss that is not finite)."""


class CheckpointError(RealignError):
    """A checkpoint is unsafe, damaged or from another run."""


class MissingExtraError(RealignError, ImportError):
    """An optional dependency is needed and not installed; the message names the extra."""
