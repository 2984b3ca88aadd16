"""The reference pages of the study file and the recipe, from the models of the settings.

Every key must be explained in its model's docstring; one that is not is an error.
"""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from realign_core.data.parallel import PairFilters
from realign_core.recipe import FinetuningConfig, RealignmentConfig, Recipe, TaskConfig
from realign_core.recipes import BUNDLED, DEFAULTS, FILTERS, OTHER_ENCODERS, over
from realign_core.support.settings.config import flatten
from subsetsearch.config.study import StudyConfig
from tools.reference.words import HEAD, cell, plain

STUDY = """# The study file

A study file is TOML. It says what is searched, with which data, and at what cost; everything has a
default but `name`. `[recipe]` and its tables are those of the [recipe](recipe.md). A misspelt key is an
error that names the nearest one, with file and line. On the command line, `--set search.trials=40`
overrides a key. A relative path is relative to the folder of the study file (also with `--set`), whatever
folder a command is typed in; `$VARIABLES` and `~` are replaced. A path that begins with a variable
(`$REALIGN_DATA/ntrex`) is read as a shell reads it: if the variable holds a relative path, that is relative
to the folder in which you type the command.

Which keys may change between two runs of one stored study: `search` (all but `pairs_per_language`),
`typology`, `proxy.full.warm` and `evaluate`. Another `search.top_rung` has trials of its own beside the old
ones, in the same database and with the same full runs on test data. A change of `recipe`, `pool`, `targets`,
`cost` or of anything else in `proxy` would mix numbers that cannot be compared and is refused; give the study
a new name then. Number format and attention (`recipe.compute`) are chosen when a study is first run, stored
in its database, shown by `status`, and the same for all of its runs on all machines; the file may set them
before.

"""

RECIPE = """# The recipe

A recipe decides a run's numbers but for languages and seed: encoder, data, realignment, fine-tuning. In a
study file it stands under `[recipe]` (`[recipe.encoder]`, ...); as a file of its own, for `realign-core`
and `Recipe.from_toml`, without that prefix. Relative paths are relative to the file; if one is in a variable
(`$REALIGN_DATA/ntrex`), it is relative to the folder in which you type the command.

Its hash, and that of the data it reads, is stored beside every result: numbers of different recipes are
never mixed.

## Defaults by kind of task

What a recipe leaves out of these keys depends on `task.kind`. A recipe with a `preset` has the values of the
preset, and nothing of this table.

{defaults}

They were chosen on development data with the bundled encoder, for `text`, `pos` and `ner`
([how, and what gains nothing](results.md#which-settings-should-a-recipe-have)). `nli` and `qa` were not
measured: they take what `text` and `ner` have. Other encoders were not measured either: all their layers
train, at a rate as published for encoders of base size (7.5e-6 for XLM-R with 24,544 steps, 2e-5 for mBERT).
A stored or exported recipe is complete, so that later defaults do not touch it; a dry run shows these
settings and which of them are the recipe's own.

"""


def explained(model: type[BaseModel]) -> dict[str, str]:
    """Read the ``Args:`` of a model and its bases: key to explanation."""
    explanations: dict[str, str] = {}
    for base in reversed(model.__mro__):
        doc = inspect.cleandoc(base.__dict__.get("__doc__") or "")
        match = re.search(r"^Args:\n((?:[ ]+.*\n?|\n)+)", doc, re.M)
        for name, text in re.findall(
            r"^ {4}(\w+): (.*(?:\n {5,}.*)*)", match.group(1) if match else "", re.M
        ):
            explanations[name] = " ".join(text.split())
    return explanations


def summary(model: type[BaseModel]) -> str:
    """First paragraphs of a model's docstring, without its sections."""
    doc = inspect.cleandoc(model.__doc__ or "")
    return plain(re.split(r"^(?:Args|Example|Raises|Returns):", doc, flags=re.M)[0].strip())


