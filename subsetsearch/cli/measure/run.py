"""The command that searches: ``run``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from subsetsearch.cli.idle import Idle
from subsetsearch.cli.options import DryRun, NewData, StudyOptions, Timing, Workers, typed
from subsetsearch.cli.views.plain import print_json
from subsetsearch.cli.views.run import run_record, show_plan, show_run
from subsetsearch.errors import count


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

    - subsetsearch run studies/quickstart.toml --set search.top_rung=3 --minutes 45

    - subsetsearch run studies/quickstart.toml --dry-run

    - subsetsearch run studies/quickstart.toml --new-data
    """

    trials: Annotated[
        int | None,
        typer.Option("--trials", min=1, help="Total of trials; else the study's own, search.trials."),
    ] = None
    more: Annotated[
        int | None, typer.Option("--more", min=1, help="Instead: add so many trials, whatever there are.")
    ] = None
    minutes: Annotated[
        float | None,
        typer.Option(
            "--minutes",
            min=0.01,
            help="Begin no trial after so many minutes; else the study's own, search.minutes. The same "
            "command goes on later.",
        ),
    ] = None
    workers: Workers = 1
    new_data: NewData = False
    dry_run: DryRun = False
    timing: Timing = True

    def idle(self) -> Idle:
        """Name options that have no effect beside those that were given."""
        if not self.dry_run:
            yield "timing", "without --dry-run"

    def run(self) -> None:
        """Search, or say what a search would do."""
        if self.trials is not None and self.more is not None:
            raise typer.BadParameter("--trials is a total, --more adds: give one", param_hint="--more")
        if self.new_data and self.dry_run:
            raise typer.BadParameter("it moves results, and a dry run keeps all", param_hint="--new-data")
        study = self.open(more=[] if self.minutes is None else [f"search.minutes={self.minutes}"])
        if self.dry_run:
            show_plan(study.plan(self.trials, more=self.more, timing=self.timing), as_json=self.as_json)
            return
        if self.new_data:
            study.leave_aside()
        summary = study.run(self.workers, self.trials, more=self.more)
        print_json(run_record(summary, study)) if self.as_json else show_run(summary, study)

    def kept(self) -> str:
        """Say how many trials are stored, and which command goes on."""
        stored = self.open().status().states.get("complete", 0)
        if self.more is not None:
            return f"the study has {count(stored, 'trial')} stored; ask with --more for what is left"
        return f"the study has {count(stored, 'trial')} stored, and this goes on: {typed()}"
