"""The command that saves the realigned encoder: ``realign``."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from realign_core.support.config import comma_list
from subsetsearch.cli.options import Pairs, Pick, StudyOptions
from subsetsearch.cli.views.plain import print_json, print_path
from subsetsearch.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Realign(StudyOptions):
    """Realign the encoder with a chosen subset and save it, for transformers and sentence-transformers.

    It has the weights that the full run of this seed measured.

    **Examples**

    - subsetsearch realign studies/quickstart.toml -o encoder

    - subsetsearch realign studies/quickstart.toml --pick knee -o encoder --seed 23

    - subsetsearch realign studies/quickstart.toml --languages sw,te -o encoder
    """

    output: Annotated[
        Path, typer.Option("-o", "--output", help="Folder of the encoder; it appears whole or not at all.")
    ]
    pick: Pick = None
    languages: Annotated[
        str | None, typer.Option("--languages", help="A subset of your own, comma-separated.")
    ] = None
    pairs: Pairs = None
    seed: Annotated[int | None, typer.Option("--seed", help="Else the first of the study's.")] = None
    task_model: Annotated[
        bool,
        typer.Option("--task-model", help="Also fine-tune, and save the task's model in FOLDER/task-model."),
    ] = False
    force: Annotated[bool, typer.Option("--force", help="Replace an encoder that was saved there.")] = False

    def run(self) -> None:
        """Realign, and say where the encoder is."""
        if self.languages is not None and self.pick is not None:
            raise ConfigError(
                "there is nothing to pick from --languages", where="--pick", fix="leave one out"
            )
        own = None if self.languages is None else comma_list(self.languages)
        trained = self.open().realign(
            own or self.pick or "recommended",
            self.output,
            pairs=self.pairs,
            seed=self.seed,
            task_model=self.task_model,
            force=self.force,
        )
        if self.as_json:
            print_json(asdict(trained) | {"folder": str(trained.folder)})
        else:
            print_path(trained.folder, "the encoder is in ")
