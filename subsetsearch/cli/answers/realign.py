"""The command that saves the realigned encoder: ``realign``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from realign_core.support.seed_numbers import MOST_SEED
from realign_core.support.settings.config import comma_list
from subsetsearch.cli.idle import Idle
from subsetsearch.cli.options import Asking, OwnLanguages, Pairs, Pick, StudyOptions, note, read_seeds, typed
from subsetsearch.cli.views.plain import print_json, print_path
from subsetsearch.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Realign(StudyOptions, Asking):
    """Realign the encoder with a chosen subset and save it, for transformers and sentence-transformers.

    It has the weights that the full run of this seed measured. The folder also holds a model card (README.md)
    and the recipe that makes the same weights again.

    **Examples**

    - subsetsearch realign studies/quickstart.toml -o encoder

    - subsetsearch realign studies/quickstart.toml --pick knee -o encoder --seed 23

    - subsetsearch realign studies/quickstart.toml --languages sw,te -o encoder

    - subsetsearch realign studies/quickstart.toml -o encoder --seeds 17,23,31 --average
    """

    output: Annotated[
        Path, typer.Option("-o", "--output", help="Folder of the encoder; it appears whole or not at all.")
    ]
    pick: Pick = None
    languages: OwnLanguages = None
    pairs: Pairs = None
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, max=MOST_SEED, help="Else the first of the study's.")
    ] = None
    seeds: Annotated[
        str | None,
        typer.Option("--seeds", help="Several instead, as 17,23,31: the best on development data is kept."),
    ] = None
    average: Annotated[
        bool,
        typer.Option(
            "--average", help="With --seeds: average their weights too; kept if better than every seed."
        ),
    ] = False
    task_model: Annotated[
        bool,
        typer.Option("--task-model", help="Also fine-tune, and save the task's model in FOLDER/task-model."),
    ] = False
    force: Annotated[bool, typer.Option("--force", help="Replace an encoder that was saved there.")] = False

    def idle(self) -> Idle:
        """Name options that have no effect beside those that were given."""
        if self.languages is None:
            yield "pairs", "without --languages"
        else:
            yield "targets over tolerance", "with --languages, which need no rule to choose them"

    def run(self) -> None:
        """Realign, and say where the encoder is."""
        if self.languages is not None and self.pick is not None:
            raise ConfigError(
                "there is nothing to pick from --languages", where="--pick", fix="leave one out"
            )
        if self.seed is not None and self.seeds is not None:
            raise ConfigError("one seed and several", where="--seeds", fix="leave --seed out")
        languages = None if self.languages is None else comma_list(self.languages)
        study = self.open()
        rule = self.pick or "recommended"
        trained = study.realign(
            languages or (study.pick(rule, self.targets, **self.asked) if self.asks else rule),
            self.output,
            pairs=self.pairs,
            seed=self.seed,
            seeds=read_seeds(self.seeds) or (),
            average=self.average,
            task_model=self.task_model,
            force=self.force,
        )
        if trained.choice is not None and not trained.choice.average_lost:
            note(trained.choice.sentence)
        if self.as_json:
            print_json(trained.to_dict())
        else:
            print_path(trained.folder, "the encoder is in ")

    def kept(self) -> str:
        """Say that nothing is saved yet, and which command goes on."""
        return f"no encoder is saved yet; from its last checkpoint, if there is one, this goes on: {typed()}"
