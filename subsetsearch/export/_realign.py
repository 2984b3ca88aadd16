"""A ``realign_core`` recipe that repeats the run."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from realign_core.data.parallel import ParallelSource
from subsetsearch.analysis.choice import Choice
from subsetsearch.errors import ConfigError, LanguageError, RealignError
from subsetsearch.export._corpora import corpus_codes
from subsetsearch.export._text import comment, toml
from subsetsearch.languages import by_key

if TYPE_CHECKING:
    from realign_core.recipe import Recipe


@dataclass(frozen=True, slots=True)
class RealignExporter:
    """Recipe file; languages, targets and seeds, which are no part of a recipe, stand in its head."""

    name: ClassVar[str] = "realign"
    description: ClassVar[str] = "realign_core recipe (TOML) that repeats the run"
    suffix: ClassVar[str] = ".toml"

    def render(self, choice: Choice, parallel: ParallelSource | None = None) -> str:
        """Write the recipe; it loads with ``realign_core.recipe.Recipe.from_toml``.

        Args:
            choice: Its recipe is written; the default recipe, if it has none.
            parallel: Replaces the recipe's parallel text.

        Raises:
            ConfigError: If the choice's recipe is not a valid one.
            LanguageError: If the recipe's corpus is here and lacks a chosen language.
        """
        from pydantic import ValidationError

        from realign_core.recipe import Recipe

        content: dict[str, Any] = dict(choice.recipe or {})
        if parallel is not None:
            content["parallel"] = parallel
        try:
            recipe = Recipe.model_validate(content)
        except ValidationError as error:
            raise ConfigError(f"the recipe of the choice is not valid: {error}", where="export") from error
        recipe = _at_level(recipe, choice.pairs_per_language)
        codes = _corpus_codes(choice, recipe.parallel)
        targets = _task_codes(choice, recipe)
        targets_text = f", targets={json.dumps(targets)}" if targets else ""
        seeds = list(choice.seeds) or [17]
        head = comment(
            choice.title,
            f"Languages: {', '.join(choice.languages) or 'none'}",
            *_measured(choice),
            f"Repeat the run in a shell: {_command(codes, seeds, targets)}",
            "or in Python:",
            "  from pathlib import Path",
            "  from realign_core import Recipe, run",
            f"  for seed in {seeds}:",
            f"      run(Recipe.from_toml(Path('THIS FILE')), {json.dumps(codes)}, seed=seed{targets_text})",
        )
        return head + toml(recipe.model_dump(mode="json", exclude_none=True))


def _measured(choice: Choice) -> list[str]:
    """Tell what a repeated run should come to: as many per cent, apart for the seeds that no choice saw."""
    told = []
    if choice.accuracy is not None:
        told.append(
            f"Measured: {100 * choice.accuracy:.1f} % with the seeds below, which the choice has seen"
        )
    if choice.fresh is not None:
        seeds = ", ".join(map(str, choice.fresh.seeds))
        told.append(
            f"Measured: {100 * choice.fresh.accuracy:.1f} % with fresh seeds, drawn after it: {seeds}"
        )
    return told


def _at_level(recipe: Recipe, pairs: int | None) -> Recipe:
    """Let each language give at most so many pairs, as a study does at a level.

    The recipe's own number stays exact, as it was in the study.
    """
    if pairs in (None, recipe.realignment.pairs_per_language):
        return recipe
    change = {"pairs_per_language": pairs, "all_if_fewer": True}
    return recipe.model_copy(update={"realignment": recipe.realignment.model_copy(update=change)})


def _command(codes: list[str], seeds: list[int], targets: list[str]) -> str:
    words = ["realign-core", "run", "FILE", "--languages", ",".join(codes) or "none"]
    words += ["--seeds", ",".join(map(str, seeds))]
    return shlex.join(words + (["--targets", ",".join(targets)] if targets else []))


def _corpus_codes(choice: Choice, source: ParallelSource) -> list[str]:
    """The corpus's own codes; the keys, where the corpus is not on this machine."""
    try:
        return sorted(corpus_codes(choice, source).values())
    except LanguageError:
        raise
    except RealignError:
        return list(choice.languages)


def _task_codes(choice: Choice, recipe: Recipe) -> list[str]:
    """The task's own codes of the target languages.

    None, which means all, if these are all, or if the task is not on this machine or lacks one.
    """
    try:
        tested = recipe.task.evaluated.languages("test")
    except RealignError:
        return []
    codes = by_key(tested)
    found = [codes[key] for key in choice.eval_languages if key in codes]
    if len(found) < len(choice.eval_languages) or set(found) == set(tested):
        return []
    return found
