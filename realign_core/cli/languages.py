"""``realign-core languages``."""

from __future__ import annotations

import json

import realign_core
from realign_core.cli.options import JsonOption, RecipeArgument, SetOption, read_recipe


def languages(recipe: RecipeArgument, overrides: SetOption = None, as_json: JsonOption = False) -> None:
    """List the languages of a recipe's corpora: parallel text, and evaluation by split."""
    by_corpus = realign_core.corpus_languages(read_recipe(recipe, overrides))
    if as_json:
        print(json.dumps(by_corpus, ensure_ascii=False, indent=1))
        return
    for name, codes in by_corpus.items():
        print(f"{name} ({len(codes)}): {' '.join(codes)}")
