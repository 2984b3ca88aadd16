"""The ``realign-core`` command: results on stdout, progress and logs on stderr."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from realign_core.recipe import Recipe
from realign_core.support import console
from realign_core.support.config import comma_list, parse_overrides
from realign_core.support.errors import ConfigError, RealignError
from realign_core.support.threads import share_cores

if TYPE_CHECKING:
    import pandas as pd

    from realign_core.data.labelled import Split

app = typer.Typer(
    name="realign-core",
    help="Realign a multilingual encoder, fine-tune it on one language, test it in others.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

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
SeedsOption = Annotated[str, typer.Option("--seeds", help="Seeds: 17,23.")]
TargetsOption = Annotated[
    str | None, typer.Option("--targets", help="Target languages, by the task's codes; all, if left out.")
]
SplitOption = Annotated[str, typer.Option("--split", help="dev or test.")]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", help="Table of runs, .csv or .parquet; runs that are in it are not repeated."
    ),
]
CheckpointsOption = Annotated[
    Path | None,
    typer.Option("--checkpoints", help="Folder of checkpoints, to go on after an interruption."),
]


@app.callback()
def _options(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the log.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show errors only.")] = False,
) -> None:
    """Realign a multilingual encoder, fine-tune it on one language, test it in others."""
    console.set_up_logging(verbose, quiet)


@app.command()
def run(
    recipe: RecipeArgument,
    languages: LanguagesOption = "none",
    seeds: SeedsOption = "17",
    targets: TargetsOption = None,
    split: SplitOption = "test",
    output: OutputOption = None,
    checkpoints: CheckpointsOption = None,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run a recipe: realign, fine-tune, test, once a seed.

    **Examples**

    - realign-core run recipe.toml --languages sw,ga,mn --seeds 17,23 -o runs.csv

    - realign-core run recipe.toml -l none --set realignment.strategy=baseline -o runs.csv

    Beside runs.csv a file runs.json keeps recipe, data fingerprints, versions and hardware.
    """
    from realign_core.runs.batch import Request, run_request

    settings = Recipe.from_toml(recipe, parse_overrides(overrides or ()))
    request = Request(
        recipe=settings,
        languages=_languages(languages, settings),
        seeds=_seeds(seeds),
        targets=comma_list(targets) if targets else None,
        split=_split(split),
        output=output,
        checkpoints=checkpoints,
    )
    found = run_request(request, console.ConsoleProgress())
    if as_json:
        print(json.dumps(found.to_dict(), ensure_ascii=False, indent=1))
    else:
        console.print_runs(found.table)
        if output:
            console.messages.print(f"written to {output}")


@app.command()
def languages(recipe: RecipeArgument, overrides: SetOption = None, as_json: JsonOption = False) -> None:
    """List the languages of a recipe's corpora: parallel text, and evaluation by split."""
    settings = Recipe.from_toml(recipe, parse_overrides(overrides or ()))
    found: dict[str, list[str]] = {"parallel": list(settings.parallel.languages())}
    for split in ("dev", "test"):
        try:
            found[split] = list(settings.task.evaluated.languages(split))
        except RealignError as error:
            console.messages.print(f"no {split} languages: {error}")
            found[split] = []
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    for name, codes in found.items():
        print(f"{name} ({len(codes)}): {' '.join(codes)}")


@app.command()
def align(
    recipe: RecipeArgument,
    languages: LanguagesOption = "all",
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say how many words the recipe's aligner links, language by language.

    Example:
        realign-core align recipe.toml -l swa,yor --set realignment.aligner.kind=encoder
    """
    from realign_core.runs.batch import count_links

    settings = Recipe.from_toml(recipe, parse_overrides(overrides or ()))
    counts = count_links(settings, _languages(languages, settings), console.ConsoleProgress())
    if as_json:
        print(json.dumps([asdict(count) for count in counts], ensure_ascii=False, indent=1))
    else:
        console.print_links(counts)


@app.command()
def compare(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="Table of runs (.csv or .parquet).")],
    reference: Annotated[
        str, typer.Option("--reference", help="Method that the others are compared with.")
    ] = "baseline",
    reference_languages: Annotated[
        str | None,
        typer.Option("--reference-languages", help="Its languages, where its method occurs with several."),
    ] = None,
    measure: Annotated[
        str | None, typer.Option("--measure", help="Column; the average score, if left out.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Average over seeds, and test each method against a reference (paired t-test, Holm)."""
    from realign_core.runs import compare as compare_methods
    from realign_core.runs import read_table

    runs = read_table(table)
    chosen = measure or _measure(runs)
    found = compare_methods(runs, chosen, method=reference, languages=reference_languages)
    if as_json:
        print(json.dumps([c.to_dict() for c in found], ensure_ascii=False, indent=1))
    else:
        console.print_comparisons(found, chosen)


def _measure(runs: pd.DataFrame) -> str:
    for name in ("accuracy", "f1"):
        if f"final_eval_avg_{name}" in runs.columns:
            return f"final_eval_avg_{name}"
    raise ConfigError("no column of averages", where="--measure", fix="name a final_eval_… column")


def _languages(text: str, recipe: Recipe) -> tuple[str, ...]:
    if text == "all":
        return tuple(recipe.parallel.languages())
    return () if text == "none" else comma_list(text)


def _seeds(text: str) -> tuple[int, ...]:
    try:
        found = tuple(dict.fromkeys(int(part) for part in comma_list(text)))
    except ValueError as error:
        raise typer.BadParameter(f"'{text}' is no list of whole numbers", param_hint="--seeds") from error
    if not found:
        raise typer.BadParameter("at least one seed is needed", param_hint="--seeds")
    return found


def _split(text: str) -> Split:
    if text not in ("dev", "test"):
        raise typer.BadParameter(f"'{text}' is neither dev nor test", param_hint="--split")
    return "dev" if text == "dev" else "test"


def main() -> None:
    """Run the command line: exit status 0, 1 for a failure, 2 for wrong usage, 130 for Ctrl-C."""
    share_cores()
    try:
        app()  # usage errors end with status 2 in there, Ctrl-C with 130
    except RealignError as error:
        sys.exit(console.fail_with(error))
    except OSError as error:
        if error.filename is None:  # not about a file: a mistake of ours, whose traceback we want to see
            raise
        sys.exit(console.fail_with_file(error))
