"""What is wrong with settings, in the words of their file: key, line, and the nearest known key."""

from __future__ import annotations

import difflib
import re
import types
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from realign_core.support.errors import ConfigError
from realign_core.support.settings.idle import IDLE
from realign_core.support.settings.kinds import KIND

UNKNOWN, MISSING = "extra_forbidden", "missing"
"""Types of pydantic's errors."""

MOST_NAMED = 5
"""Of several unknown keys, so many are named."""


@dataclass(frozen=True, slots=True)
class Written:
    """Settings as they were written.

    Args:
        content: With what was set over the file.
        text: Of the file, or nothing.
        where: The file.
        overrides: Dotted keys that were set over it: they have no line.
    """

    content: Mapping[str, Any]
    text: str
    where: Path | str | None
    overrides: Collection[str]

    def overridden(self, keys: Sequence[str]) -> bool:
        """Whether a key was set over the file."""
        dotted = ".".join(keys)
        return any(f"{key}.".startswith(f"{dotted}.") for key in self.overrides)

    def line(self, keys: Sequence[str]) -> int | None:
        """Where a key is in the file."""
        return None if not self.text or self.overridden(keys) else find_line(self.text, keys)


def mistake_in(model: type[BaseModel], written: Written, error: ValidationError) -> ConfigError:
    """Say what is wrong: the first mistake whole, and all unknown keys.

    Args:
        model: What the settings must fit.
        written: The settings.
        error: What pydantic found.
    """
    first = _clearest(error)
    place = (*first["loc"], *_own_key(first, KIND))
    keys = _keys(place, written.content, whole=first["type"] in (MISSING, UNKNOWN))
    what, fix = _what(first, keys, model)
    others = _unknown_keys(model, written, error, but=keys)
    return ConfigError(
        what,
        where="--set" if written.overridden(keys) else written.where,
        line=written.line([*keys, *_own_key(first, IDLE)]),
        fix=_joined(fix, others),
    )


def _what(first: Mapping[str, Any], keys: Sequence[str], model: type[BaseModel]) -> tuple[str, str]:
    """One mistake, and what to do about it."""
    dotted = ".".join(keys)
    if first["type"] == UNKNOWN:
        return f"unknown key '{dotted}'", _nearest(model, keys)
    if first["type"] == MISSING:
        return f"the key '{dotted}' is missing", "add it"
    message = _in_words_of_toml(first)
    label = f"'{dotted}': " if dotted else ""
    value = f" (but got {first['input']!r})" if isinstance(first.get("input"), str | int | float) else ""
    return f"{label}{_first_lower(message)}{value}", ""


def _unknown_keys(
    model: type[BaseModel], written: Written, error: ValidationError, but: Sequence[str]
) -> str:
    """Name the unknown keys besides one; what is known to one kind of a table is not among them."""
    found = [mistake["loc"] for mistake in error.errors(include_url=False) if mistake["type"] == UNKNOWN]
    named = []
    for keys in dict.fromkeys(tuple(_keys(place, written.content, whole=True)) for place in found):
        if keys == tuple(but) or keys[-1] in _known_keys(model, keys[:-1]):
            continue
        line = written.line(keys)
        named.append(f"'{'.'.join(keys)}'" + (f" (line {line})" if line else ""))
    if not named:
        return ""
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return f"unknown too: {', '.join(named[:MOST_NAMED])}{more}"


def _joined(fix: str, others: str) -> str | None:
    if fix and others:
        return f"{fix}{'' if fix.endswith('?') else '.'} {others[:1].upper()}{others[1:]}"
    return fix or others or None


def _in_words_of_toml(mistake: Mapping[str, Any]) -> str:
    """Say what is wrong in the words of TOML, which knows lists but no tuples."""
    match mistake["type"]:
        case "tuple_type" | "list_type":
            return "should be a list, as in [17, 23]"
        case "too_short":
            return "should not be an empty list"
        case _:
            return str(mistake["msg"]).removeprefix("Value error, ")


def _clearest(error: ValidationError) -> Mapping[str, Any]:
    """Take the first mistake; of a union's several messages, the one that a rule of ours wrote."""
    errors = error.errors(include_url=False)
    place = errors[0]["loc"][:-1]
    ours = [e for e in errors if e["type"] in ("value_error", IDLE, KIND) and e["loc"][: len(place)] == place]
    return dict(ours[0] if place and ours else errors[0])


def _keys(place: Sequence[int | str], content: object, *, whole: bool) -> list[str]:
    """Take the keys of the file, without the tags that pydantic adds for a union's member.

    Args:
        place: Where pydantic found the mistake.
        content: The file's content.
        whole: The last part is a key, also where it is not found: it is missing, or in a table that is read
            under another name.
    """
    keys: list[str] = []
    for number, part in enumerate(place):
        if isinstance(part, int):
            content = content[part] if isinstance(content, list | tuple) and part < len(content) else None
        elif isinstance(content, Mapping) and part in content:
            keys.append(part)
            content = content[part]
        elif whole and number == len(place) - 1:
            keys.append(part)
    return keys


def _own_key(mistake: Mapping[str, Any], kind: str) -> Sequence[str]:
    """Where from there the key is that an error of ours is about."""
    return tuple(mistake["ctx"]["key"]) if mistake["type"] == kind else ()


def _first_lower(message: str) -> str:
    return message[:1].lower() + message[1:]


def find_line(text: str, keys: Iterable[str]) -> int | None:
    """Find the line of a dotted key in TOML text (1-based), else of its nearest table.

    Args:
        text: The TOML document.
        keys: The key's parts from the root, such as ``("search", "trials")``.
    """
    place = list(keys)
    table: list[str] = []
    best: int | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line)
        if header:
            table = [part.strip().strip("\"'") for part in header.group(1).split(".")]
            if place[: len(table)] == table:
                best = number
            continue
        entry = re.match(r"\s*([\w\-\"'. ]+?)\s*=", line)
        if not entry:
            continue
        path = table + [part.strip().strip("\"'") for part in entry.group(1).split(".")]
        if path == place:
            return number
        if place[: len(path)] == path:
            best = number
    return best


def _nearest(model: type[BaseModel], keys: Sequence[str]) -> str:
    """Name the valid key that looks most like the unknown one."""
    names = sorted(_known_keys(model, keys[:-1]))
    close = difflib.get_close_matches(keys[-1], names, n=1, cutoff=0.5)
    if close:
        return f"did you mean '{'.'.join([*keys[:-1], close[0]])}'?"
    for table in names:  # the table's own name was left out
        if keys[-1] in _known_keys(model, [*keys[:-1], table]):
            return f"did you mean '{'.'.join([*keys[:-1], table, keys[-1]])}'?"
    return f"known keys here: {', '.join(names)}"


def _known_keys(model: type[BaseModel], parents: Sequence[str]) -> set[str]:
    models = [model]
    for parent in parents:
        models = [
            inner
            for outer in models
            if parent in outer.model_fields
            for inner in _models_in(outer.model_fields[parent].annotation)
        ]
    return {name for inner in models for name in inner.model_fields}


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (Union, types.UnionType, Annotated, list, tuple, dict):
        for inner in get_args(annotation):
            yield from _models_in(inner)
