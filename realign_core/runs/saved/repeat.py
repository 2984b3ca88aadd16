"""What makes the same weights again: a recipe with every setting, and a command."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any

import tomli_w

from realign_core.recipe import Recipe
from realign_core.runs.saved.options import TrainOptions
from realign_core.runs.saved.trained import TrainedEncoder
from realign_core.runs.saved.weights import Weights
from realign_core.runs.workspace.workspace import Workspace
from realign_core.support.settings.paths import for_file_in

RECIPE = "recipe.toml"
"""The recipe's name in the folder of an encoder."""


def repeat_command(weights: Weights, trained: TrainedEncoder, options: TrainOptions) -> str:
    """Write the command that makes the same weights again, beside ``recipe.toml``."""
    words = ["realign-core", "train", RECIPE, "-l", ",".join(trained.languages) or "none"]
    if trained.averaged:
        words += ["--seeds", ",".join(map(str, trained.averaged)), "--average"]
    else:
        words += ["--seed", str(trained.seed)]
    finetuned = options.finetunes(weights.workspace.recipe)
    if finetuned and options.head_seed not in (None, trained.seed):
        words += ["--head-seed", str(options.head_seed)]
    if trained.averaged or finetuned:
        words += _target_words(weights.workspace)
    words += ["--task-model"] * options.task_model
    return shlex.join([*words, "-o", "FOLDER"])


def _target_words(workspace: Workspace) -> list[str]:
    """Name the targets, unless they are all that the task has: fine-tuning moves the rows of their words."""
    if not workspace.evaluation:
        return ["--targets", "none"]
    split, by_code = next(iter(workspace.evaluation.items()))
    task = workspace.recipe.task
    all_targets = {code for code in task.evaluated.languages(split) if not task.is_source(code)}
    return [] if set(by_code) == all_targets else ["--targets", ",".join(by_code)]


def repeat_recipe(recipe: Recipe, trained: TrainedEncoder, command: str) -> str:
    """Write every setting, with paths that hold wherever the folder is moved together with its data."""
    context = for_file_in(trained.folder)
    content = recipe.model_dump(mode="json", exclude={"preset"}, exclude_none=True, context=context)
    text = tomli_w.dumps(content)
    head = [
        "Makes the weights beside it again, with the same data, versions and kind of processor:",
        "",
        f"  {command}",
        "",
        "Every setting is here; what is not has no value. "
        f"Computed with torch {trained.environment['torch']} on {trained.environment['device']}.",
    ]
    if trained.pairs_by_language:
        pairs = ", ".join(f"{code} {n}" for code, n in trained.pairs_by_language.items())
        head.append(f"Different sentence pairs by language: {pairs}.")
    head += _path_notes(content)
    return "".join(f"# {line}".rstrip() + "\n" for line in head) + "\n" + text


def _path_notes(content: Mapping[str, Any]) -> list[str]:
    """Say what to set before the recipe is used on another machine."""
    written = list(_texts(content))
    variables = sorted({name for text in written for name in re.findall(r"\$\{?(\w+)\}?", text)})
    absolute = sorted(
        {text for text in written if text.startswith(("~", "/")) or re.match(r"[A-Za-z]:[\\/]", text)}
    )
    relative = sorted({text for text in written if text.startswith("..")})
    notes = [f"Set the environment variable {name} to the folder that is meant." for name in variables]
    if relative:
        notes.append(f"Relative to this file; change them if it is moved without them: {', '.join(relative)}")
    if absolute:
        notes.append(f"On another machine, change: {', '.join(absolute)}")
    return notes


def _texts(content: Any) -> list[str]:
    if isinstance(content, str):
        return [content]
    values = (
        content.values() if isinstance(content, Mapping) else content if isinstance(content, list) else ()
    )
    return [text for value in values for text in _texts(value)]