def type_name(annotation: Any) -> str:
    """Say what a key takes, as people say it."""
    if get_origin(annotation) is not None:
        return _composed_name(get_origin(annotation), get_args(annotation))
    if issubclass(annotation, Enum):
        return " or ".join(f'`"{member.value}"`' for member in annotation)
    names = {str: "text", int: "whole number", float: "number", bool: "true or false", Path: "path"}
    return "table" if issubclass(annotation, BaseModel) else names[annotation]


def _composed_name(origin: Any, args: tuple[Any, ...]) -> str:
    if origin is Annotated:
        return type_name(args[0])
    if origin is Literal:
        return " or ".join(toml(value) for value in args)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(type_name(arg) for arg in args if arg is not type(None)))
    if origin is tuple:
        if len(args) == 2 and args[1] is Ellipsis:
            return f"list of {type_name(args[0])}"
        return "[" + ", ".join(type_name(arg) for arg in args) + "]"
    return f"table of {type_name(args[1])}"


def bounds(field: FieldInfo) -> str:
    """Write the limits of a number or list."""
    signs = {"ge": "≥ ", "gt": "> ", "le": "≤ ", "lt": "< "}
    limits = [
        f"{sign}{getattr(part, name):.10g}"
        for part in field.metadata
        for name, sign in signs.items()
        if getattr(part, name, None) is not None
    ]
    return f", {' and '.join(limits)}" if limits else ""


def default(field: FieldInfo) -> str:
    """Write a key's default as TOML, or what stands for it."""
    value = field.default
    if value is PydanticUndefined:
        if field.default_factory is None:
            return "required"
        default_value: Any = field.default_factory()  # type: ignore[call-arg]
        value = default_value
    if isinstance(value, BaseModel):
        tag = getattr(value, "format", getattr(value, "kind", None))
        return f"`{tag}`" if isinstance(tag, str) and not isinstance(tag, Enum) else "see its table"
    return toml(value)


def toml(value: object) -> str:
    """Write a plain value as TOML."""
    if value is None:
        return "left out"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return f'`"{value}"`'
    if isinstance(value, tuple | list):
        return f"`[{', '.join(toml(item).strip('`') for item in value)}]`"
    if isinstance(value, Mapping):
        return "`{}`" if not value else f"`{dict(value)}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """List the models that a key may hold."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for arg in get_args(annotation) for model in models_in(arg)]


def tag_of(model: type[BaseModel]) -> tuple[str, str] | None:
    """Name the key that tells a union's member apart, and its value."""
    for name in ("format", "kind"):
        field = model.model_fields.get(name)
        if field is not None and len(get_args(field.annotation)) == 1 and _is_literal(field.annotation):
            return name, str(field.default)
    return None


def _is_literal(annotation: Any) -> bool:
    return get_origin(annotation) is Literal


_TABLES: dict[type[BaseModel], str] = {
    TaskConfig: "task",
    RealignmentConfig: "realignment",
    FinetuningConfig: "finetuning",
}


def by_kind(model: type[BaseModel], key: str) -> bool:
    """Whether a key's default depends on the kind of task."""
    table = _TABLES.get(model)
    return any(key in defaults.tables.get(table, {}) for defaults in DEFAULTS.values()) if table else False


def default_of(model: type[BaseModel], key: str, field: FieldInfo) -> str:
    """Write the default that a key of a recipe's tables has."""
    if model is PairFilters and key in FILTERS:
        return f"{toml(FILTERS[key])}, with a `preset` {default(field)}"
    return "[by kind of task](#defaults-by-kind-of-task)" if by_kind(model, key) else default(field)


def defaults_table() -> str:
    """Write what a recipe takes where it says nothing, a column a kind of task and one for other encoders."""
    rows = {kind: flatten(over(_plain_values(), defaults.content())) for kind, defaults in DEFAULTS.items()}
    other = flatten({name: dict(keys) for name, keys in OTHER_ENCODERS.items()})
    lines = [f"| key | {' | '.join(f'`{kind}`' for kind in rows)} | encoder not `{BUNDLED}` |"]
    lines.append("|-" * (len(rows) + 2) + "|")
    for key in next(iter(rows.values())):
        cells = [toml(values[key]) for values in rows.values()]
        lines.append(
            f"| `{key}` | {' | '.join(cells)} | {toml(other[key]) if key in other else 'the same'} |"
        )
    return "\n".join(lines)


