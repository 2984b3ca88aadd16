"""What a value of a file is: a number is no text, and neither true nor false."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

_NUMBERS = frozenset({int, float, type(None)})


def refuse_other_kinds(value: object, model: type[BaseModel], key: str) -> None:
    """Refuse ``true`` and texts for numbers, which pydantic would take for 1 and for what they spell.

    Args:
        value: Of a file, or a list of such.
        model: A table.
        key: Its key.

    Raises:
        ValueError: If a number is needed, and it is none.
    """
    needed = _kinds(model, key)
    for item in value if isinstance(value, list | tuple) else [value]:
        if isinstance(item, bool) and bool not in needed and needed & {int, float}:
            raise ValueError("a number is needed, neither true nor false")
        if isinstance(item, str) and needed <= _NUMBERS and needed & {int, float}:
            raise ValueError("a number is needed, without quotes")


@cache
def _kinds(model: type[BaseModel], key: str) -> frozenset[type]:
    """Plain types that a setting may have, those of the items of lists among them."""
    return frozenset(_parts(model.model_fields[key].annotation))


def _parts(annotation: Any) -> Iterator[type]:
    inner = get_args(annotation)
    if not inner:
        yield annotation if isinstance(annotation, type) else object
    for part in inner:
        if isinstance(part, int | float | str):  # of a Literal
            yield type(part)
        elif part is not Ellipsis and (isinstance(part, type) or get_args(part)):
            yield from _parts(part)
