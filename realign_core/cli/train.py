"""``realign-core train``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import realign_core
from realign_core.cli.options import (
    CheckpointsOption,
    JsonOption,
    LanguagesOption,
    RecipeArgument,
    SetOption,
    first_word,
    kept,
    read_languages,
    read_recipe,
    read_seeds,
)
from realign_core.support.files.plain_json import to_json
from realign_core.support.program.console import ConsoleProgress, say
from realign_core.support.program.interrupts import interruptible
from realign_core.support.seed_numbers import MOST_SEED
from realign_core.support.settings.config import comma_list

if TYPE_CHECKING:
    from realign_core.runs.saved.trained import TrainedEncoder


def train(
    recipe: RecipeArgument,
    folder: Annotated[
        Path, typer.Option("--output", "-o", help="Folder of the encoder; it appears whole or not at all.")
    ],
    languages: LanguagesOption = "all",
    seed: Annotated[
        int | None,
        typer.Option(
            "--seed", min=0, max=MOST_SEED, help="The run whose weights are saved.", show_default="17"
        ),
    ] = None,
    seeds: Annotated[
        str | None,
        typer.Option("--seeds", help="Several instead, as 17,23,31: the best on development data is kept."),
    ] = None,
    average: Annotated[
        bool,
        typer.Option(
            "--average", help="With --seeds: average their weights too; kept if better than every seed."
        ),
    ] = False,
    head_seed: Annotated[
        int | None,
        typer.Option(
            "--head-seed",
            min=0,
            max=MOST_SEED,
            help="Seed of the head's first weights alone; else the seed of the run.",
        ),
    ] = None,
    targets: Annotated[
        str | None, typer.Option("--targets", help="Target languages, by the task's codes; else all.")
    ] = None,
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

    - realign-core train recipe.toml -l sw,te -o realigned --seeds 17,23,31 --average
    """
    settings = read_recipe(recipe, overrides)
    if seed is not None and seeds is not None:
        raise typer.BadParameter("give either one seed or several", param_hint="--seed, --seeds")
    chosen = read_languages(languages, settings)
    with interruptible(lambda: kept(checkpoints)):
        first_word()
        trained = realign_core.train(
            settings,
            chosen,
            folder,
            seed=17 if seed is None else seed,
            seeds=() if seeds is None else read_seeds(seeds),
            average=average,
            head_seed=head_seed,
            targets=None if targets is None else () if targets == "none" else comma_list(targets),
            task_model=task_model,
            force=force,
            checkpoints=checkpoints,
            progress=ConsoleProgress(),
        )
    _show(trained, as_json)


def _show(trained: TrainedEncoder, as_json: bool) -> None:
    if as_json:
        print(to_json(trained.to_dict()))
    else:
        if trained.choice is not None and not trained.choice.average_lost:
            say(trained.choice.sentence)
        say(f"the encoder is in {trained.folder}: AutoModel.from_pretrained('{trained.folder}')")
