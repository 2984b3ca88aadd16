"""Numbers as tables write them; what Python takes for one beyond that (``1_0``, ``٣``) is none."""

from __future__ import annotations

import re

COUNTS = re.compile(r"[0-9]{1,9}")
"""A number that counts words or sentences; longer ones are a mistake."""

_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_REAL = re.compile(
    r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?inf(?:inity)?|nan", re.IGNORECASE
)
_LONGEST = 400
"""Signs of a number that can be one; more are a mistake."""


def whole(text: str) -> int:
    """Read a whole number that fits into 64 bits.

    Raises:
        ValueError: If it is none.
    """
    if not _WHOLE.fullmatch(text) or not -(2**63) <= int(text) < 2**63:
        raise ValueError(f"no whole number of 64 bits: {text!r:.60}")
    return int(text)


def real(text: str) -> float:
    """Read a number with a decimal point; ``inf`` and ``nan`` are read, too.

    Raises:
        ValueError: If it is none.
    """
    if len(text) > _LONGEST or not _REAL.fullmatch(text):
        raise ValueError(f"no number: {text!r:.60}")
    return float(text)
