"""What a value of a file is: a number is no text, and neither true nor false."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

_NUMBERS = frozenset({int, float, type(None)})


KIND = "other_kind"
"""Type of the error of pydantic; its context has the key."""


def refuse_other_kinds(content: Mapping[str, Any], model: type[BaseModel]) -> None:
    """Refuse ``true`` and texts for numbers, which pydantic would take for 1 and for what they spell.

    Args:
        content: Of a table.
        model: The table.

    Raises:
        PydanticCustomError: If a number is needed, and something else is there.
    """
    for key in model.model_fields.keys() & content.keys():
        needed = _kinds(model, key)
        for item in _items(content[key]) if needed & {int, float} else ():
            what = ""
            if isinstance(item, bool) and bool not in needed:
                what = f"a number is needed, but got {str(item).lower()}"
            elif isinstance(item, str) and needed <= _NUMBERS and _spells_number(item):
                what = f"a number is needed, without quotes, but got {item!r:.40}"
            if what:
                raise PydanticCustomError(KIND, "{told}", {"told": what, "key": (key,)})


def _spells_number(text: str) -> bool:
    """Whether pydantic would take a text for a number; of others it says itself what should be there."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _items(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list | tuple) else [value]


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
