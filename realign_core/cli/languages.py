"""``realign-core languages``."""

from __future__ import annotations

import realign_core
from realign_core.cli.options import JsonOption, RecipeArgument, SetOption, read_recipe
from realign_core.support.files.plain_json import to_json


def languages(recipe: RecipeArgument, overrides: SetOption = None, as_json: JsonOption = False) -> None:
    """List the languages of a recipe's corpora: parallel text, and evaluation by split."""
    by_corpus = realign_core.corpus_languages(read_recipe(recipe, overrides))
    if as_json:
        print(to_json(by_corpus))
        return
    for name, codes in by_corpus.items():
        print(f"{name} ({len(codes)}): {' '.join(codes)}")
