"""Arguments of the published scripts (Nguyen et al. 2025, arXiv 2511.06497)."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from realign_core.data.parallel import ParallelSource
from realign_core.support.files.keys import content_key
from subsetsearch.analysis.front.choice import Choice
from subsetsearch.export._corpora import rows_with
from subsetsearch.export._text import comment
from subsetsearch.languages import Language, resolve

PUBLISHED_SEEDS = (42, 66, 23, 17)
PUBLISHED_STEPS = 24_544
PUBLISHED_MODEL = "xlm-roberta-base"
_EPOCHS = {"xnli": 2}
_TASKS = {"xnli": "xnli", "conllu": "xtreme_r.udpos", "iob2": "wikiann", "squad": "xquad"}
_LIKE = {"text": "xnli", "pos": "xtreme_r.udpos", "ner": "wikiann", "qa": "xquad"}
"""Kind of task to the published one of that kind, where the data are others."""


def to_reference(choice: Choice, _parallel: ParallelSource | None) -> str:
    """Write a script that calls ``controlled_realignment.py`` once, with a results file of its own.

    The published scripts resume by seed, model, task and method but not by languages, so they would take
    two subsets in one file for one. Steps and epochs are the paper's, model and task the recipe's; what the
    scripts do not know is replaced by its nearest relative, and the head says so.

    Raises:
        LanguageError: If neither OPUS-100 nor NLLB, from which the scripts read, has a language.
        SelectionError: If the choice has no languages.
    """
    rows = rows_with(choice, "the published data (OPUS-100, NLLB)", "published", "opus100", "nllb")
    right = [row.published or row.opus100_code or row.key for row in rows]
    targets = choice.eval_languages or choice.languages
    setting = _Setting.of(choice.recipe)
    parts = [
        'python scripts/2025_aacl/controlled_realignment.py --translation_dir "$TRANSLATION_DIR"',
        "--strategies before_noaligner",
        shlex.join(["--models", setting.model]),
        shlex.join(["--tasks", setting.task]),
        shlex.join(["--left_lang", setting.source]),
        shlex.join(["--right_langs", *right]),
        shlex.join(["--eval_langs", *(_eval_code(resolve(key)) for key in targets)]),
        f"--seeds {' '.join(str(seed) for seed in choice.seeds or PUBLISHED_SEEDS)}",
        f"--n_epochs {_EPOCHS.get(setting.task, 5)}",
        f"--realignment_steps {PUBLISHED_STEPS}",
        f'--output_file "$RESULTS/subset_{content_key(list(choice.languages))}.csv"',
    ]
    head = comment(
        choice.title,
        f"Languages: {', '.join(choice.languages)}",
        "Run in a checkout of the published scripts. TRANSLATION_DIR holds en-CODE.tokenized.train.txt",
        "with the English side first.",
        *setting.notes,
    )
    variables = 'TRANSLATION_DIR="${TRANSLATION_DIR:?folder of en-CODE.tokenized.train.txt}"\n'
    return (
        f"#!/usr/bin/env bash\n{head}set -euo pipefail\n{variables}"
        f'RESULTS="${{RESULTS:-results}}"\nmkdir -p "$RESULTS"\n' + " \\\n  ".join(parts) + "\n"
    )


@dataclass(frozen=True, slots=True)
class _Setting:
    """A recipe as far as the scripts can follow it.

    Args:
        source: Language of the labelled data.
        task: A task of the scripts.
        model: Name of the encoder.
        notes: Sentences on what stands in for what.
    """

    source: str = "en"
    task: str = "xnli"
    model: str = PUBLISHED_MODEL
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, recipe: Mapping[str, Any] | None) -> _Setting:
        """Read a recipe; the paper's setting without one."""
        if recipe is None:
            return cls()
        task, notes = recipe.get("task", {}), []
        data, kind = task.get("train", {}).get("format", ""), task.get("kind", "text")
        name = _TASKS.get(data) or _LIKE.get(kind, "xnli")
        if data not in _TASKS:
            notes.append(f"The scripts do not know the task ({kind}, {data}): {name} stands in for it.")
        model = recipe.get("encoder", {}).get("name", "bundled")
        if model == "bundled":
            model = PUBLISHED_MODEL
            notes.append(f"The scripts do not know the encoder: {model} stands in for it.")
        realigned = recipe.get("realignment", {})
        way = realigned.get("strategy", "before"), realigned.get("aligner", {}).get("kind", "sentence")
        if way != ("before", "sentence"):
            notes.append(f"The study realigns otherwise ({way[0]}, {way[1]} aligner).")
        source = _eval_code(resolve(task.get("source_language", "en")))
        return cls(source, name, model, tuple(notes))


def _eval_code(language: Language) -> str:
    """Code of the published evaluation data: two letters where there are some, else three."""
    return language.find_code("iso639_1") or language.iso639_3
