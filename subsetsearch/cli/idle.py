"""Options that have no effect beside others: refused, never dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, get_type_hints

from subsetsearch.errors import ConfigError

Idle = Iterable[tuple[str, str]]
"""Names of fields, separated by blanks, and beside what they have no effect."""


def refuse_idle(command: Any, idle: Idle) -> None:
    """Refuse an option that was given where it has no effect.

    Args:
        command: A dataclass of options.
        idle: Those that have none.

    Raises:
        ConfigError: If one of them is not what it is when nothing is given.
    """
    defaults = {field.name: field.default for field in fields(command)}
    for names, reason in idle:
        for name in names.split():
            if getattr(command, name) != defaults[name]:
                raise ConfigError(
                    f"has no effect {reason}", where=option_of(type(command), name), fix="leave it out"
                )


def option_of(command: type, name: str) -> str:
    """Find how an option is written: what turns a switch off, where it is on by itself.

    Args:
        command: Class of the options.
        name: Name of the field.
    """
    (option,) = get_type_hints(command, include_extras=True)[name].__metadata__
    names = (option.default, *option.param_decls)  # beside a type, Typer takes the first name for a default
    return str(next(name for name in names if str(name).startswith("--"))).rpartition("/")[2]
