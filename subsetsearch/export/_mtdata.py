"""mtdata: a recipe that downloads the chosen languages' parallel text."""

from __future__ import annotations

import re

from realign_core.data.parallel import ParallelSource
from realign_core.support.files.keys import content_key
from subsetsearch.analysis.front.choice import Choice
from subsetsearch.export._corpora import rows_with
from subsetsearch.export._json import dump_yaml
from subsetsearch.export._text import comment, one_line


def to_mtdata(choice: Choice, _parallel: ParallelSource | None) -> str:
    """Write a recipe of mtdata 0.5: OPUS-100 where it has the language, else NLLB; FLORES-200 as dev.

    Raises:
        LanguageError: If mtdata's index has no training data of a language with English.
        SelectionError: If the choice has no languages.
    """
    rows = rows_with(choice, "mtdata", "mtdata_train")
    name = recipe_id(choice)
    recipe = {
        "id": name,
        "langs": "eng-mul",
        "desc": one_line(choice.title),
        "train": [row.mtdata_train for row in rows],
    }
    dev = [row.mtdata_dev for row in rows if row.mtdata_dev]
    if dev:
        recipe["dev"] = dev
    header = comment(
        choice.title,
        "Save as mtdata.recipes.NAME.yml in the working folder (or in $MTDATA_RECIPES), then:",
        f"  mtdata get-recipe -ri {name} -o data",
        "Checked against the index of mtdata 0.5.1.",
    )
    return header + dump_yaml([recipe])


def recipe_id(choice: Choice) -> str:
    """Name a recipe: study and trial in plain characters, and a hash of the languages."""
    study_name = re.sub(r"[^a-z0-9]+", "_", (choice.study or "subset").lower()).strip("_")[:40] or "subset"
    trial = "" if choice.trial is None else f"_trial{choice.trial}"
    return f"{study_name}{trial}_{content_key(list(choice.languages))[:8]}"
