"""The full runs of a plan, in the order of their turns, and how long they take."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import replace

import subsetsearch as ss
from benchmarks.study.entries import Plan
from benchmarks.study.order import ordered_runs
from benchmarks.study.search import Desk, Over
from subsetsearch.analysis.text.labelled_lines import duration
from subsetsearch.problem.problem import Problem
from subsetsearch.results.measurements.measurement import DEV, TEST
from subsetsearch.results.measurements.store import MeasurementStore, Run
from subsetsearch.run.full_runs.evaluate import run_with_workers
from subsetsearch.run.preparation.arithmetic import with_fixed_arithmetic
from subsetsearch.run.preparation.checks import require_run_data
from subsetsearch.rungs.full import FullRuns

GUESS = 90.0
"""Seconds of a full run, as long as none was timed."""

ROUND = 12
"""So many runs a worker are handed out before the clock is asked, where time is limited: each round prepares
the data anew."""


def full_runs(study: ss.Study, problem: Problem, store: MeasurementStore) -> FullRuns:
    """Runs on test data with fresh seeds: no choice sees them.

    Args:
        study: Of the task.
        problem: Of it, on any data.
        store: Where the runs are kept.
    """
    config = with_fixed_arithmetic(study.config, study.folder)
    return FullRuns(replace(problem.on(TEST), config=config), store, fresh=True)


def dev_runs(study: ss.Study, problem: Problem, store: MeasurementStore) -> FullRuns:
    """Runs on development data, as a search makes them.

    Args:
        study: Of the task.
        problem: Of it, on development data.
        store: Where the runs are kept.
    """
    config = with_fixed_arithmetic(study.config, study.folder)
    return FullRuns(replace(problem, config=config), store, split=DEV)


def missing(desk: Desk, plan: Plan) -> list[Run]:
    """Runs of a plan that are not there, in its order."""
    there = {(run.subset, run.seed) for run in desk.kept.runs(TEST)}
    return [run for run in ordered_runs(plan) if run not in there]


def seconds(desk: Desk) -> float:
    """What a run takes: the median of those on test data, else of those of the search, else a guess."""
    for split in ("test", "dev"):
        times = [run.seconds for run in desk.kept.runs(split) if run.subset.languages]
        if times:
            return statistics.median(times)
    return GUESS


def likely_time(runs: int, each: float, workers: int) -> str:
    """Say how long runs take.

    Args:
        runs: How many.
        each: Seconds of one.
        workers: Processes.
    """
    return f"about {duration(runs * each / workers)} with {workers} at once ({each:.0f} s a run)"


def run_plan(desk: Desk, plan: Plan, *, workers: int = 1, over: Over | None = None) -> bool:
    """Do what is missing of a plan; rows are written as runs end.

    Args:
        desk: The task.
        plan: Of it.
        workers: Processes.
        over: Whether time is over, asked between rounds of runs; all runs are one round without it.

    Returns:
        Whether nothing is missing any more.

    Raises:
        RealignError: If data are missing, or a run fails; what was finished is kept.
    """
    todo = missing(desk, plan)
    if not todo:
        return True
    full = full_runs(desk.study, desk.problem, desk.kept.store)
    require_run_data(full.problem, desk.study.folder, _languages(todo))
    size = len(todo) if over is None else ROUND * workers
    for start in range(0, len(todo), size):
        if over is not None and over():
            break
        part = todo[start : start + size]
        run_with_workers(full, part, workers=workers, logs=desk.study.folder.logs, progress=desk.kept)
        desk.kept.write()
    return not missing(desk, plan)


def _languages(todo: Sequence[Run]) -> set[str]:
    return {key for subset, _ in todo for key in subset.languages}
