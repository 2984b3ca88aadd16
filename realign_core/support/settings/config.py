"""Frozen, validated configuration, and TOML files whose mistakes are found by line."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from realign_core.support.errors import ConfigError
from realign_core.support.settings.kinds import refuse_other_kinds
from realign_core.support.settings.mistakes import Written, mistake_in
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
    """Validate ``content``; turn its mistakes into one :class:`ConfigError`.

    Args:
        model: The model that the content must fit.
        content: Nested dictionaries, as parsed from TOML.
        where: File name for the message.
        text: The TOML text, to find the line of the mistake.
        overrides: Dotted keys set over those of ``content``; they have no line in the text.
        folder: What relative paths are relative to; the working folder, if left out.

    Raises:
        ConfigError: At the first bad value or missing key; unknown keys are all named.
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
        written = Written(whole, text, where, frozenset(overrides or ()))
        raise mistake_in(model, written, error) from error


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
