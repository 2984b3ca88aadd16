"""The command that searches: ``run``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from subsetsearch.cli.options import StudyOptions, Workers
from subsetsearch.cli.views.plain import print_json, print_sheet
from subsetsearch.cli.views.run import run_record, show_run


@dataclass(frozen=True, kw_only=True)
class Run(StudyOptions):
    """Search: propose subsets and score them, at most by the rung ``search.top_rung``.

    A stored study goes on where it stopped, up to its number of trials; one that has it is left as it is.
    Commands that run at once share that number. Then evaluate the best subsets in full.

    **Examples**

    - subsetsearch run studies/quickstart.toml

    - subsetsearch run studies/quickstart.toml --set search.top_rung=1 --trials 1000

    - subsetsearch run studies/quickstart.toml --trials 40 --set search.max_size=8

    - subsetsearch run studies/quickstart.toml --more 20
    """

    trials: Annotated[
        int | None,
        typer.Option("--trials", min=1, help="Total of trials; else the study's own, search.trials."),
    ] = None
    more: Annotated[
        int | None, typer.Option("--more", min=1, help="Instead: add so many trials, whatever there are.")
    ] = None
    workers: Workers = 1
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, print the plan, train nothing.")
    ] = False

    def run(self) -> None:
        """Search, or say what a search would do."""
        if self.trials is not None and self.more is not None:
            raise typer.BadParameter("--trials is a total, --more adds: give one", param_hint="--more")
        study = self.open()
        if self.dry_run:
            plan = study.plan(self.trials, more=self.more)
            print_json(plan.to_dict()) if self.as_json else print_sheet(plan)
            return
        summary = study.run(self.workers, self.trials, more=self.more)
        print_json(run_record(summary, study)) if self.as_json else show_run(summary, study)
