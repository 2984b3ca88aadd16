"""The text of a study file: every key with a short comment."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from subsetsearch.config import StudyConfig

_COMMENTS: Mapping[str, str] = {
    "name": "names the study and the folder of its results: runs/<name>",
    "recipe.encoder.name": '"bundled", a local folder, or a hub id such as "xlm-roberta-base"',
    "path": "relative to this file",
    "recipe.parallel.source": "code of the source language in the names of files",
    "recipe.parallel.suffix": "what follows the code in every name",
    "recipe.parallel.source_column": "column of the source language, from 1",
    "recipe.parallel.target_column": "column of the translation",
    "recipe.parallel.header": "the first line names the columns",
    "recipe.task.kind": "text, nli, pos, ner or qa",
    "recipe.task.source_language": "the language that the task is learnt in; it is no target",
    "recipe.task.ignored": "types of names that count as none: the training data do not have them",
    "pattern": "where a language's split is",
    "split_names": "what the files call the splits",
    "quoted": "fields may be in double quotes",
    "delimiter": "what separates fields",
    "text": "column of the text",
    "label": "column of the label",
    "premise": "column of the first text",
    "hypothesis": "column of the second text",
    "question": "column of the question",
    "context": "column of the text that has the answer",
    "answer": "column of the answer",
    "answer_start": "column of its first character",
    "language": "column of the language",
    "split": "column of the split",
    "pool.exclude": "languages that are never chosen",
    "pool.min_pairs": "a language with fewer sentence pairs is left out",
    "search.top_rung": "3: full runs on development data; 2: short runs, which rarely rank",
    "search.trials": "subsets to try",
}
_ALTERNATIVES: Mapping[str, tuple[str, ...]] = {
    "recipe.encoder": ("max_length",),
    "recipe.realignment": ("steps", "pairs_per_batch", "learning_rate", "pairs_per_language"),
    "recipe.finetuning": ("epochs", "learning_rate"),
    "pool": ("min_pairs",),
    "search": ("max_size", "budget"),
    "cost": ("model",),
    "evaluate": ("top", "seeds"),
}
"""Table -> keys that are shown with the value that they have anyway."""

_TITLES: Mapping[str, str] = {
    "recipe.encoder": "The encoder that is realigned.",
    "recipe.parallel": "Translations of the source language: the languages that may be chosen.",
    "recipe.task": "What the encoder is for, and the labelled examples.",
    "recipe.task.evaluation": "Development and test data of the targets.",
    "recipe.realignment": "How translations are pulled together: the defaults of this kind of task.",
    "recipe.finetuning": "How the task is learnt: the defaults of this kind of task.",
    "pool": "Which languages may be chosen: all of the parallel text, unless named (languages, exclude).",
    "targets": "Which languages count: all with labels but the source. held_out: seen by full runs only.",
    "cost": "What a subset costs: pairs, tokens, money, languages or availability.",
    "search": "How subsets are looked for.",
    "evaluate": "Full runs on test data: of the best subsets, none and all.",
}
_ORDER = (*_TITLES,)
_WIDTH = 80
_EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "pool": ('languages = ["sw", "Yoruba"]',),
    "targets": ('languages = ["sw", "Yoruba"]', 'held_out = ["wo"]'),
}
"""Table -> examples of what may be written there."""


def render(content: Mapping[str, Any], config: StudyConfig, head: list[str]) -> str:
    """Write a study file.

    Args:
        content: Its keys.
        config: The same, validated: it has the defaults.
        head: Sentences that stand at the top.
    """
    parts = ["\n".join(f"# {line}" for line in head), "\n".join(_entries("", {"name": content["name"]}))]
    tables = dict(_tables("", content))
    tables |= {
        name: {} for name in ("recipe.realignment", "recipe.finetuning", "targets", "cost", "evaluate")
    }
    for name in sorted(tables, key=_place):
        lines = [f"# {_TITLES[name]}"] if name in _TITLES else []
        lines += [f"[{name}]", *_entries(name, tables[name]), *_defaults(name, tables[name], config)]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _place(name: str) -> tuple[int, str]:
    parent = max((prefix for prefix in _ORDER if name.startswith(prefix)), key=len)
    return _ORDER.index(parent), name


def _tables(name: str, content: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Tables that have a heading of their own: those of the study and the recipe, and readers."""
    inner = {
        key: value for key, value in content.items() if isinstance(value, Mapping) and key != "split_names"
    }
    values = {key: value for key, value in content.items() if key not in inner}
    if name and (values or not inner):
        yield name, values
    for key, value in inner.items():
        yield from _tables(f"{name}.{key}" if name else key, value)


def _entries(table: str, entries: Mapping[str, Any]) -> Iterator[str]:
    for key, value in entries.items():
        comment = _COMMENTS.get(f"{table}.{key}" if table else key, _COMMENTS.get(key, ""))
        yield _line(f"{_key(key)} = {_value(value)}", comment)


def _defaults(table: str, entries: Mapping[str, Any], config: StudyConfig) -> Iterator[str]:
    """Show what holds anyway, as lines that need only lose their ``#``."""
    place: Any = config
    for part in table.split("."):
        place = getattr(place, part, None)
    for key in _ALTERNATIVES.get(table, ()):
        value = getattr(place, key, None)
        if key not in entries and value is not None:
            yield f"# {key} = {_value(value)}"
    yield from (f"# {example}" for example in _EXAMPLES.get(table, ()))


def _line(entry: str, comment: str) -> str:
    return f"{entry:<44}  # {comment}" if comment else entry


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        values = [*map(_value, value)]
        short = len(", ".join(values)) < _WIDTH
        return (
            f"[{', '.join(values)}]" if short else "".join(["[\n", *(f"  {text},\n" for text in values), "]"])
        )
    return json.dumps(value, ensure_ascii=False)
