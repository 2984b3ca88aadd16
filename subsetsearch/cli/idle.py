"""Options that have no effect beside others: refused, never dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

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
    by_name = {field.name: field for field in fields(command)}
    for names, reason in idle:
        for name in names.split():
            if getattr(command, name) != by_name[name].default:
                raise ConfigError(
                    f"has no effect {reason}", where=option_of(by_name[name].type), fix="leave it out"
                )


def option_of(annotation: Any) -> str:
    """Find how an option is written: what turns a switch off, where it is on by itself."""
    written = next(
        text for part in annotation.__metadata__ for text in getattr(part, "param_decls", ()) or ()
        if text.startswith("--")
    )  # fmt: skip
    return written.rpartition("/")[2]
