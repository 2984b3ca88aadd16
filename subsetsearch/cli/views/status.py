"""How far a study is, in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from subsetsearch.cli.views.plain import print_next, print_sheet

if TYPE_CHECKING:
    from subsetsearch.analysis.study.status import StudyStatus
    from subsetsearch.study import Study


def show_status(status: StudyStatus, study: Study) -> None:
    """Print how far a study is, and the command that comes next."""
    print_sheet(status)
    if status.states["complete"] < status.planned:
        print_next(study.command("run"))
    else:
        print_next(study.command("evaluate" if status.full_runs < status.full_runs_planned else "pareto"))
