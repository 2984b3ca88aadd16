"""Options that several commands share, and what they say."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from realign_core.data.labelled import Split
from realign_core.recipe import Recipe
from realign_core.support.files.plain_json import to_json
from realign_core.support.program.console import messages, results, say, tell_findings
from realign_core.support.seed_numbers import MOST_SEED, is_seed
from realign_core.support.settings.config import comma_list, parse_overrides

if TYPE_CHECKING:
    from realign_core.runs.dry_run.dry_run import CheckReport

RecipeArgument = Annotated[
    Path, typer.Argument(metavar="RECIPE", help="Recipe file (TOML).", show_default=False)
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Override a key of the recipe; may be repeated."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
LanguagesOption = Annotated[
    str,
    typer.Option(
        "--languages", "-l", help="Realignment languages, by the corpus's codes: a,b,c, 'all' or 'none'."
    ),
]
CheckpointsOption = Annotated[
    Path | None,
    typer.Option("--checkpoints", help="Folder of checkpoints, to go on after an interruption."),
]

DryRunOption = Annotated[
    bool,
    typer.Option(
        "--dry-run", help="Check everything, say what will happen and how long it takes; keep nothing."
    ),
]
TimingOption = Annotated[
    bool, typer.Option("--timing/--no-timing", help="With --dry-run: take a few steps to estimate the time.")
]


def first_word() -> None:
    """Say what is being done before torch is loaded, which alone takes seconds."""
    if messages.is_terminal:
        messages.print("reading corpora and encoder ...")


def kept(checkpoints: Path | None, output: Path | None = None) -> str:
    """Say, after an interruption, what is kept and which command goes on."""
    command = shlex.join(["realign-core", *sys.argv[1:]])
    parts = [f"finished runs are in {output}"] if output else []
    parts += [f"checkpoints are in {checkpoints}"] if checkpoints else []
    if not parts:
        options = "--checkpoints FOLDER and --output FILE keep work"
        return f"nothing is kept ({options}), and this begins anew: {command}"
    return f"{' and '.join(parts)}, and this goes on: {command}"


def show_report(report: CheckReport, *, as_json: bool) -> None:
    """Print what a dry run found.

    Raises:
        Exit: With status 1, if something would stop the run.
    """
    from realign_core.runs.dry_run.subject import last_word  # loads what other commands do without

    if as_json:
        print(to_json(report.to_dict()))
    else:
        grid = Table.grid(padding=(0, 2))
        for label, text in report.lines():
            grid.add_row(label, escape(text))
        results.print(grid)
    tell_findings((str(finding), finding.stops) for finding in report.findings)
    if not report.passed:
        raise typer.Exit(1)
    if not as_json:
        say(last_word(report.findings))


def read_recipe(path: Path, overrides: list[str] | None) -> Recipe:
    """Read a recipe file with its overrides.

    Raises:
        ConfigError: If they do not fit.
    """
    return Recipe.from_toml(path, parse_overrides(overrides or ()))


def read_languages(text: str, recipe: Recipe) -> tuple[str, ...]:
    """Read a list of languages, or ``all`` or ``none`` of the parallel corpus."""
    if text == "all":
        return tuple(recipe.parallel.languages())
    return () if text == "none" else comma_list(text)


def read_seeds(text: str) -> tuple[int, ...]:
    """Read a list of seeds, each once.

    Raises:
        BadParameter: If there is none, or one is no seed.
    """
    try:
        seeds = tuple(dict.fromkeys(int(part) for part in comma_list(text)))
    except ValueError as error:
        raise typer.BadParameter(f"'{text}' is no list of whole numbers", param_hint="--seeds") from error
    bad = next((seed for seed in seeds if not is_seed(seed)), None)
    if bad is not None:
        raise typer.BadParameter(f"{bad} is no seed: these go from 0 to {MOST_SEED}", param_hint="--seeds")
    if not seeds:
        raise typer.BadParameter("at least one seed is needed", param_hint="--seeds")
    return seeds


def read_split(text: str) -> Split:
    """Read the name of a split that runs are scored on.

    Raises:
        BadParameter: If it is none.
    """
    if text not in ("dev", "test"):
        raise typer.BadParameter(f"'{text}' is neither dev nor test", param_hint="--split")
    return "dev" if text == "dev" else "test"
