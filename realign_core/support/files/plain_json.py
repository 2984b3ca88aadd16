"""Plain data as JSON that every program reads: what is not known is null, never ``NaN``."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

__all__ = ["plain", "to_json"]


def to_json(value: object, *, indent: int | None = 1) -> str:
    """Write plain data or a data frame as JSON.

    Args:
        value: Mappings, lists, numbers and text, or something with ``to_dict`` and ``columns``.
        indent: As in :func:`json.dumps`.

    Example:
        >>> to_json({"p": float("nan")}, indent=None)
        '{"p": null}'
    """
    return json.dumps(plain(value), ensure_ascii=False, indent=indent, allow_nan=False)


def plain(value: Any) -> Any:
    """Turn numbers that JSON lacks into None, sets into sorted lists and frames into rows."""
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return plain(value.to_dict("records"))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, Real) and not isinstance(value, Integral):  # numpy's numbers are registered as such
        return float(value) if math.isfinite(value) else None
    return value
