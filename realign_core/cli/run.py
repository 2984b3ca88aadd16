"""``realign-core run``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import realign_core
from realign_core.cli import views
from realign_core.cli.options import (
    CheckpointsOption,
    DryRunOption,
    JsonOption,
    LanguagesOption,
    RecipeArgument,
    SetOption,
    TimingOption,
    first_word,
    kept,
    read_languages,
    read_recipe,
    read_seeds,
    read_split,
    show_report,
)
from realign_core.support.files.plain_json import to_json
from realign_core.support.program.console import ConsoleProgress, messages
from realign_core.support.program.interrupts import interruptible
from realign_core.support.settings.config import comma_list


def run(
    recipe: RecipeArgument,
    languages: LanguagesOption = "none",
    seeds: Annotated[str, typer.Option("--seeds", help="Seeds: 17,23.")] = "17",
    targets: Annotated[
        str | None,
        typer.Option(
            "--targets", help="Target languages, by the task's codes; all but the source, if left out."
        ),
    ] = None,
    split: Annotated[str, typer.Option("--split", help="dev or test.")] = "test",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="Table of runs, .csv or .parquet; runs that are in it are not repeated."
        ),
    ] = None,
    checkpoints: CheckpointsOption = None,
    dry_run: DryRunOption = False,
    timing: TimingOption = True,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run a recipe: realign, fine-tune, test, once a seed.

    **Examples**

    - realign-core run recipe.toml --languages sw,ga,mn --seeds 17,23 -o runs.csv

    - realign-core run recipe.toml -l none --set realignment.strategy=baseline -o runs.csv

    - realign-core run recipe.toml -l sw,ga --dry-run

    Beside runs.csv a file runs.json keeps recipe, data fingerprints, what was read and left out, versions and
    hardware.
    """
    if not (timing or dry_run):
        raise typer.BadParameter("has no effect without --dry-run", param_hint="--no-timing")
    settings = read_recipe(recipe, overrides)
    if dry_run:
        report = realign_core.check(
            settings,
            read_languages(languages, settings),
            targets=comma_list(targets) if targets else None,
            split=read_split(split),
            runs=len(read_seeds(seeds)),
            checkpoints=checkpoints,
            timing=timing,
        )
        show_report(report, as_json=as_json)
        return
    chosen, numbers, part = read_languages(languages, settings), read_seeds(seeds), read_split(split)
    with interruptible(lambda: kept(checkpoints, output)):
        first_word()
        results = realign_core.run_many(
            settings,
            chosen,
            seeds=numbers,
            targets=comma_list(targets) if targets else None,
            split=part,
            output=output,
            checkpoints=checkpoints,
            progress=ConsoleProgress(),
        )
    if not _is_first():
        return
    if as_json:
        print(to_json(results.to_dict()))
        return
    views.print_runs(results, settings)
    if output:
        messages.print(f"written to {output}")


def _is_first() -> bool:
    """Whether this is the one of several training processes that says what came out."""
    from realign_core.training.distributed import replicas  # loads what --help does without

    return replicas().first
