"""``realign-core train``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

import realign_core
from realign_core.cli.options import (
    CheckpointsOption,
    JsonOption,
    LanguagesOption,
    RecipeArgument,
    SetOption,
    read_languages,
    read_recipe,
)
from realign_core.support.console import ConsoleProgress, say


def train(
    recipe: RecipeArgument,
    folder: Annotated[
        Path, typer.Option("--output", "-o", help="Folder of the encoder; it appears whole or not at all.")
    ],
    languages: LanguagesOption = "all",
    seed: Annotated[int, typer.Option("--seed", help="The run whose weights are saved.")] = 17,
    task_model: Annotated[
        bool,
        typer.Option("--task-model", help="Also fine-tune, and save the task's model in FOLDER/task-model."),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an encoder that was saved there.")] = False,
    checkpoints: CheckpointsOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Realign the encoder and save it: AutoModel and AutoTokenizer load the folder offline.

    **Examples**

    - realign-core train recipe.toml -l sw,te -o realigned

    - realign-core train recipe.toml -l sw,te -o realigned --seed 23 --task-model --force
    """
    settings = read_recipe(recipe, overrides)
    trained = realign_core.train(
        settings,
        read_languages(languages, settings),
        folder,
        seed=seed,
        task_model=task_model,
        force=force,
        checkpoints=checkpoints,
        progress=ConsoleProgress(),
    )
    if as_json:
        print(json.dumps(asdict(trained) | {"folder": str(trained.folder)}, ensure_ascii=False, indent=1))
    else:
        say(f"the encoder is in {trained.folder}: AutoModel.from_pretrained('{trained.folder}')")
