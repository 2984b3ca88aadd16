"""The command that takes results made elsewhere: ``import``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from realign_core.support.config import comma_list
from realign_core.support.console import messages, results
from subsetsearch.cli.common import (
    RUNS,
    DirOption,
    JsonOption,
    OpenStudy,
    SetOption,
    StorageOption,
    StudyArgument,
)
from subsetsearch.cli.given import takes

if TYPE_CHECKING:
    from subsetsearch.results.import_file import ReadResults


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("import")(import_results)


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """Which table, for which study."""

    study: StudyArgument
    table: Annotated[
        Path, typer.Argument(metavar="RESULTS.csv", help="Table of full runs.", show_default=False)
    ]
    languages: Annotated[
        str | None,
        typer.Option(
            "--languages",
            help="Realignment languages of every row, comma-separated, where the table has no such column.",
        ),
    ] = None
    skip_others: Annotated[
        bool, typer.Option("--skip-others", help="Leave rows of other models, tasks or methods aside.")
    ] = False
    storage: StorageOption = None
    runs: DirOption = RUNS
    overrides: SetOption = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the table, store nothing.")] = False
    as_json: JsonOption = False


@takes(ImportOptions)
def import_results(given: ImportOptions) -> None:
    """Take full results that were made elsewhere as this study's measured accuracies.

    The layout is that of the published result files: one row a run with ``seed``, ``model``,
    ``task``, ``method``, ``realignment_langs`` and a column ``final_eval_LANGUAGE_METRIC`` for
    every target. Rows of another model, task or method are refused; a run that is stored
    already is not taken twice. A row whose method is ``baseline`` is no realignment.

    **Examples**

    - subsetsearch import studies/quickstart.toml results.csv

    - subsetsearch import studies/quickstart.toml subset.csv --languages sw,te,mn --dry-run
    """
    opened = OpenStudy.read(given.study, given.runs, given.storage, given.overrides)
    from subsetsearch.results.study_store import export_runs

    read, added = _read(opened, given), 0
    if not given.dry_run:
        added = opened.store().add(read.runs)
        export_runs(opened.config, opened.folder)
    if given.as_json:
        ignored = list(read.layout.ignored)
        told = {"runs": len(read.runs), "added": added, "ignored_columns": ignored, "skipped": read.skipped}
        print(json.dumps(told))
    elif given.dry_run:
        results.print(f"{len(read.runs)} runs fit the study; nothing was stored")
    else:
        known = f", {len(read.runs) - added} were there already" if added < len(read.runs) else ""
        results.print(f"{added} full runs taken{known}", soft_wrap=True)
        results.print(f"next: {opened.command('pareto')}", markup=False, soft_wrap=True)


def _read(opened: OpenStudy, given: ImportOptions) -> ReadResults:
    """Read the table, and tell what of it is left aside."""
    from subsetsearch.problem.pool import build_pool, build_targets, resolve_subset
    from subsetsearch.results.import_file import ResultsFile

    pool, subset = build_pool(opened.config), None
    if given.languages is not None:
        subset = resolve_subset(comma_list(given.languages), pool)
    targets = build_targets(opened.config, "test")
    read = ResultsFile(given.table, opened.config, pool, targets, subset, given.skip_others).read()
    if read.skipped:
        messages.print(f"{read.skipped} rows of other models, tasks or methods left aside")
    if read.layout.ignored:
        messages.print(
            f"left aside, for they are no targets of the study: {', '.join(read.layout.ignored)}",
            markup=False,
            soft_wrap=True,
        )
    return read
