"""The command that takes results made elsewhere: ``import``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from realign_core.console import messages, results
from subsetsearch.cli.common import RUNS, DirOption, JsonOption, OpenStudy, SetOption, StudyArgument


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("import")(import_results)


def import_results(
    study: StudyArgument,
    table: Annotated[
        Path, typer.Argument(metavar="RESULTS.csv", help="Table of full runs.", show_default=False)
    ],
    languages: Annotated[
        str | None,
        typer.Option(
            "--languages",
            help="Realignment languages of every row, comma-separated, where the table has no such column.",
        ),
    ] = None,
    skip_others: Annotated[
        bool, typer.Option("--skip-others", help="Leave rows of other models, tasks or methods aside.")
    ] = False,
    runs: DirOption = RUNS,
    overrides: SetOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the table, store nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Take full results that were made elsewhere as this study's measured accuracies.

    The layout is that of the published result files: one row a run with ``seed``, ``model``,
    ``task``, ``method``, ``realignment_langs`` and a column ``final_eval_LANGUAGE_METRIC`` for
    every target. Rows of another model, task or method are refused; a run that is stored
    already is not taken twice. A row whose method is ``baseline`` is no realignment.

    **Examples**

    - subsetsearch import studies/quickstart.toml results.csv

    - subsetsearch import studies/quickstart.toml subset.csv --languages sw,te,mn --dry-run
    """
    opened = OpenStudy.read(study, runs, None, overrides)
    from subsetsearch.search.evaluations import EvaluationTable
    from subsetsearch.search.results_file import ResultsFile
    from subsetsearch.study.pool import build_pool, build_targets, resolve_subset

    pool = build_pool(opened.config)
    subset = None
    if languages is not None:
        subset = resolve_subset([part for part in languages.split(",") if part.strip()], pool)
    targets = build_targets(opened.config, "test")
    read = ResultsFile(table, opened.config, pool, targets, subset, skip_others).read()
    found, ignored = read.runs, read.layout.ignored
    added = 0 if dry_run else EvaluationTable(opened.folder.evaluations).merge(found)
    if read.skipped:
        messages.print(f"{read.skipped} rows of other models, tasks or methods left aside")
    if ignored:
        messages.print(
            f"left aside, for they are no targets of the study: {', '.join(ignored)}",
            markup=False,
            soft_wrap=True,
        )
    if as_json:
        print(
            json.dumps(
                {
                    "runs": len(found),
                    "added": added,
                    "ignored_columns": list(ignored),
                    "skipped": read.skipped,
                }
            )
        )
    elif dry_run:
        results.print(f"{len(found)} runs fit the study; nothing was stored")
    else:
        known = f", {len(found) - added} were there already" if added < len(found) else ""
        results.print(f"{added} full runs taken{known}", soft_wrap=True)
        results.print(f"next: {opened.command('pareto')}", markup=False, soft_wrap=True)
