"""The command that searches: ``run``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from realign_core.support.console import ConsoleProgress, messages, results
from subsetsearch.cli.common import (
    RUNS,
    DirOption,
    JsonOption,
    OpenStudy,
    SetOption,
    StorageOption,
    StudyArgument,
    without_password,
)
from subsetsearch.cli.given import takes

if TYPE_CHECKING:
    from subsetsearch.run.search import RunSummary
    from subsetsearch.rungs.ladder import Ladder


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(run)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How much is searched, by how many processes, and where it is stored."""

    study: StudyArgument
    trials: Annotated[
        int | None,
        typer.Option(
            "--trials", min=1, help="Trials to add; else what is missing to the study's own number."
        ),
    ] = None
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes that share the study.")] = 1
    storage: StorageOption = None
    runs: DirOption = RUNS
    overrides: SetOption = None
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, print the plan, train nothing.")
    ] = False
    as_json: JsonOption = False


@takes(RunOptions)
def run(given: RunOptions) -> None:
    """Search: propose subsets and score them, at most by the rung ``search.top_rung``.

    A stored study goes on where it stopped. Then evaluate the best candidates in full.

    **Examples**

    - subsetsearch run studies/quickstart.toml

    - subsetsearch run studies/quickstart.toml --set search.top_rung=1 --trials 1000

    - subsetsearch run studies/quickstart.toml --trials 40 --set search.max_size=8
    """
    opened = OpenStudy.read(given.study, given.runs, given.storage, given.overrides)
    from subsetsearch.rungs.ladder import open_ladder

    opened.folder.require_writable()
    if not given.dry_run:
        opened = opened.with_fixed_arithmetic()
    ladder = open_ladder(opened.config, opened.folder, progress=ConsoleProgress())
    if given.dry_run:
        from subsetsearch.cli.plan_view import show_plan
        from subsetsearch.run.plan import describe_plan

        plan = describe_plan(ladder, given.storage, trials=given.trials)
        _warn_of_device(opened)
        print(json.dumps(plan)) if given.as_json else show_plan(plan)
        return
    from subsetsearch.results.storage import other_rungs
    from subsetsearch.run.workers import search_with_workers

    for rung, count in other_rungs(opened.config, opened.folder, given.storage).items():
        messages.print(
            f"kept apart: {count} trials that end at rung {rung} (--set search.top_rung={rung} goes on there)"
        )
    summary = search_with_workers(ladder, given.trials, url=given.storage, workers=given.workers)
    _show(opened, ladder, summary, as_json=given.as_json)


def _warn_of_device(opened: OpenStudy) -> None:
    """Say that a run would fail here; a plan may well be made on another machine than the run's."""
    import torch

    if opened.config.recipe.compute.device == "cuda" and not torch.cuda.is_available():
        messages.print("recipe.compute.device is 'cuda', but there is no CUDA device here: a run would stop")


def _show(opened: OpenStudy, ladder: Ladder, summary: RunSummary, *, as_json: bool) -> None:
    """Tell what a run of the search did, and what command comes next."""
    found = {
        "study": opened.config.name,
        "top_rung": ladder.top.number,
        "trials_before": summary.before,
        "trials": summary.after,
        "resumed": summary.resumed,
        "storage": without_password(opened.url) if opened.url else str(opened.folder.path / "study.db"),
    }
    if as_json:
        print(json.dumps(found))
        return
    advice = f"{ladder.top.words.advice}\n" if ladder.top.words.advice else ""
    results.print(
        f"{summary.after} trials ({summary.before} before, {summary.resumed} taken up again) "
        f"in {found['storage']}\n"
        f"{advice}"
        f"next: {opened.command('evaluate' if ladder.targets.searched else 'pareto')}",
        markup=False,
        soft_wrap=True,
    )
