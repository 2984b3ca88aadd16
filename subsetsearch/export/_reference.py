"""Arguments of the published scripts (Nguyen et al. 2025, arXiv 2511.06497)."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from realign_core.data.parallel import ParallelSource
from realign_core.files import content_key
from subsetsearch.export._corpora import rows_with
from subsetsearch.export._text import comment
from subsetsearch.export.choice import Choice
from subsetsearch.languages import Language, resolve

PUBLISHED_SEEDS = (42, 66, 23, 17)
PUBLISHED_STEPS = 24_544
_EPOCHS = {"xnli": 2}
_TASKS = {"xnli": "xnli", "conllu": "xtreme_r.udpos", "iob2": "wikiann", "squad": "xquad"}


@dataclass(frozen=True, slots=True)
class ReferenceExporter:
    """Shell script that calls ``controlled_realignment.py`` once, with an output file of its own.

    The published scripts resume by seed, model, task and method but not by languages, so two
    subsets in one file would be taken for one.
    """

    name: ClassVar[str] = "reference-cli"
    description: ClassVar[str] = "call of the published controlled_realignment.py"
    suffix: ClassVar[str] = ".sh"

    def render(self, choice: Choice, _parallel: ParallelSource | None = None) -> str:
        """Write the script; steps, model and task follow the paper unless the recipe says otherwise.

        Raises:
            LanguageError: If neither OPUS-100 nor NLLB, from which the scripts read, has a language.
            SelectionError: If the choice has no languages.
        """
        rows = rows_with(choice, "the published data (OPUS-100, NLLB)", "published", "opus100", "nllb")
        right = [row.published or row.opus100_code or row.key for row in rows]
        targets = choice.eval_languages or choice.languages
        left, task, model = _from_recipe(choice.recipe)
        parts = [
            'python scripts/2025_aacl/controlled_realignment.py --translation_dir "$TRANSLATION_DIR"',
            "--strategies before_noaligner",
            shlex.join(["--models", model]),
            shlex.join(["--tasks", task]),
            shlex.join(["--left_lang", left]),
            shlex.join(["--right_langs", *right]),
            shlex.join(["--eval_langs", *(_eval_code(resolve(key)) for key in targets)]),
            f"--seeds {' '.join(str(seed) for seed in choice.seeds or PUBLISHED_SEEDS)}",
            f"--n_epochs {_EPOCHS.get(task, 5)}",
            f"--realignment_steps {PUBLISHED_STEPS}",
            f'--output_file "$RESULTS/subset_{content_key(list(choice.languages))}.csv"',
        ]
        head = comment(
            choice.title,
            f"Languages: {', '.join(choice.languages)}",
            "Run in a checkout of the published scripts. TRANSLATION_DIR holds en-CODE.tokenized.train.txt",
            "with the English side first.",
        )
        variables = 'TRANSLATION_DIR="${TRANSLATION_DIR:?folder of en-CODE.tokenized.train.txt}"\n'
        return (
            f"#!/usr/bin/env bash\n{head}set -euo pipefail\n{variables}"
            f'RESULTS="${{RESULTS:-results}}"\nmkdir -p "$RESULTS"\n' + " \\\n  ".join(parts) + "\n"
        )


def _from_recipe(recipe: Mapping[str, Any] | None) -> tuple[str, str, str]:
    """Source language, task and model; the paper's where the scripts know no equivalent."""
    if recipe is None:
        return "en", "xnli", "xlm-roberta-base"
    task = recipe.get("task", {})
    model = recipe.get("encoder", {}).get("name", "bundled")
    format_ = task.get("train", {}).get("format", "")
    return (
        task.get("source_language", "en"),
        _TASKS.get(format_, "xnli"),
        "xlm-roberta-base" if model == "bundled" else model,
    )


def _eval_code(language: Language) -> str:
    """Code of the published evaluation data: two letters where there are some, else three."""
    return language.find_code("iso639_1") or language.iso639_3
