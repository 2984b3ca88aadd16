"""Commands that compute: ``run`` and ``evaluate``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from realign_core.console import ConsoleProgress, messages, results
from subsetsearch.cli.common import (
    RUNS,
    DirOption,
    JsonOption,
    OpenStudy,
    PickOption,
    SetOption,
    StorageOption,
    StudyArgument,
    read_results,
)
from subsetsearch.errors import ConfigError

if TYPE_CHECKING:
    from subsetsearch.pareto.table import Row
    from subsetsearch.search.space import Subset


WorkersOption = Annotated[
    int,
    typer.Option(
        "--workers", min=1, help="Processes that share the full runs, each with its share of cores."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(run)
    app.command()(evaluate)


def run(
    study: StudyArgument,
    trials: Annotated[
        int | None,
        typer.Option(
            "--trials", min=1, help="Trials to add; else what is missing to the study's own number."
        ),
    ] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes that share the study.")] = 1,
    storage: StorageOption = None,
    runs: DirOption = RUNS,
    overrides: SetOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, print the plan, train nothing.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Search: propose subsets and score them by cheap proxies.

    A stored study goes on where it stopped. Then evaluate the best candidates in full.

    Examples:
        subsetsearch run studies/quickstart.toml

        subsetsearch run studies/quickstart.toml --trials 40 --set search.max_size=8
    """
    opened = OpenStudy.read(study, runs, storage, overrides)
    from subsetsearch.search.ladder import open_ladder

    progress = ConsoleProgress()
    ladder = open_ladder(opened.config, opened.folder, progress=progress)
    if dry_run:
        from subsetsearch.search.plan import describe_plan

        plan = describe_plan(ladder)
        print(json.dumps(plan) if as_json else _lines(plan))
        return
    from subsetsearch.search.workers import search_with_workers

    summary = search_with_workers(
        ladder, trials, url=storage, workers=workers, study_file=study, overrides=overrides or []
    )
    found = {
        "study": opened.config.name,
        "trials_before": summary.before,
        "trials": summary.after,
        "resumed": summary.resumed,
        "storage": storage or str(opened.folder.path / "study.db"),
    }
    if as_json:
        print(json.dumps(found))
        return
    results.print(
        f"{summary.after} trials ({summary.before} before, {summary.resumed} taken up again) "
        f"in {found['storage']}\n"
        f"next: subsetsearch evaluate {study}"
    )


def evaluate(
    study: StudyArgument,
    top: Annotated[
        int | None, typer.Option("--top", min=1, help="Subsets of the proxy's front, besides none and all.")
    ] = None,
    pick: PickOption = None,
    languages: Annotated[
        str | None, typer.Option("--languages", help="A subset of your own, comma-separated.")
    ] = None,
    seeds: Annotated[str | None, typer.Option("--seeds", help="Comma-separated; else the study's.")] = None,
    workers: WorkersOption = 1,
    storage: StorageOption = None,
    runs: DirOption = RUNS,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the best candidates in full: realign, fine-tune, zero-shot test.

    Finished runs are kept; a stopped evaluation goes on where it was.

    Examples:
        subsetsearch evaluate studies/quickstart.toml --top 4 --seeds 17,23,31

        subsetsearch evaluate studies/quickstart.toml --workers 2

        subsetsearch evaluate studies/quickstart.toml --languages sw,te,mn
    """
    opened = OpenStudy.read(study, runs, storage, overrides)
    chosen_seeds = _seeds(seeds) or opened.config.evaluate.seeds
    from subsetsearch.search.evaluations import EvaluationTable
    from subsetsearch.search.full import FullRuns
    from subsetsearch.search.full_workers import run_with_workers
    from subsetsearch.search.rows import candidates
    from subsetsearch.study.pool import build_pool, build_targets, resolve_subset

    subsets: list[Subset]
    if languages is not None:
        pool = build_pool(opened.config)
        subsets = [resolve_subset([part for part in languages.split(",") if part.strip()], pool)]
    else:
        found = read_results(opened)
        pool = found.pool
        if pick is not None:
            subsets = [frozenset(_pick(found.rows, pick).languages)]
        else:
            subsets = candidates(found.rows, top or opened.config.evaluate.top)
    targets = build_targets(opened.config, "test")
    full = FullRuns(opened.config, pool, targets, EvaluationTable(opened.folder.evaluations))
    todo = full.missing(subsets, chosen_seeds)
    messages.print(f"{len(todo)} full runs to do ({len(subsets)} subsets, {len(chosen_seeds)} seeds)")
    run_with_workers(
        full, todo, workers=workers, logs=opened.folder.path / "logs", progress=ConsoleProgress()
    )
    if as_json:
        rows = [row.row() for row in full.table.read(opened.config.fingerprint()) if row.subset in subsets]
        print(json.dumps(rows))
    else:
        results.print(f"full runs in {opened.folder.evaluations}\nnext: subsetsearch pareto {study}")


def _pick(rows: list[Row], rule: str) -> Row:
    from subsetsearch.pareto.pick import parse_rule

    picked = parse_rule(rule).pick(rows)
    messages.print(f"picked trial {picked.row.trial}: {picked.reason}")
    return picked.row


def _seeds(text: str | None) -> tuple[int, ...]:
    if text is None:
        return ()
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise ConfigError(f"'{text}' is no list of seeds", where="--seeds", fix="write 17,23,31") from error


def _lines(plan: dict[str, Any]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in plan.items())
