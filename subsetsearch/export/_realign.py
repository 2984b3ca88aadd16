"""A ``realign_core`` recipe that repeats the run."""

from __future__ import annotations

import json
import shlex

import tomli_w

from realign_core.data.parallel import ParallelSource
from realign_core.encoder.revision import pinned
from realign_core.recipe import Recipe
from subsetsearch.analysis.front.choice import Choice
from subsetsearch.analysis.text.wording import percent
from subsetsearch.errors import LanguageError, RealignError
from subsetsearch.export._corpora import corpus_codes, recipe_of
from subsetsearch.export._text import comment
from subsetsearch.languages import by_key


def to_realign(choice: Choice, parallel: ParallelSource | None) -> str:
    """Write the recipe; it loads with ``realign_core.recipe.Recipe.from_toml``.

    Languages, targets and seeds, which are no part of a recipe, stand in its head.

    Args:
        choice: Its recipe is written; the default recipe, if it has none.
        parallel: Replaces the recipe's parallel text.

    Raises:
        ConfigError: If the choice's recipe is not a valid one.
        LanguageError: If the recipe's corpus is here and lacks a chosen language.
    """
    recipe = recipe_of(choice)
    if parallel is not None:
        recipe = recipe.model_copy(update={"parallel": parallel})
    recipe = _with_limit(recipe, choice.pairs_per_language)
    recipe = recipe.model_copy(update={"encoder": pinned(recipe.encoder)})
    codes = _corpus_codes(choice, recipe.parallel)
    codes_of, targets = _task_codes(choice, recipe)
    held_out = tuple(sorted(codes_of[key] for key in choice.held_out if key in codes_of))
    if held_out:
        recipe = recipe.model_copy(update={"groups": {**recipe.groups, "held_out": held_out}})
    targets_text = f", targets={json.dumps(targets)}" if targets else ""
    seeds = list(choice.seeds) or [17]
    head = comment(
        choice.title,
        f"Languages: {', '.join(choice.languages) or 'none'}",
        *_measured(choice),
        f"Repeat the run in a shell: {_command(codes, seeds, targets)}",
        "or in Python:",
        "  from realign_core import Recipe, run",
        f"  for seed in {seeds}:",
        f"      run(Recipe.from_toml('THIS FILE'), {json.dumps(codes)}, seed=seed{targets_text})",
    )
    return head + tomli_w.dumps(recipe.portable(exclude_none=True))


def _measured(choice: Choice) -> list[str]:
    """Say what a repeated run should come to, apart for the seeds that no choice saw."""
    lines = [choice.note] if choice.note else []
    if choice.accuracy is not None:
        lines.append(f"Measured: {percent(choice.accuracy)} with the seeds below, which the choice has seen")
    if choice.held_out_accuracy is not None:
        lines.append(
            f"Measured on held-out targets, in a mean of their own: {percent(choice.held_out_accuracy)}"
        )
    if choice.fresh is not None:
        seeds = ", ".join(map(str, choice.fresh.seeds))
        lines.append(f"Measured: {percent(choice.fresh.accuracy)} with fresh seeds, drawn after it: {seeds}")
    return lines


def _with_limit(recipe: Recipe, pairs: int | None) -> Recipe:
    """Let each language give at most so many pairs, as a study's trials do.

    The recipe's own number stays exact, as it was in the study.
    """
    if pairs in (None, recipe.realignment.pairs_per_language):
        return recipe
    change = {"pairs_per_language": pairs, "all_if_fewer": True}
    return recipe.model_copy(update={"realignment": recipe.realignment.model_copy(update=change)})


def _command(codes: list[str], seeds: list[int], targets: list[str]) -> str:
    call = ["realign-core", "run", "FILE", "--languages", ",".join(codes) or "none"]
    call += ["--seeds", ",".join(map(str, seeds))]
    return shlex.join(call + (["--targets", ",".join(targets)] if targets else []))


def _corpus_codes(choice: Choice, source: ParallelSource) -> list[str]:
    """The corpus's own codes; the keys, where the corpus is not on this machine."""
    try:
        return sorted(corpus_codes(choice, source).values())
    except LanguageError:
        raise
    except RealignError:
        return list(choice.languages)


def _task_codes(choice: Choice, recipe: Recipe) -> tuple[dict[str, str], list[str]]:
    """The task's own codes by key, and those of the target languages.

    No targets, which means all, if these are all, or if the task is not on this machine or lacks one.
    """
    try:
        tested = recipe.task.evaluated.languages("test")
    except RealignError:
        return {}, []
    codes = by_key(tested)
    chosen = [codes[key] for key in choice.eval_languages if key in codes]
    everything = {code for code in tested if not recipe.task.is_source(code)}
    return codes, [] if len(chosen) < len(choice.eval_languages) or set(chosen) == everything else chosen
