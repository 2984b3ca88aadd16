"""Names that older versions gave to studies and recipes, so that what they stored is recognised.

Nothing is added here: what was stored since carries :meth:`StudyConfig.fingerprint`. A key that is renamed
in the configuration is put back under its old name here.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from realign_core.recipe import Recipe
from realign_core.support.files.keys import content_key
from subsetsearch.config.study import StudyConfig

_MACHINE = ("device", "eval_tokens", "micro_batch", "gradient_checkpointing", "checkpoint_steps")
_YOUNGER: dict[str, dict[str, Any]] = {
    "realignment": {"schedule": "linear", "all_if_fewer": False},
    "task": {"max_evaluation": None, "pooling": "mean", "long_sentences": "cut"},
    "finetuning": {"repeats": 1, "average_last": 1},
    "parallel.filters": {"drop_letterless": False},
    "realignment.aligner": {"min_found": 0.5},
    "task.train": {"parts": {}},
    "task.evaluation": {"parts": {}},
}
"""Keys that came after the first hashes, left out of them while they had these values."""


def with_younger_keys(settings: dict[str, Any]) -> dict[str, Any]:
    """Complete settings that were stored before a key came whose default now depends on the kind of task.

    Args:
        settings: Of a study, with all keys that there were then; changed.
    """
    recipe = settings["recipe"]
    recipe["task"].setdefault("long_sentences", _YOUNGER["task"]["long_sentences"])
    recipe["parallel"].setdefault("filters", {}).setdefault("drop_letterless", False)
    return settings


def legacy_recipe_hash(recipe: Recipe) -> str:
    """Hash a recipe as before version 2: all its keys, the asked-for kernel among them."""
    parts: dict[str, Any] = recipe.model_dump(mode="json", exclude={"groups", "preset"})
    parts["realignment"]["objective"] = parts["realignment"].pop("loss")
    for key in _MACHINE:
        del parts["compute"][key]
    for table, keys in _YOUNGER.items():
        place = parts
        for name in table.split("."):
            place = place.get(name) or {}
        for key, value in keys.items():
            if place.get(key) == value:
                del place[key]
    return content_key(parts)


def legacy_fingerprint(study: StudyConfig) -> str:
    """Name a study as before version 2.

    Args:
        study: The study as its file has it: with ``auto`` arithmetic, where the file says nothing else.
    """
    parts: dict[str, Any] = study.model_dump(mode="json", include={"pool", "targets", "cost", "proxy"})
    parts["proxy"]["alignment"] = parts["proxy"].pop("retrieval")
    del parts["proxy"]["full"]
    if not study.held_out_matters:  # else the older name was that of other numbers, and is not recognised
        del parts["targets"]["held_out_in_pool"]
    if not study.targets.unlabelled:
        del parts["targets"]["unlabelled"], parts["proxy"]["alignment"]
    if study.proxy.linear.measure == "probe":
        for key in ("measure", "depth"):
            del parts["proxy"]["linear"][key]
    return content_key({"recipe": legacy_recipe_hash(study.recipe), "parts": parts})


def known_fingerprints(study: StudyConfig) -> frozenset[str]:
    """All names that a study has or had.

    Args:
        study: The study, its arithmetic settled or not.
    """
    names, compute = {study.fingerprint(), study.fingerprint(places=True)}, study.recipe.compute
    for precision, attention in product({compute.precision, "auto"}, {compute.attention, "auto"}):
        variant = compute.model_copy(update={"precision": precision, "attention": attention})
        recipe = study.recipe.model_copy(update={"compute": variant})
        names.add(legacy_fingerprint(study.model_copy(update={"recipe": recipe})))
    return frozenset(names)
