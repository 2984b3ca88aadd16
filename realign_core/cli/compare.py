"""``realign-core compare``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

import realign_core
from realign_core.cli import views
from realign_core.cli.options import JsonOption


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
    comparisons = realign_core.compare(table, measure, method=reference, languages=reference_languages)
    if as_json:
        rows = [row.to_dict() for row in comparisons.rows]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        views.print_comparisons(comparisons)
