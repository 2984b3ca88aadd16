"""A task from its search to its last full run: each step goes on where it was stopped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from benchmarks.study import design
from benchmarks.study.choose import Chooser
from benchmarks.study.entries import Entry, Plan, TargetFacts, Tried
from benchmarks.study.files.plan_file import read_plan, write_plan
from benchmarks.study.peers import TimeOver, play_all
from benchmarks.study.runs import likely_time, missing, run_plan, seconds
from benchmarks.study.search import (
    Desk,
    Over,
    budget,
    never,
    planned_runs,
    search,
    searched_runs,
    spent,
    trials,
    trials_within,
)
from benchmarks.study.tasks import PEERS
from subsetsearch.errors import StudyError, count
from subsetsearch.languages import pretraining_of, resolve
from subsetsearch.problem.problem import Problem
from subsetsearch.results.measurements.measurement import DEV

Tell = Callable[[str], None]


def reproduce(desk: Desk, *, workers: int = 1, over: Over | None = None, tell: Tell = print) -> bool:
    """Search, plan, run what the plan asks for; the peers' searches and picks come last.

    Args:
        desk: The task.
        workers: Processes.
        over: Whether the time of the command is over; there is no limit without it.
        tell: Told what comes next and how long it takes.

    Returns:
        Whether the task is done.

    Raises:
        RealignError: If something does not fit, or a run fails; what was finished is kept.
    """
    ended = over or never
    desk.kept.write()  # what was stored when a process was killed before it wrote
    plan = stored_plan(desk)
    if plan is None:
        tell(forecast(desk, None, workers))
        if not search(desk, workers, ended):
            return False
        plan = make_plan(desk)
        write_plan(desk.task.plan, plan)
    tell(forecast(desk, plan, workers))
    if not run_plan(desk, plan, workers=workers, over=over):
        return False
    if set(plan.peers) != set(PEERS):
        try:
            entries, took = play_all(desk, plan.search.runs, workers=workers, over=ended)
        except TimeOver:
            return False
        desk.kept.write()
        chooser = Chooser.of(desk.problem, planned_runs(desk, plan))
        plan = plan.with_peers(chooser.priced(entries), took)
        write_plan(desk.task.plan, plan)
    return run_plan(desk, plan, workers=workers, over=over)


def stored_plan(desk: Desk) -> Plan | None:
    """Read the plan of a task.

    Raises:
        StudyError: If it was made with other settings.
    """
    plan = read_plan(desk.task.plan)
    if plan is not None and plan.fingerprint != desk.problem.fingerprint:
        raise StudyError(
            f"a plan of another version of {desk.task.file.name}: its settings were changed since",
            where=desk.task.plan,
            fix="take the change back, or move the plan and the rows of this task away",
        )
    return plan


def make_plan(desk: Desk) -> Plan:
    """Choose by the search's runs, and add what the choices are held against.

    Raises:
        RealignError: If the runs are too few for a model.
    """
    problem, sizes = desk.problem, desk.task.design
    runs = searched_runs(desk)
    chooser = Chooser.of(problem, runs)
    entries: list[Entry] = [*design.ends(problem), *chooser.entries(), *design.published(problem)]
    entries += [*design.random(problem, sizes), *design.by_traits(problem), *design.diverse(problem, sizes)]
    entries += design.costs(problem, sizes, entries)
    return Plan(
        desk.task.name,
        problem.fingerprint,
        runs[0].metric,
        sizes.seeds,
        float(f"{budget(desk):.4g}"),  # never rounded to 0
        replace(spent(runs), runs=len(trials(desk))),
        target_facts(problem),
        tuple(chooser.priced(entries)),
        {},
        tuple(Tried(tuple(sorted(run.subset.languages)), run.subset.pairs, run.seed) for run in runs),
        design.pairs_read(problem.config),
    )


def target_facts(problem: Problem) -> Mapping[str, TargetFacts]:
    """What is known of each target, by key."""
    corpus, found = pretraining_of(problem.config.recipe.encoder.name), {}
    for key in problem.on("test").targets.codes:
        language = resolve(key)
        seen = corpus is not None and corpus in language.seen_in
        held_out = key in problem.targets.held_out
        found[key] = TargetFacts(language.name, language.family, language.script, seen, held_out)
    return found


def forecast(desk: Desk, plan: Plan | None, workers: int) -> str:
    """Say what is still to be done, and how long it takes; before there is a plan its runs are estimated."""
    each, searching = seconds(desk), plan is None
    wanted = trials_within(desk)
    left = max(0, wanted - len(trials(desk))) if searching else 0
    runs = likely_runs(desk) if plan is None else len(missing(desk, plan))
    peers = len(PEERS) * wanted if plan is None else _peers_left(desk, plan)
    parts = [
        f"{count(left, 'trial')} of the search" if searching else "",
        ("about " if searching else "") + count(runs, "full run") if runs else "",
        f"{count(peers, 'run')} of peers' searches at most" if peers else "",
    ]
    todo = ", ".join(filter(None, parts))
    if not todo:
        return f"{desk.task.name}: nothing to do"
    return f"{desk.task.name}: {todo} to do, {likely_time(left + runs + peers, each, workers)}"


def _peers_left(desk: Desk, plan: Plan) -> int:
    """Runs that the peers' searches may still have to make; they share some, so it may be fewer."""
    done = len(desk.kept.runs(DEV)) - len(plan.tried)
    return 0 if plan.peers else max(0, len(PEERS) * plan.search.runs - done)


PICKS = 12
"""Sets that our search and peers choose, about."""


def likely_runs(desk: Desk) -> int:
    """How many full runs a plan will have, about: what the search will choose is not known yet."""
    sizes, published = desk.task.design, len(design.published(desk.problem))
    drawn = len(sizes.sizes) * (sizes.draws + 2)
    return (2 + PICKS + published + drawn + 3 * (len(sizes.pairs) - 1)) * len(sizes.seeds)
