"""Commands that read: ``pareto``."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Annotated

import typer

from realign_core.console import messages, results
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

if TYPE_CHECKING:
    from subsetsearch.pareto.table import Row


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(pareto)


def pareto(
    study: StudyArgument,
    storage: StorageOption = None,
    runs: DirOption = RUNS,
    overrides: SetOption = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Show dominated subsets as well.")] = False,
    pick: PickOption = None,
) -> None:
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
    opened = OpenStudy.read(study, runs, storage, overrides)
    found = read_results(opened)
    rows = found.rows
    if not rows:
        messages.print(
            f"no subset is scored yet; next: {opened.command('run')}", markup=False, soft_wrap=True
        )
    if pick is not None:
        from subsetsearch.pareto.pick import parse_rule

        picked = parse_rule(pick).pick(rows)
        rows = [picked.row]
        if not (as_json or as_csv):
            results.print(f"{pick}: {picked.reason}")
    elif not (every or as_json or as_csv):
        rows = [row for row in rows if row.on_front or row.label or row.accuracy is not None]
    if as_json:
        print(json.dumps([row.to_dict() for row in rows]))
    elif as_csv:
        print(_csv(rows), end="")
    else:
        from subsetsearch.cli.front_table import front_plot, front_table

        results.print(front_table(rows, found.rung))
        if pick is None:
            results.print(front_plot(rows, found.rung))
            for line in _trust(found):
                results.print(line, markup=False, soft_wrap=True)
            results.print(
                f"choose one: --pick RULE; what each rule would choose: {opened.command('explain')}",
                soft_wrap=True,
                markup=False,
            )


def _trust(found: StudyResults) -> tuple[str, ...]:
    """Say how far the proxies can be trusted, once something was measured."""
    calibration = found.calibration
    return calibration.sentences if calibration.measured else ()


def _csv(rows: list[Row]) -> str:
    text = io.StringIO()
    records = [
        row.to_dict()
        | {
            "languages": " ".join(row.languages),
            "strategies": " ".join(row.strategies),
            "tied_with": None if row.tied_with is None else " ".join(row.tied_with) or "none",
        }
        for row in rows
    ]
    names = list(records[0]) if records else ["trial"]
    writer = csv.DictWriter(text, fieldnames=names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()
