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
    PairsOption,
    PickOption,
    SeedsOption,
    SetOption,
    StorageOption,
    StudyArgument,
    WorkersOption,
    read_results,
    read_seeds,
    without_password,
)
from subsetsearch.errors import ConfigError

if TYPE_CHECKING:
    from subsetsearch.candidate import Candidate
    from subsetsearch.pareto.table import Row
    from subsetsearch.search.evaluations import EvaluationTable
    from subsetsearch.study.pool import Pool


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
    """Search: propose subsets and score them, at most by the rung ``search.top_rung``.

    A stored study goes on where it stopped. Then evaluate the best candidates in full.

    **Examples**

    - subsetsearch run studies/quickstart.toml

    - subsetsearch run studies/quickstart.toml --set search.top_rung=1 --trials 1000

    - subsetsearch run studies/quickstart.toml --trials 40 --set search.max_size=8
    """
    opened = OpenStudy.read(study, runs, storage, overrides)
    from subsetsearch.search.ladder import open_ladder

    progress = ConsoleProgress()
    ladder = open_ladder(opened.config, opened.folder, progress=progress)
    if dry_run:
        from subsetsearch.search.plan import describe_plan

        plan = describe_plan(ladder, storage)
        print(json.dumps(plan) if as_json else _lines(plan))
        return
    from subsetsearch.search.storage import other_rungs
    from subsetsearch.search.workers import search_with_workers

    for rung, count in other_rungs(opened.config, opened.folder, storage).items():
        messages.print(
            f"kept apart: {count} trials that end at rung {rung} (--set search.top_rung={rung} goes on there)"
        )
    summary = search_with_workers(
        ladder, trials, url=storage, workers=workers, study_file=study, overrides=overrides or []
    )
    found = {
        "study": opened.config.name,
        "top_rung": ladder.top.number,
        "trials_before": summary.before,
        "trials": summary.after,
        "resumed": summary.resumed,
        "storage": without_password(storage) if storage else str(opened.folder.path / "study.db"),
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


def evaluate(
    study: StudyArgument,
    top: Annotated[
        int | None, typer.Option("--top", min=1, help="Subsets of the proxy's front, besides none and all.")
    ] = None,
    pick: PickOption = None,
    languages: Annotated[
        str | None, typer.Option("--languages", help="A subset of your own, comma-separated.")
    ] = None,
    pairs: PairsOption = None,
    strategies: Annotated[
        str | None,
        typer.Option("--strategies", help="Published strategies by name, comma-separated, or all."),
    ] = None,
    seeds: SeedsOption = None,
    fresh_seeds: Annotated[
        int | None,
        typer.Option(
            "--fresh-seeds",
            min=1,
            help="Use so many seeds that no choice has seen; none and all run as well.",
        ),
    ] = None,
    workers: WorkersOption = 1,
    storage: StorageOption = None,
    runs: DirOption = RUNS,
    overrides: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the best candidates in full: realign, fine-tune, zero-shot test.

    Finished runs are kept; a stopped evaluation goes on where it was. A subset that was chosen for
    its accuracy owes some of it to luck: fresh seeds, which no rule of choice sees, tell how much.

    **Examples**

    - subsetsearch evaluate studies/quickstart.toml --top 4 --seeds 17,23,31

    - subsetsearch evaluate studies/quickstart.toml --workers 2

    - subsetsearch evaluate studies/quickstart.toml --languages sw,te,mn

    - subsetsearch evaluate studies/quickstart.toml --strategies most_uriel_en_10,xt_afri

    - subsetsearch evaluate studies/quickstart.toml --pick recommended --fresh-seeds 3
    """
    opened = OpenStudy.read(study, runs, storage, overrides)
    from subsetsearch.candidate import NONE
    from subsetsearch.search.evaluations import EvaluationTable
    from subsetsearch.search.full import FullRuns
    from subsetsearch.search.full_workers import run_with_workers
    from subsetsearch.search.levels import pair_levels
    from subsetsearch.study.pool import build_targets

    table = EvaluationTable(opened.folder.evaluations)
    chosen_seeds = _evaluation_seeds(opened, table, read_seeds(seeds), fresh_seeds)
    asked = {"--pick": pick, "--languages": languages, "--strategies": strategies, "--top": top}
    given = {name: value for name, value in asked.items() if value is not None}
    chosen, pool = _chosen(opened, given, pairs)
    if fresh_seeds is not None:
        everything = pair_levels(opened.config, pool).top(pool.keys)
        chosen = list(dict.fromkeys([NONE, *chosen, everything]))
    targets = build_targets(opened.config, "test")
    full = FullRuns(opened.config, pool, targets, table, fresh=fresh_seeds is not None)
    todo = full.missing(chosen, chosen_seeds)
    kind = "fresh seeds" if full.fresh else "seeds"
    messages.print(f"{len(todo)} full runs to do ({len(chosen)} subsets, {len(chosen_seeds)} {kind})")
    if targets.unlabelled:
        messages.print(f"not scored, for want of labels: {', '.join(targets.unlabelled)}")
    run_with_workers(full, todo, workers=workers, logs=opened.folder.logs, progress=ConsoleProgress())
    if as_json:
        stored = full.table.read(opened.config.fingerprint())
        print(json.dumps([row.row() for row in stored if row.candidate in chosen]))
    else:
        results.print(f"full runs in {opened.folder.evaluations}", markup=False, soft_wrap=True)
        results.print(f"next: {opened.command('pareto')}", markup=False, soft_wrap=True)


def _evaluation_seeds(
    opened: OpenStudy, table: EvaluationTable, named: tuple[int, ...], fresh: int | None
) -> tuple[int, ...]:
    """Decide on the seeds; those of choices and fresh ones are never mixed.

    Raises:
        ConfigError: If both kinds were asked for, or a named seed is a fresh one.
    """
    from subsetsearch.search.evaluations import draw_fresh

    known = table.read(opened.config.fingerprint())
    if fresh is not None:
        if named:
            raise ConfigError("fresh seeds are drawn, not named", where="--seeds", fix="leave --seeds out")
        return draw_fresh(known, [*opened.config.evaluate.seeds, *opened.config.searched_seeds], fresh)
    seeds = named or opened.config.evaluate.seeds
    taken = {run.seed for run in known if run.fresh}
    spoilt = next((seed for seed in seeds if seed in taken), None)
    if spoilt is not None:
        raise ConfigError(
            f"seed {spoilt} is a fresh one: a choice that saw it could no longer be tested with it",
            where="--seeds",
            fix="use another seed, or --fresh-seeds",
        )
    return seeds


def _chosen(opened: OpenStudy, asked: dict[str, Any], pairs: int | None) -> tuple[list[Candidate], Pool]:
    """Find the subsets that the user asked for; the proxy's front, if for none.

    Raises:
        ConfigError: If there are two kinds of them, or a number of pairs for some that have their own.
    """
    from subsetsearch.search.levels import pair_levels
    from subsetsearch.search.published import named_strategies
    from subsetsearch.search.rows import candidates
    from subsetsearch.study.pool import build_pool, resolve_subset

    if len(asked) > 1:
        first, *others = asked
        raise ConfigError(
            f"cannot be combined with {' and '.join(others)}", where=first, fix="evaluate one after the other"
        )
    kind, value = next(iter(asked.items()), ("--top", opened.config.evaluate.top))
    if kind in ("--languages", "--strategies"):
        pool = build_pool(opened.config)
        levels = pair_levels(opened.config, pool)
        named = (
            [resolve_subset([part for part in str(value).split(",") if part.strip()], pool)]
            if kind == "--languages"
            else named_strategies(str(value), pool.keys).values()
        )
        limit = levels.limits[-1] if pairs is None else pairs
        return list(dict.fromkeys(levels.settle(subset, limit) for subset in named)), pool
    if pairs is not None:
        raise ConfigError(
            f"{kind} has its own number of pairs", where="--pairs", fix="give --languages or --strategies"
        )
    found = read_results(opened)
    if kind == "--pick":
        return [_pick(found.rows, str(value)).candidate], found.pool
    return candidates(found.rows, int(value)), found.pool


def _pick(rows: list[Row], rule: str) -> Row:
    from subsetsearch.pareto.pick import parse_rule

    picked = parse_rule(rule).pick(rows)
    messages.print(f"picked {picked.row.name}: {picked.reason}")
    return picked.row


def _lines(plan: dict[str, Any]) -> str:
    return "\n".join(f"{name}: {_plan_value(name, value)}" for name, value in plan.items())


def _plan_value(name: str, value: object) -> object:
    """Write a value for people; a time that nothing was timed for is unknown, not nothing."""
    if value is None:
        return "unknown: nothing timed yet" if name.endswith("_seconds") else "none"
    if isinstance(value, list | tuple):
        return " ".join(map(str, value)) or "none"
    return value
