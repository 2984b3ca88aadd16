"""Commands that read: ``pareto``."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from realign_core.support.console import messages, results, say
from subsetsearch.cli.common import (
    RUNS,
    DirOption,
    JsonOption,
    OpenStudy,
    PickOption,
    SetOption,
    StorageOption,
    StudyArgument,
    StudyResults,
    read_results,
)
from subsetsearch.cli.given import takes

if TYPE_CHECKING:
    from subsetsearch.analysis.front import Front
    from subsetsearch.analysis.front_row import FrontRow


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(pareto)


@dataclass(frozen=True, slots=True)
class ParetoOptions:
    """Which rows of which study, and how they are printed."""

    study: StudyArgument
    storage: StorageOption = None
    runs: DirOption = RUNS
    overrides: SetOption = None
    as_json: JsonOption = False
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False
    every: Annotated[bool, typer.Option("--all", help="Show dominated subsets as well.")] = False
    pick: PickOption = None

    @property
    def for_programs(self) -> bool:
        """Whether plain data is printed, and nothing beside it."""
        return self.as_json or self.as_csv


@takes(ParetoOptions)
def pareto(given: ParetoOptions) -> None:
    """Show the Pareto front of data cost against accuracy.

    ``accuracy`` is measured on test data by full runs; ``proxy`` is what the search saw, by the rung
    that it ends at and never on test data; the two are never comparable. ``none`` and ``all`` are
    always shown. Of subsets that full runs do not tell apart, the cheaper one is recommended.

    **Examples**

    - subsetsearch pareto studies/quickstart.toml

    - subsetsearch pareto studies/quickstart.toml --json

    - subsetsearch pareto studies/quickstart.toml --pick within=0.99

    Rules of choice: ``subsetsearch explain --pick RULE`` says in words what each does.
    """
    from subsetsearch.analysis.pick import parse_rule

    if given.pick is not None:
        parse_rule(given.pick)  # a misspelt one is told before anything is read
    opened = OpenStudy.read(given.study, given.runs, given.storage, given.overrides)
    found = read_results(opened)
    if not found.rows:
        messages.print(
            f"no subset is scored yet; next: {opened.command('run')}", markup=False, soft_wrap=True
        )
    rows = _shown(found.rows, given)
    if given.as_json:
        print(json.dumps([row.to_dict() for row in rows]))
    elif given.as_csv:
        print(_csv(rows), end="")
    else:
        _show(opened, found, rows, front=given.pick is None)


def _shown(front: Front, given: ParetoOptions) -> Sequence[FrontRow]:
    """Choose the rows that were asked for: a picked one, all, or those that matter to people."""
    if given.pick is not None:
        picked = front.pick(given.pick)
        if not given.for_programs:
            results.print(f"{given.pick}: {picked.reason}")
        return [picked.row]
    if given.every or given.for_programs:
        return front
    return front.shown


def _show(opened: OpenStudy, found: StudyResults, rows: Sequence[FrontRow], *, front: bool) -> None:
    """Print a table; for the whole front also its picture, how far to trust it, and what comes next."""
    from subsetsearch.cli.front_table import front_plot, front_table

    results.print(front_table(rows, found.rung))
    if not front:
        return
    results.print(front_plot(rows, found.rung))
    for line in found.calibration.sentences:
        say(line)
    results.print(
        f"choose one: --pick RULE; what each rule would choose:\n  {opened.command('explain')}",
        soft_wrap=True,
        markup=False,
    )


def _csv(rows: Sequence[FrontRow]) -> str:
    text = io.StringIO()
    records = [
        row.to_dict()
        | {
            "languages": " ".join(row.languages),
            "strategies": " ".join(row.strategies),
            "tied_with": row.tied_with and (" ".join(sorted(row.tied_with.languages)) or "none"),
        }
        for row in rows
    ]
    names = list(records[0]) if records else ["trial"]
    writer = csv.DictWriter(text, fieldnames=names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()
