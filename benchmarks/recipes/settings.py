"""Settings by name, complete: they mean the same whatever the defaults become."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

_REALIGN: dict[str, Any] = {
    "strategy": "before",
    "steps": 50,
    "pairs_per_batch": 16,
    "learning_rate": 1e-4,
    "warmup": 0.1,
    "schedule": "linear",
    "temperature": 0.1,
    "strong": True,
    "layer": -1,
    "max_passes": None,
    "freeze": "none",
    "freeze_embeddings": True,
    "aligner": {"kind": "sentence"},
}
_TUNE: dict[str, Any] = {
    "epochs": 3,
    "batch_size": 32,
    "learning_rate": 1e-4,
    "head_learning_rate": 1e-3,
    "warmup": 0.1,
    "weight_decay": 0.01,
    "clip": 1.0,
    "freeze": "none",
    "freeze_embeddings": True,
}

REALIGNMENTS: Mapping[str, Mapping[str, Any] | None] = {
    "none": None,
    "old": {
        **_REALIGN,
        "steps": 100,
        "pairs_per_batch": 32,
        "learning_rate": 5e-5,
        "freeze_embeddings": False,
    },
    "50x16": _REALIGN,
    "50x16 5e-5": {**_REALIGN, "learning_rate": 5e-5},
    "50x16 2e-4": {**_REALIGN, "learning_rate": 2e-4},
    "50x16 5e-5 words": {**_REALIGN, "learning_rate": 5e-5, "aligner": {"kind": "encoder"}},
    "50x16 layer -2": {**_REALIGN, "layer": -2},
    "50x16 layer 8": {**_REALIGN, "layer": 8},
    "50x16 front": {**_REALIGN, "freeze": "front"},
    "50x16 embeddings": {**_REALIGN, "freeze_embeddings": False},
    "50x16 words": {**_REALIGN, "aligner": {"kind": "encoder"}},
    "25x32": {**_REALIGN, "steps": 25, "pairs_per_batch": 32},
    "25x16": {**_REALIGN, "steps": 25},
    "50x32": {**_REALIGN, "pairs_per_batch": 32, "max_passes": 4},
    "100x16": {**_REALIGN, "steps": 100},
}
"""``steps x pairs`` at a learning rate of 1e-4 with frozen embeddings, but for what the name says."""

_TUNINGS: Mapping[str, Mapping[str, Any]] = {
    "old": {**_TUNE, "learning_rate": 5e-5, "freeze_embeddings": False},
    "all": _TUNE,
    "all 2e-5": {**_TUNE, "learning_rate": 2e-5},
    "top 6": {**_TUNE, "freeze": "front"},
    "top 6 5e-5": {**_TUNE, "freeze": "front", "learning_rate": 5e-5},
    "top 6 2e-4": {**_TUNE, "freeze": "front", "learning_rate": 2e-4},
    "top 6 x 2": {**_TUNE, "freeze": "front", "epochs": 2},
    "top 6 x 5": {**_TUNE, "freeze": "front", "epochs": 5},
    "top 6, batches of 8": {**_TUNE, "freeze": "front", "batch_size": 8},
    "all, batches of 8": {**_TUNE, "batch_size": 8},
    "old, batches of 8": {**_TUNE, "learning_rate": 5e-5, "freeze_embeddings": False, "batch_size": 8},
    "top 2, batches of 8": {**_TUNE, "freeze": (0, 10), "batch_size": 8},
    "top 4": {**_TUNE, "freeze": (0, 8)},
    "top 2": {**_TUNE, "freeze": (0, 10)},
    "top 2 3e-4": {**_TUNE, "freeze": (0, 10), "learning_rate": 3e-4},
    "top 2 x 5": {**_TUNE, "freeze": (0, 10), "epochs": 5},
    "top 1": {**_TUNE, "freeze": (0, 11)},
}
"""Three epochs at 1e-4 with frozen embeddings, but for what is named; ``top n``: n of 12 layers train."""

FINETUNINGS: Mapping[str, Mapping[str, Any]] = {
    **{name: {"finetuning": keys} for name, keys in _TUNINGS.items()},
    **{
        f"{name}, first": {"finetuning": keys, "task": {"pooling": "first"}}
        for name, keys in _TUNINGS.items()
    },
}
"""Content of recipes; ``first`` classifies the first token, as the standard class does, not their mean."""


class Asked(NamedTuple):
    """One run: names of a task and of its settings, a seed, number format and attention."""

    task: str
    realignment: str
    finetuning: str
    seed: int
    arithmetic: str


def asked_of(row: Mapping[str, str]) -> Asked:
    """Which run a row of the table is of."""
    names = (row["task"], row["realignment"], row["finetuning"])
    return Asked(*names, int(row["seed"]), row["arithmetic"])


_DEFAULTS: tuple[tuple[str, str, str, int], ...] = (
    ("names", "none", "old", 17),
    ("names", "none", "top 6", 17),
    ("names", "none", "top 2", 17),
    ("pos", "none", "old", 17),
    ("pos", "none", "top 6", 17),
    ("pos", "none", "top 2", 17),
    ("pos", "50x16", "old", 17),
    ("pos", "50x16", "top 6", 17),
    ("topics", "none", "top 2", 17),
    ("topics", "none", "top 6", 17),
    ("topics", "none", "top 2, first", 17),
    ("ner", "none", "top 6, batches of 8", 17),
    ("topics", "none", "top 2, batches of 8", 17),
    ("names", "none", "top 2, batches of 8", 17),
    ("topics", "none", "top 2, batches of 8, first", 17),
    ("ner", "50x16", "top 6, batches of 8", 17),
    ("names", "none", "top 2, batches of 8, first", 17),
    ("pos", "50x16", "top 6, batches of 8", 17),
    ("topics", "none", "old", 17),
    ("topics", "none", "top 2, batches of 8", 23),
    ("topics", "none", "top 2, batches of 8, first", 23),
    ("pos", "none", "top 6, batches of 8", 17),
    ("ner", "none", "old", 17),
    ("topics", "50x16", "top 2, batches of 8", 17),
    ("names", "50x16", "top 2, batches of 8", 17),
    ("topics", "50x16 5e-5", "top 2, batches of 8", 17),
    ("names", "50x16 5e-5", "top 2, batches of 8", 17),
    ("names", "none", "top 2, batches of 8", 23),
    ("names", "none", "old", 23),
    ("pos", "none", "old", 23),
    ("pos", "none", "top 6, batches of 8", 23),
)
"""Which defaults should a kind of task have? Task, realignment, fine-tuning, seed, in their order."""

_REALIGNED: tuple[tuple[str, str, str, int], ...] = tuple(
    (task, realignment, finetuning, seed)
    for seed in (17, 23)
    for task, finetuning, realignments in (
        ("ner", "top 6, batches of 8", ("none", "50x16", "50x16 words", "50x16 layer 8", "50x16 front")),
        (
            "topics",
            "top 2, batches of 8",
            ("none", "50x16 5e-5", "50x16 5e-5 words", "50x16 layer 8", "50x16 front"),
        ),
    )
    for realignment in realignments
)
"""Which realignment helps where the default one does not? With the default fine-tuning, seed by seed."""

PLAN: tuple[Asked, ...] = (
    *(Asked(*names, "bfloat16/eager") for names in _DEFAULTS),
    *(Asked(*names, "float32/sdpa") for names in _REALIGNED),
)
"""All runs in their order; the two parts were run on different machines."""
