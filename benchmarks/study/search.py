"""The search of a task within its budget, by the study's own command, and what it took."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import subsetsearch as ss
from benchmarks.study.design import published
from benchmarks.study.entries import Plan, Spent
from benchmarks.study.files.kept import Kept
from benchmarks.study.tasks import StudyTask
from subsetsearch.config.rungs import FULL
from subsetsearch.errors import StudyError, count, verb
from subsetsearch.problem.problem import Problem
from subsetsearch.results.measurements.measurement import DEV, Measurement, run_key
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.results.trials.stored_study import load_stored
from subsetsearch.results.trials.trial_record import TrialRecord, read_trials
from subsetsearch.rungs.full_rung import further_seed

SLICE = 4
"""So many trials are run before the clock is asked, where time is limited; each slice prepares the data."""

Over = Callable[[], bool]
"""Whether the time of the command is over."""


def never() -> bool:
    """No: there is no limit."""
    return False


@dataclass(frozen=True, slots=True)
class Deadline:
    """Whether a moment of the machine's steady clock is over, in this process and its children.

    Args:
        at: The moment, in seconds.
    """

    at: float

    def __call__(self) -> bool:
        """Ask the clock."""
        return time.monotonic() > self.at


@dataclass(frozen=True)
class Desk:
    """A task that is worked at.

    Args:
        task: The task.
        study: Its study.
        problem: With the targets of development data.
        kept: Its rows.
    """

    task: StudyTask
    study: ss.Study
    problem: Problem
    kept: Kept

    @classmethod
    def of(cls, task: StudyTask, runs: str) -> Desk:
        """Open a task and put the rows of its tables into the study's database.

        Args:
            task: The task.
            runs: Folder of databases and caches.

        Raises:
            RealignError: If the study file or the tables do not fit.
        """
        study = ss.load(task.file, runs=runs, tell=lambda _: None)
        problem = Problem.build(study.config)
        kept = Kept(task, open_store(study.config, study.folder), problem.fingerprint)
        kept.restore()
        return cls(task, study, problem, kept)


def search(desk: Desk, workers: int = 1, over: Over = never) -> bool:
    """Search within the budget; the same call goes on where the last one stopped.

    The first two trials (no realignment, all languages) say what a run takes, and so how many fit.

    Args:
        desk: The task.
        workers: Processes.
        over: Asked after every few trials.

    Returns:
        Whether the search has ended.
    """
    done, wanted = len(trials(desk)), 2
    while True:
        if done < wanted:
            desk.study.run(workers=workers, trials=wanted if over is never else min(done + SLICE, wanted))
            desk.kept.write()
        done, wanted = len(trials(desk)), trials_within(desk)
        if done >= wanted:
            return True
        if over():
            return False


def trials_within(desk: Desk) -> int:
    """How many trials the budget pays, by what realigning with all languages took."""
    design, each = desk.task.design, _seconds_of_all(desk)
    return design.least if each is None else max(design.least, math.floor(60 * budget(desk) / each))


def budget(desk: Desk) -> float:
    """Minutes of the search: the design's, or a share of the published strategies' time if that is less."""
    design, each = desk.task.design, _seconds_of_all(desk)
    if each is None:
        return design.minutes
    strategies = len(published(desk.problem)) * len(design.seeds)
    return min(design.minutes, design.share * strategies * each / 60)


def _seconds_of_all(desk: Desk) -> float | None:
    """What realigning with all languages took, once it was run."""
    (seed, *_) = desk.problem.config.proxy.full.seeds
    run = desk.kept.store.find(
        run_key(desk.problem.fingerprint, desk.problem.cost.everything, FULL.number, DEV, seed)
    )
    return None if run is None or run.seconds <= 0 else run.seconds


def trials(desk: Desk) -> list[TrialRecord]:
    """Finished trials of the search, in their order."""
    stored = load_stored(desk.study.config, desk.study.folder)
    return [] if stored is None else [trial for trial in read_trials(stored) if trial.complete]


def planned_runs(desk: Desk, plan: Plan) -> list[Measurement]:
    """Runs that the search of a plan has seen, from the tables: this machine may have no trials of it.

    Raises:
        StudyError: If one is missing.
    """
    keys = {
        run_key(desk.problem.fingerprint, tried.subset, FULL.number, DEV, tried.seed): tried
        for tried in plan.tried
    }
    stored = {key: desk.kept.store.find(key) for key in keys}
    if gone := [tried for key, tried in keys.items() if stored[key] is None]:
        raise StudyError(
            f"{count(len(gone), 'run')} that the plan names, for instance seed {gone[0].seed} of "
            f"{' '.join(gone[0].languages) or 'none'}, {verb(len(gone), 'is')} not in its table",
            where=desk.task.dev,
            fix="take the rows back from the project's history",
        )
    return [run for run in stored.values() if run is not None]


def searched_runs(desk: Desk) -> list[Measurement]:
    """Runs on development data that the search has seen, each once; peers have others in the database."""
    config, by_run = desk.problem.config, dict[str, Measurement]()
    for trial in trials(desk):
        seeds = [further_seed(config, trial.again)] if trial.again else [*config.proxy.full.seeds]
        for seed in seeds:
            if trial.subset is None:
                continue
            run = desk.kept.store.find(
                run_key(desk.problem.fingerprint, trial.subset, FULL.number, DEV, seed)
            )
            if run is not None:
                by_run[run.run] = run
    return list(by_run.values())


def spent(runs: list[Measurement]) -> Spent:
    """What runs took."""
    return Spent(len(runs), round(sum(run.seconds for run in runs) / 60, 1))
