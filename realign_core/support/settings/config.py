"""Frozen, validated configuration, and TOML files whose mistakes are found by line."""

from __future__ import annotations

import copy
import difflib
import re
import tomllib
import types
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from realign_core.support.errors import ConfigError
from realign_core.support.settings.idle import IDLE
from realign_core.support.settings.kinds import KIND, refuse_other_kinds
from realign_core.support.settings.paths import ABSOLUTE_PATHS, WITHOUT_PLACES, relative_to
from realign_core.support.settings.toml import read_toml


class Config(BaseModel):
    """Base of every configuration: immutable, unknown keys and endless numbers refused, defaults checked."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _kinds(cls, content: Any) -> Any:
        if isinstance(content, Mapping):
            refuse_other_kinds(content, cls)
        return content

    def portable(self, *, exclude_none: bool = False) -> dict[str, Any]:
        """Plain data that mean the same wherever they are read: every path is absolute.

        Args:
            exclude_none: Leave out what is ``None``, which TOML cannot write.
        """
        return self.model_dump(mode="json", context=ABSOLUTE_PATHS, exclude_none=exclude_none)


ConfigT = TypeVar("ConfigT", bound=Config)


def load_config(model: type[ConfigT], path: Path, overrides: Mapping[str, Any] | None = None) -> ConfigT:
    """Read a TOML file into a configuration model.

    Args:
        model: The model that the file must fit.
        path: The file.
        overrides: Dotted keys set over the file's own (``{"search.trials": 10}``).

    Returns:
        The validated configuration.

    Raises:
        ConfigError: If the file is missing, is not TOML, or holds an unknown key or a bad
            value; the message has file and line, and the nearest valid key.

    Relative paths, also those of ``overrides``, are relative to the file's folder.
    """
    content, text = read_toml(path)
    return validate_config(
        model, content, where=path, text=text, overrides=overrides, folder=path.absolute().parent
    )


def validate_config(
    model: type[ConfigT],
    content: Mapping[str, Any],
    *,
    where: Path | str | None = None,
    text: str = "",
    overrides: Mapping[str, Any] | None = None,
    folder: Path | None = None,
) -> ConfigT:
    """Validate ``content``; turn the first mistake into one :class:`ConfigError`.

    Args:
        model: The model that the content must fit.
        content: Nested dictionaries, as parsed from TOML.
        where: File name for the message.
        text: The TOML text, to find the line of the mistake.
        overrides: Dotted keys set over those of ``content``; they have no line in the text.
        folder: What relative paths are relative to; the working folder, if left out.

    Raises:
        ConfigError: At the first unknown key or bad value.
    """
    try:
        whole = copy.deepcopy(dict(content))
    except RecursionError as error:
        raise ConfigError("tables in tables in tables, too many of them", where=where) from error
    for dotted, value in (overrides or {}).items():
        _set_dotted(whole, dotted, value)
    try:
        return model.model_validate(whole, context=relative_to(folder))
    except ValidationError as error:
        first = _clearest(error)
        place = (*first["loc"], *_own_key(first, KIND))
        keys = _keys(place, whole, missing=first["type"] == "missing")
        dotted = ".".join(keys)
        overridden = any(f"{key}.".startswith(f"{dotted}.") for key in overrides or ())
        where = "--set" if overridden else where
        line = find_line(text, [*keys, *_own_key(first, IDLE)]) if text and not overridden else None
        if first["type"] == "extra_forbidden":
            unknown = f"unknown key '{dotted}'"
            raise ConfigError(unknown, where=where, line=line, fix=_nearest(model, keys)) from error
        if first["type"] == "missing":
            missing = f"the key '{dotted}' is missing"
            raise ConfigError(missing, where=where, line=line, fix="add it") from error
        message = _in_words_of_toml(first)
        label = f"'{dotted}': " if dotted else ""
        value = f" (but got {first['input']!r})" if isinstance(first.get("input"), str | int | float) else ""
        raise ConfigError(f"{label}{_first_lower(message)}{value}", where=where, line=line) from error


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


def _keys(place: Sequence[int | str], content: object, *, missing: bool) -> list[str]:
    """Take the keys of the file, without the tags that pydantic adds for a union's member.

    Args:
        place: Where pydantic found the mistake.
        content: The file's content.
        missing: The last part is a key that is not there.
    """
    keys: list[str] = []
    for number, part in enumerate(place):
        if isinstance(part, int):
            content = content[part] if isinstance(content, list | tuple) and part < len(content) else None
        elif isinstance(content, Mapping) and part in content:
            keys.append(part)
            content = content[part]
        elif missing and number == len(place) - 1:
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


def _nearest(model: type[BaseModel], keys: list[str]) -> str:
    """Name the valid key that looks most like the unknown one."""
    names = sorted(_known_keys(model, keys[:-1]))
    close = difflib.get_close_matches(keys[-1], names, n=1, cutoff=0.5)
    if close:
        return f"did you mean '{'.'.join([*keys[:-1], close[0]])}'?"
    for table in names:  # the table's own name was left out
        if keys[-1] in _known_keys(model, [*keys[:-1], table]):
            return f"did you mean '{'.'.join([*keys[:-1], table, keys[-1]])}'?"
    return f"known keys here: {', '.join(names)}"


def _known_keys(model: type[BaseModel], parents: list[str]) -> set[str]:
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


def changed_values(config: BaseModel, exclude: Collection[str] = (), places: bool = False) -> dict[str, Any]:
    """Return what differs from the defaults, nested, as plain data for JSON.

    Args:
        config: Any configuration. A key of one allowed value, which tells the kind of a table, always counts.
        exclude: Keys of ``config`` that do not count.
        places: Whether it counts where paths lead, beside that there are any.
    """
    dumped = config.model_dump(mode="json", context=None if places else WITHOUT_PLACES)
    changed: dict[str, Any] = {}
    for name, field in type(config).model_fields.items():
        value = getattr(config, name)
        tag = get_origin(field.annotation) is Literal and len(get_args(field.annotation)) == 1
        if name in exclude or (value == field.get_default(call_default_factory=True) and not tag):
            continue
        changed[name] = changed_values(value, (), places) if isinstance(value, BaseModel) else dumped[name]
    return changed


def renamed(content: Any, old: str, new: str) -> Any:
    """Read a key of a table under its old name too; what holds both names is left alone."""
    if isinstance(content, Mapping) and old in content and new not in content:
        return {new if key == old else key: value for key, value in content.items()}
    return content


def flatten(value: object, prefix: str = "") -> dict[str, object]:
    """Turn nested dictionaries into one with dotted keys."""
    if not isinstance(value, dict):
        return {prefix: value}
    flat: dict[str, object] = {}
    for key, inner in value.items():
        flat |= flatten(inner, f"{prefix}.{key}" if prefix else key)
    return flat


def _set_dotted(content: dict[str, Any], dotted: str, value: Any) -> None:
    *parents, last = dotted.split(".")
    table = content
    for parent in parents:
        table = table.setdefault(parent, {})
        if not isinstance(table, dict):
            raise ConfigError(f"'{parent}' in '{dotted}' is not a table", where="--set")
    table[last] = value


def comma_list(text: str) -> tuple[str, ...]:
    """Read what a user wrote as a list: its parts between commas, without spaces and empty ones."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def parse_overrides(pairs: Iterable[str]) -> dict[str, Any]:
    """Parse ``key=value`` pairs; a value is TOML if it can be, else a string.

    Raises:
        ConfigError: If a pair has no ``=``.
    """
    overrides: dict[str, Any] = {}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator or not key.strip():
            fix = "write for instance --set search.trials=40"
            raise ConfigError(f"'{pair}' is not key=value", where="--set", fix=fix)
        try:
            overrides[key.strip()] = tomllib.loads(f"value = {value}")["value"]
        except (ValueError, RecursionError):
            overrides[key.strip()] = value
    return overrides
