"""``realign-core compare``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import realign_core
from realign_core.cli import views
from realign_core.cli.options import JsonOption
from realign_core.support.errors import ConfigError
from realign_core.support.files.plain_json import to_json


def compare(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="Table of runs (.csv or .parquet).")],
    reference: Annotated[
        str, typer.Option("--reference", help="Method that the others are compared with.")
    ] = "baseline",
    reference_languages: Annotated[
        str | None,
        typer.Option(
            "--reference-languages",
            help="Languages of the reference, if its method occurs with several sets.",
        ),
    ] = None,
    measure: Annotated[
        str | None, typer.Option("--measure", help="Column; the average score, if left out.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="COLUMN=VALUE",
            help="Leave other rows aside, as in --only split=test; repeatable.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Average over seeds, and test each method against a reference (paired t-test, Holm).

    Runs are compared within one model, task, split and recipe.
    Example: realign-core compare runs.csv --only split=test
    """
    pairs = [text.partition("=") for text in only or ()]
    malformed = next((text for text, (_, sign, _) in zip(only or (), pairs, strict=True) if not sign), None)
    if malformed is not None:
        raise ConfigError(f"'{malformed}' is not COLUMN=VALUE", where="--only", fix="as in --only split=test")
    comparisons = realign_core.compare(
        table,
        measure,
        method=reference,
        languages=reference_languages,
        only={column: value for column, _, value in pairs},
    )
    if as_json:
        rows = [row.to_dict() for row in comparisons.rows]
        print(to_json(rows))
    else:
        views.print_comparisons(comparisons)
