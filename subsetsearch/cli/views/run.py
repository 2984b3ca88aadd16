"""What a search did, in a terminal and as plain data."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import typer

from realign_core.support.program.console import tell_findings
from subsetsearch.cli.views.plain import print_json, print_next, print_path, print_sentence, print_sheet
from subsetsearch.config.rungs import measuring_rung
from subsetsearch.errors import count

if TYPE_CHECKING:
    from subsetsearch.run.planning.plan_sheet import CheckedSheet
    from subsetsearch.run.search.search import RunSummary
    from subsetsearch.study import Study


def run_record(summary: RunSummary, study: Study) -> dict[str, Any]:
    """What a search did, as plain data."""
    return {
        "study": study.config.name,
        "top_rung": study.config.search.top_rung,
        "trials_before": summary.before,
        "trials": summary.after,
        "resumed": summary.resumed,
        "storage": study.database,
    }


def show_run(summary: RunSummary, study: Study) -> None:
    """Print what a search did, and what command comes next."""
    advice = measuring_rung(study.config).advice
    before = f"{summary.before} before, {summary.resumed} taken up again"
    print_path(study.database, f"{count(summary.after, 'trial')} ({before}) in ")
    if advice:
        print_path(advice)
    labels = study.config.targets.languages != () or not study.config.targets.unlabelled
    print_next(study.command("evaluate" if labels else "pareto"))


def show_plan(plan: CheckedSheet, *, as_json: bool) -> None:
    """Print a dry run; what would stop the work, or full runs after it, goes to standard error.

    Raises:
        Exit: With status 1, if something would stop the work itself.
    """
    from realign_core.runs.dry_run.subject import last_word  # loads what other commands do without

    if as_json:
        print_json(plan.to_dict())
    else:
        print_sheet(replace(plan, findings=()))
    tell_findings((str(finding), finding.stops) for finding in plan.findings)
    if not plan.passed:
        raise typer.Exit(1)
    if not as_json:
        print_sentence(last_word(plan.findings))
