"""The command that takes results made elsewhere: ``import``."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from subsetsearch.cli.options import StudyOptions
from subsetsearch.cli.views.plain import print_json, print_next, print_sentence
from subsetsearch.errors import count


@dataclass(frozen=True, kw_only=True)
class ImportResults(StudyOptions):
    """Take full results that were made elsewhere as this study's measured scores.

    The layout is that of the published result files: one row a run with ``seed``, ``model``,
    ``task``, ``method``, ``realignment_langs`` and a column ``final_eval_LANGUAGE_METRIC`` for
    every target. Rows of another model, task or method are refused; a run that is stored
    already is not taken twice. A row whose method is ``baseline`` is no realignment.

    **Examples**

    - subsetsearch import studies/quickstart.toml results.csv

    - subsetsearch import studies/quickstart.toml subset.csv --languages sw,te,mn --dry-run
    """

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
        bool, typer.Option("--skip-others", help="Leave rows of other models, tasks or methods out.")
    ] = False
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the table, store nothing.")] = False

    def run(self) -> None:
        """Take the table, and say how many runs are new."""
        study = self.open()
        summary = study.import_results(
            self.table, languages=self.languages, skip_others=self.skip_others, dry_run=self.dry_run
        )
        if self.as_json:
            print_json(asdict(summary))
        elif self.dry_run:
            print_sentence(f"{count(summary.runs, 'run')} to take; nothing was stored")
        else:
            already_stored = (
                f", {summary.runs - summary.added} were there already" if summary.added < summary.runs else ""
            )
            print_sentence(f"{count(summary.added, 'full run')} taken{already_stored}")
            print_next(study.command("pareto"))
