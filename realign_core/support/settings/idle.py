"""Settings that have no effect beside others: they are refused, never dropped."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Needs:
    """What a setting needs to have an effect.

    Args:
        met: Whether a configuration has it.
        told: Where the setting has none, in the words of a file: ``without strategy = 'staged'``.
    """

    met: Callable[[Any], bool]
    told: str


def refuse_idle(
    config: BaseModel, rules: Mapping[str, Needs], unasked: Mapping[str, Collection[object]] | None = None
) -> None:
    """Refuse a setting that somebody asked for where it has no effect.

    Args:
        config: A table of a file.
        rules: Key to what it needs.
        unasked: Key to the values that it may have though nobody asked for it, besides the model's default:
            what other defaults and presets say.

    Raises:
        ValueError: If there is one.
    """
    for key, needs in rules.items():
        default = type(config).model_fields[key].get_default(call_default_factory=True)
        plain = [default, *(unasked or {}).get(key, ())]
        if getattr(config, key) not in plain and not needs.met(config):
            raise ValueError(f"'{key}' has no effect {needs.told}; leave it out")
