"""Does a choice carry over? Sets chosen without any run of a task, by other tasks' searches and tables.

``python -m benchmarks.study.carry african-ner`` adds to the plan of a task what the searches of other tasks
recommend, as far as these have a plan, and the one language that the tables of other tasks expect most of.
``python -m benchmarks.study african-ner`` then runs them. REALIGN_DATA names the corpora.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import optuna
from threadpoolctl import threadpool_limits

from benchmarks.common import ending_plainly
from benchmarks.effects.cases import FEWEST_RUNS, learned_by
from benchmarks.effects.prior import ALIKE
from benchmarks.study.choose import Chooser
from benchmarks.study.entries import CARRIED, OURS, RECOMMENDED, Entry, Plan
from benchmarks.study.files.plan_file import read_plan, write_plan
from benchmarks.study.reproduce import stored_plan
from benchmarks.study.search import Desk, planned_runs
from benchmarks.study.tasks import TASKS, StudyTask, no_plan
from benchmarks.tables.load import read_table
from benchmarks.tables.tasks import TASKS as TABLES
from subsetsearch.errors import count
from subsetsearch.problem.problem import Problem
from subsetsearch.subset import Subset
from subsetsearch.surrogate.effects import EffectModel
from subsetsearch.traits.typological import coordinates

PRIOR = "best single language by tables of other tasks"

FEWEST = 2
"""Tables that must know a language: one alone would be a pick of that task."""


def carried(task: StudyTask, problem: Problem, known: Sequence[str] = ()) -> Iterator[Entry]:
    """Choose without any run of the task.

    Args:
        task: The task.
        problem: Of it.
        known: Names that need not be made again.

    Yields:
        What the search of each other task recommends, cut to this pool, and the language that the tables of
        other tasks expect most of. Tables of the same kind of task are left out there.
    """
    for other in TASKS.values():
        name = f"picked on {other.name}"
        plan = read_plan(other.plan) if other.name != task.name and name not in known else None
        if plan is not None:
            yield from _cut(name, plan, problem)
    if PRIOR not in known:
        best = best_single(single_gains(task.name, problem.pool.keys))
        if best is not None:
            yield Entry.of(CARRIED, PRIOR, problem.cost.pairs.top([best]))


def _cut(name: str, plan: Plan, problem: Problem) -> Iterator[Entry]:
    chosen = plan.entry(f"{OURS}: {RECOMMENDED}")
    there = [key for key in chosen.languages if key in problem.pool.keys]
    if not there:
        return  # nothing of it, or no realignment, which is run anyhow
    gone = len(chosen.languages) - len(there)
    note = f"without {count(gone, 'language')} that this pool lacks" if gone else ""
    yield Entry.of(CARRIED, name, problem.cost.pairs.canonical(there, chosen.pairs), note=note)


def single_gains(task: str, keys: Sequence[str]) -> dict[str, Mapping[str, float]]:
    """What the tables of other tasks expect of single languages of a pool, in standard deviations of theirs.

    Args:
        task: That nothing is learned of.
        keys: Of the pool.

    Returns:
        Table to language to the gain that is expected on development data.
    """
    found: dict[str, Mapping[str, float]] = {}
    for name, table_task in TABLES.items():
        table = read_table(table_task) if name not in (task, ALIKE.get(task)) else None
        if table is None or not table.runs:
            continue
        runs, kernel = learned_by(table_task, table)
        there = [key for key in keys if key in kernel.traits.keys]
        if len(runs) < FEWEST_RUNS or not there:
            continue
        model = EffectModel.fit(runs, kernel, coordinates(runs.targets))
        mean = model.expect_group([Subset(frozenset([key])) for key in there]).mean
        found[name] = dict(zip(there, ((mean - mean.mean()) / mean.std()).tolist(), strict=True))
    return found


def best_single(gains: Mapping[str, Mapping[str, float]]) -> str | None:
    """The language with the highest mean over tables, of those that enough of them know."""
    tables = [*gains.values()]
    means = {
        key: float(np.mean([by_language[key] for by_language in tables if key in by_language]))
        for key in sorted({key for by_language in tables for key in by_language})
        if sum(key in by_language for by_language in tables) >= min(FEWEST, len(tables))
    }
    return max(means, key=lambda key: means[key]) if means else None


def add(task: StudyTask, runs: str) -> list[Entry]:
    """Add the sets to the plan that it does not have yet. Sets that it has stay as they are.

    Args:
        task: Whose search has ended.
        runs: Folder of databases and caches.

    Returns:
        What was added.

    Raises:
        RealignError: If there is no plan yet, or it does not fit.
    """
    desk = Desk.of(task, runs)
    plan = stored_plan(desk)
    if plan is None:
        raise no_plan(task)
    known = [entry.name for entry in plan.of_kind(CARRIED)]
    chooser = Chooser.of(desk.problem, planned_runs(desk, plan))
    entries = chooser.priced([*carried(task, desk.problem, known)])
    if entries:
        write_plan(task.plan, replace(plan, entries=(*plan.entries, *entries)))
    return entries


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=[*TASKS])
    parser.add_argument("--dir", default="runs", help="folder of databases and caches")
    options = parser.parse_args(arguments)
    threadpool_limits(1)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with ending_plainly():
        entries = add(TASKS[options.task], options.dir)
    for entry in entries:
        print(f"{entry.name}: {' '.join(entry.languages)} ({entry.cost:,.0f} pairs) {entry.note}".rstrip())
    print(f"{count(len(entries), 'set')} added to {TASKS[options.task].plan.name}")
    if entries:
        print(f"The task has so many more sets to run: python -m benchmarks.study {options.task}")


if __name__ == "__main__":
    main()
