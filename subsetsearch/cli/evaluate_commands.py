"""The command that measures candidates in full: ``evaluate``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from realign_core.support.config import comma_list
from realign_core.support.console import ConsoleProgress, messages, results
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
)
from subsetsearch.cli.given import takes
from subsetsearch.errors import ConfigError

if TYPE_CHECKING:
    from subsetsearch.analysis.front import Front
    from subsetsearch.analysis.front_row import FrontRow
    from subsetsearch.problem.pool import Pool
    from subsetsearch.rungs.full import FullRuns
    from subsetsearch.subset import Subset


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(evaluate)


@dataclass(frozen=True, slots=True)
class EvaluateOptions:
    """Which candidates, with which seeds, and where results are kept."""

    study: StudyArgument
    top: Annotated[
        int | None, typer.Option("--top", min=1, help="Subsets of the proxy's front, besides none and all.")
    ] = None
    pick: PickOption = None
    languages: Annotated[
        str | None, typer.Option("--languages", help="A subset of your own, comma-separated.")
    ] = None
    pairs: PairsOption = None
    strategies: Annotated[
        str | None,
        typer.Option("--strategies", help="Published strategies by name, comma-separated, or all."),
    ] = None
    seeds: SeedsOption = None
    fresh_seeds: Annotated[
        int | None,
        typer.Option(
            "--fresh-seeds",
            min=1,
            help="Use so many seeds that no choice has seen; none and all run as well.",
        ),
    ] = None
    workers: WorkersOption = 1
    storage: StorageOption = None
    runs: DirOption = RUNS
    overrides: SetOption = None
    as_json: JsonOption = False


@takes(EvaluateOptions)
def evaluate(given: EvaluateOptions) -> None:
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
    opened = OpenStudy.read(given.study, given.runs, given.storage, given.overrides)
    from subsetsearch.problem.pool import build_targets
    from subsetsearch.results.run_table import to_row
    from subsetsearch.results.study_store import export_runs
    from subsetsearch.run.evaluate import run_with_workers
    from subsetsearch.rungs.full import FullRuns

    opened.folder.require_writable()
    store = opened.store()
    seeds = _seeds(opened, given)
    chosen, pool = _chosen(opened, given)
    targets = build_targets(opened.config, "test")
    config = opened.with_fixed_arithmetic().config
    full = FullRuns(config, pool, targets, store, fresh=given.fresh_seeds is not None)
    todo = full.missing(chosen, seeds)
    kind = "fresh seeds" if full.fresh else "seeds"
    _announce(full, f"{len(todo)} full runs to do ({len(chosen)} subsets, {len(seeds)} {kind})")
    run_with_workers(full, todo, workers=given.workers, logs=opened.folder.logs, progress=ConsoleProgress())
    export_runs(opened.config, opened.folder)
    if given.as_json:
        print(json.dumps([to_row(run) for run in opened.full_runs() if run.subset in chosen]))
    else:
        results.print(f"full runs in {opened.folder.evaluations}", markup=False, soft_wrap=True)
        results.print(f"next: {opened.command('pareto')}", markup=False, soft_wrap=True)


def _announce(full: FullRuns, plan: str) -> None:
    """Say what will be measured, and what cannot be."""
    messages.print(plan)
    if full.targets.unlabelled:
        messages.print(f"not scored, for want of labels: {', '.join(full.targets.unlabelled)}")


def _seeds(opened: OpenStudy, given: EvaluateOptions) -> tuple[int, ...]:
    """Decide on the seeds; those of choices and fresh ones are never mixed.

    Raises:
        ConfigError: If both kinds were asked for, or a named seed is a fresh one.
    """
    from subsetsearch.results.measurement import draw_fresh

    named, known = read_seeds(given.seeds), opened.full_runs()
    if given.fresh_seeds is not None:
        if named:
            raise ConfigError("fresh seeds are drawn, not named", where="--seeds", fix="leave --seeds out")
        reserved = (*opened.config.evaluate.seeds, *opened.config.searched_seeds)
        return draw_fresh(known, reserved, given.fresh_seeds)
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


def _chosen(opened: OpenStudy, given: EvaluateOptions) -> tuple[list[Subset], Pool]:
    """Find the candidates; with fresh seeds also ``none`` and ``all``, which they are held against.

    Raises:
        ConfigError: If there are two kinds of them, or a number of pairs for some that have their own.
    """
    from subsetsearch.problem.pairs import pair_levels
    from subsetsearch.subset import NONE

    kind = _kind(given)
    if kind in ("--languages", "--strategies"):
        found, pool = _named(opened, given)
    elif given.pairs is not None:
        raise ConfigError(
            f"{kind} has its own number of pairs", where="--pairs", fix="give --languages or --strategies"
        )
    else:
        found, pool = _of_the_search(opened, given)
    if given.fresh_seeds is not None:
        found = [NONE, *found, pair_levels(opened.config, pool).top(pool.keys)]
    return list(dict.fromkeys(found)), pool


def _kind(given: EvaluateOptions) -> str:
    """Name the one option that says which candidates are meant.

    Raises:
        ConfigError: If there are several.
    """
    asked = {
        "--pick": given.pick,
        "--languages": given.languages,
        "--strategies": given.strategies,
        "--top": given.top,
    }
    kinds = [name for name, value in asked.items() if value is not None]
    if len(kinds) > 1:
        raise ConfigError(
            f"cannot be combined with {' and '.join(kinds[1:])}",
            where=kinds[0],
            fix="evaluate one after the other",
        )
    return kinds[0] if kinds else "--top"


def _named(opened: OpenStudy, given: EvaluateOptions) -> tuple[list[Subset], Pool]:
    """Find sets of the user's own or of published strategies, with as many pairs as asked for."""
    from subsetsearch.problem.pairs import pair_levels
    from subsetsearch.problem.pool import build_pool, resolve_subset
    from subsetsearch.strategies._in_pool import named_strategies

    pool = build_pool(opened.config)
    levels = pair_levels(opened.config, pool)
    limit = levels.limits[-1] if given.pairs is None else given.pairs
    if given.languages is not None:
        subsets = [resolve_subset(comma_list(given.languages), pool)]
    else:
        subsets = list(named_strategies(given.strategies or "", pool.keys).values())
    return [levels.canonical(subset, limit) for subset in subsets], pool


def _of_the_search(opened: OpenStudy, given: EvaluateOptions) -> tuple[list[Subset], Pool]:
    """Find what a rule picks, or the best of the proxy's front."""
    found = read_results(opened)
    if given.pick is not None:
        return [_pick(found.rows, given.pick).subset], found.pool
    return found.rows.shortlist(given.top or opened.config.evaluate.top), found.pool


def _pick(front: Front, rule: str) -> FrontRow:
    picked = front.pick(rule)
    messages.print(f"picked {picked.row.name}: {picked.reason}")
    return picked.row
