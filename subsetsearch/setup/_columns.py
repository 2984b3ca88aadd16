"""Which column of a table holds what, by its name or, where that tells nothing, by what is in it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from realign_core.data.labelled import CsvTask, JsonlTask, TsvTask
from realign_core.support.errors import RealignError
from subsetsearch.setup._names import language_key

_NAMES: Mapping[str, tuple[str, ...]] = {
    "premise": ("premise", "sentence1", "text1", "first"),
    "hypothesis": ("hypothesis", "hypo", "sentence2", "text2", "second"),
    "question": ("question", "query"),
    "context": ("context", "passage", "paragraph"),
    "answer": ("answer", "answers", "answer_text"),
    "answer_start": ("answer_start", "answer_starts", "start"),
    "label": (
        "label", "labels", "category", "class", "topic", "sentiment", "stars", "rating", "gold_label",
        "intent", "emotion", "target",
    ),
    "text": (
        "text", "sentence", "review", "content", "body", "document", "tweet", "headline", "title",
    ),
    "language": ("language", "lang", "locale", "language_code", "lang_code", "langcode"),
    "split": ("split", "part", "subset", "fold", "set"),
}  # fmt: skip
"""Key of a reader -> names of columns that mean it, in lower case, the likeliest first."""

_SHAPES = (("question", "context", "answer"), ("premise", "hypothesis", "label"), ("text", "label"))
KINDS: Mapping[str, str] = {"question": "qa", "premise": "nli", "text": "text"}
"""First key of a shape -> kind of task."""

READERS: Mapping[str, type[CsvTask] | type[TsvTask] | type[JsonlTask]] = {
    "csv": CsvTask,
    "tsv": TsvTask,
    "jsonl": JsonlTask,
}
"""Suffix -> reader."""

_WAYS: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "csv": ({}, {"delimiter": ";"}),
    "tsv": ({}, {"quoted": True}),
    "jsonl": ({},),
}
"""Suffix -> keys of its reader that are tried in turn."""

_SAMPLE = 300


def sample_rows(file: Path, suffix: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Read the first rows of a table, and which keys of its reader they need (delimiter, quotes).

    Raises:
        RealignError: If it is no such table.
    """
    for options in _WAYS[suffix]:
        with contextlib.suppress(RealignError):
            rows = READERS[suffix](path=file.parent, **options).sample(file, _SAMPLE)
            if (
                options
                or suffix != "tsv"
                or not any(str(cell).startswith('"') for row in rows for cell in row.values())
            ):
                return rows, dict(options)
    return READERS[suffix](path=file.parent, skip_bad=20).sample(file, _SAMPLE), {}


def find_columns(rows: Sequence[Mapping[str, Any]]) -> tuple[dict[str, str], list[str]]:
    """Find the columns of a task.

    Args:
        rows: The first rows of a table.

    Returns:
        Keys of a reader to names of columns, empty if nothing fits; and what was assumed, in sentences.
    """
    names = [str(name) for name in rows[0]] if rows else []
    by_lower = {name.lower().strip(): name for name in reversed(names)}
    by_key = {
        key: next((by_lower[word] for word in words if word in by_lower), None)
        for key, words in _NAMES.items()
    }
    shape = next((shape for shape in _SHAPES if all(by_key[key] for key in shape)), ())
    columns, assumed = {key: str(by_key[key]) for key in shape}, []
    if not columns:
        columns = _by_content(rows, names)
        if not columns:
            return {}, []
        assumed = [f"the column '{columns['text']}' is the text and '{columns['label']}' the label"]
    extra = (*(["answer_start"] if "question" in columns else []), "language", "split")
    return columns | {
        key: str(by_key[key]) for key in extra if by_key[key] and by_key[key] not in columns.values()
    }, assumed


def _by_content(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> dict[str, str]:
    """Take the column of few values for the label, and that of the longest texts for the text."""
    values = {name: [str(row.get(name, "")) for row in rows] for name in names}
    few = {
        name: len({*cells})
        for name, cells in values.items()
        if 2 <= len({*cells}) <= max(2, len(cells) // 3) and not all(language_key(cell) for cell in {*cells})
    }
    long = {name: fmean(map(len, cells)) for name, cells in values.items() if cells and name not in few}
    if not few or not long:
        return {}
    return {"text": max(long, key=long.__getitem__), "label": min(few, key=few.__getitem__)}