def _plain_values() -> dict[str, dict[str, Any]]:
    """Values of the keys in the table for a kind that has no default of its own there."""
    return {
        table: {key: field.default for key, field in model.model_fields.items() if by_kind(model, key)}
        for model, table in _TABLES.items()
    }


def section(model: type[BaseModel], path: str, level: int, seen: dict[type[BaseModel], str]) -> Iterator[str]:
    """Describe a model as a table of keys, then the tables in it; the second time refer to the first."""
    words = explained(model)
    tag = tag_of(model)
    name = f"[{path}]" if path else "The file itself"
    title = f'`{name}` with `{tag[0]} = "{tag[1]}"`' if tag and path else f"`{name}`" if path else name
    if model in seen:
        yield f"{title} takes the same keys as {seen[model]} above.\n\n"
        return
    seen[model] = title
    yield f"{'#' * level} {title}\n\n{summary(model)}\n\n"
    rows, inner = [], []
    for key, field in model.model_fields.items():
        models = models_in(field.annotation)
        if models:
            inner.append((key, models))
            if not _alone(field.annotation):
                rows.append((key, field, "one of the tables below" if len(models) > 1 else "table"))
            continue
        if tag and key == tag[0]:
            rows.append((key, field, f'`"{tag[1]}"`'))
            words.setdefault(key, "Which of the alternatives this is.")
            continue
        rows.append((key, field, type_name(field.annotation) + bounds(field)))
    if rows:
        yield "| key | takes | default | what it is |\n|-|-|-|-|\n"
    for key, field, takes in rows:
        text = words.get(key) or (summary(inner_model) if (inner_model := _first(field)) else None)
        if text is None:
            raise SystemExit(f"{model.__name__}.{key} is not explained in its docstring")
        value = default_of(model, key, field)
        yield f"| `{key}` | {cell(takes)} | {cell(value)} | {cell(plain(text))} |\n"
    yield "\n" if rows else ""
    for key, models in inner:
        for member in models:
            yield from section(member, f"{path}.{key}" if path else key, min(level + 1, 4), seen)


def _alone(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _first(field: FieldInfo) -> type[BaseModel] | None:
    return next(iter(models_in(field.annotation)), None)


def study_page() -> str:
    """Reference of the study file, without the recipe."""
    fields = {name: field for name, field in StudyConfig.model_fields.items() if name != "recipe"}
    words = explained(StudyConfig)
    seen: dict[type[BaseModel], str] = {}
    parts = [HEAD, STUDY, "| key | takes | default | what it is |\n|-|-|-|-|\n"]
    for key, field in fields.items():
        if not models_in(field.annotation):
            takes = type_name(field.annotation)
            parts.append(f"| `{key}` | {takes} | {cell(default(field))} | {plain(words[key])} |\n")
    parts.append("\n")
    for key, field in fields.items():
        for model in models_in(field.annotation):
            parts += list(section(model, key, 2, seen))
    return "".join(parts).rstrip() + "\n"


def recipe_page() -> str:
    """Reference of the recipe."""
    parts = [HEAD, RECIPE.format(defaults=defaults_table())]
    words = explained(Recipe)
    seen: dict[type[BaseModel], str] = {}
    parts.append("| key | takes | default | what it is |\n|-|-|-|-|\n")
    for key, field in Recipe.model_fields.items():
        if not models_in(field.annotation):
            takes = cell(type_name(field.annotation))
            parts.append(f"| `{key}` | {takes} | {default(field)} | {plain(words[key])} |\n")
    parts.append("\n")
    for key, field in Recipe.model_fields.items():
        for model in models_in(field.annotation):
            parts += list(section(model, key, 2, seen))
    return "".join(parts).rstrip() + "\n"
