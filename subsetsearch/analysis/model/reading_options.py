"""What may be asked when a study is read, as the command line and Python take it; it loads nothing."""

from __future__ import annotations

from typing import Literal, TypedDict

Over = Literal["mean", "worst", "helped", "routed"]


class Asked(TypedDict, total=False):
    """What may be asked when a study is read, as keywords.

    Args:
        over: Name of an aim.
        tolerance: What may be lost against the best subset for a cheaper one, in the aim's unit; its own, if
            left out or ``None``.
    """

    over: Over
    tolerance: float | None
