"""``realign-core align``."""

from __future__ import annotations

from dataclasses import asdict

import realign_core
from realign_core.cli import views
from realign_core.cli.options import (
    JsonOption,
    LanguagesOption,
    RecipeArgument,
    SetOption,
    read_languages,
    read_recipe,
)
from realign_core.support.files.plain_json import to_json
from realign_core.support.program.console import ConsoleProgress


def align(
    recipe: RecipeArgument,
    languages: LanguagesOption = "all",
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say how many words the recipe's aligner links, language by language.

    Example:
        realign-core align recipe.toml -l swa,yor --set realignment.aligner.kind=encoder
    """
    settings = read_recipe(recipe, overrides)
    counts = realign_core.count_links(settings, read_languages(languages, settings), ConsoleProgress())
    if as_json:
        print(to_json([asdict(count) for count in counts]))
    else:
        views.print_links(counts)
