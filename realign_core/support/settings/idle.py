"""Settings that have no effect beside others: they are refused, never dropped."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticCustomError


@dataclass(frozen=True, slots=True)
class Needs:
    """What a setting needs to have an effect.

    Args:
        met: Whether a configuration has it.
        told: Where the setting has none, in the words of a file: ``without strategy = 'staged'``.
    """

    met: Callable[[Any], bool]
    told: str


IDLE = "idle_option"
"""Type of the error of pydantic; its context has the parts of the option's key from there."""


def refuse_idle(
    config: BaseModel,
    rules: Mapping[str, Needs],
    unasked: Mapping[str, Collection[object]] | None = None,
    *,
    table: str = "",
) -> None:
    """Refuse a setting that somebody asked for where it has no effect.

    Args:
        config: A table of a file.
        rules: Key to what it needs.
        unasked: Key to the values that it may have though nobody asked for it, besides the model's default:
            what other defaults and presets say.
        table: Name of the table in what is validated, if that is not the table itself.

    Raises:
        PydanticCustomError: If there is one; files are told the line of its key.
    """
    for key, needs in rules.items():
        default = type(config).model_fields[key].get_default(call_default_factory=True)
        unasked_values = [default, *(unasked or {}).get(key, ())]
        if getattr(config, key) not in unasked_values and not needs.met(config):
            place = (*([table] if table else ()), key)
            message = f"'{'.'.join(place)}' has no effect {needs.told}; leave it out"
            raise PydanticCustomError(IDLE, "{told}", {"told": message, "key": place})
