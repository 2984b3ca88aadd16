"""Options that several commands share, and what they say."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from realign_core.data.labelled import Split
from realign_core.recipe import Recipe
from realign_core.support.config import comma_list, parse_overrides

RecipeArgument = Annotated[
    Path, typer.Argument(metavar="RECIPE", help="Recipe file (TOML).", show_default=False)
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override a key of the recipe; may be repeated."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
LanguagesOption = Annotated[
    str,
    typer.Option(
        "--languages", "-l", help="Realignment languages, by the corpus's codes: a,b,c, 'all' or 'none'."
    ),
]
CheckpointsOption = Annotated[
    Path | None,
    typer.Option("--checkpoints", help="Folder of checkpoints, to go on after an interruption."),
]


def read_recipe(path: Path, overrides: list[str] | None) -> Recipe:
    """Read a recipe file with its overrides.

    Raises:
        ConfigError: If they do not fit.
    """
    return Recipe.from_toml(path, parse_overrides(overrides or ()))


def read_languages(text: str, recipe: Recipe) -> tuple[str, ...]:
    """Read a list of languages, or ``all`` or ``none`` of the parallel corpus."""
    if text == "all":
        return tuple(recipe.parallel.languages())
    return () if text == "none" else comma_list(text)


def read_seeds(text: str) -> tuple[int, ...]:
    """Read a list of seeds, each once.

    Raises:
        BadParameter: If there is none, or one is no whole number.
    """
    try:
        seeds = tuple(dict.fromkeys(int(part) for part in comma_list(text)))
    except ValueError as error:
        raise typer.BadParameter(f"'{text}' is no list of whole numbers", param_hint="--seeds") from error
    if not seeds:
        raise typer.BadParameter("at least one seed is needed", param_hint="--seeds")
    return seeds


def read_split(text: str) -> Split:
    """Read the name of a split that runs are scored on.

    Raises:
        BadParameter: If it is none.
    """
    if text not in ("dev", "test"):
        raise typer.BadParameter(f"'{text}' is neither dev nor test", param_hint="--split")
    return "dev" if text == "dev" else "test"
