"""Full runs shared out over several processes.

Each process is given the whole list and claims one run after another in the study's database. So a fast
process does more runs than a slow one, and the others take the run of a killed one. Run as a module, this
file is such a process (see :mod:`subsetsearch.run.preparation.process`).
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from realign_core.support.progress import NoProgress, Progress
from subsetsearch.analysis.study.study_results import read_known
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import StudyError, check_whole, count
from subsetsearch.problem.problem import Problem
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.results.measurements.requested_runs import Kind, want
from subsetsearch.results.measurements.store import MeasurementStore, Run
from subsetsearch.results.tables.study_store import export_runs, open_store, read_full_runs
from subsetsearch.run.full_runs.chosen import EvaluationRequest, choose_seeds, choose_subsets
from subsetsearch.run.preparation.arithmetic import with_fixed_arithmetic
from subsetsearch.run.preparation.checks import require_run_data
from subsetsearch.run.preparation.process import (
    GRACE_SECONDS,
    Job,
    Worker,
    start_worker,
    stop_workers,
    worker_main,
)
from subsetsearch.rungs.full import FullRuns
from subsetsearch.subset import Subset

logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.5


def evaluate(
    config: StudyConfig,
    folder: StudyFolder,
    request: EvaluationRequest,
    *,
    workers: int,
    progress: Progress,
    tell: Callable[[str], None],
) -> list[Measurement]:
    """Measure chosen subsets in full, and write the study's table of full runs.

    Args:
        config: The study.
        folder: Where its results are.
        request: Which subsets, with which seeds.
        workers: Processes that share the runs; with 0, they are left to workers that join.
        progress: Shows the runs.
        tell: Told what is about to be done.

    Returns:
        All full runs of these subsets, those of before among them.

    Raises:
        RealignError: If something does not fit, or a run fails; finished runs are kept.
    """
    check_whole("--workers", workers, 0)
    seeds = choose_seeds(config, read_full_runs(config, folder), request.seeds, request.fresh_seeds)
    problem = Problem.build(config, split="test")
    subsets = choose_subsets(request, problem, lambda: read_known(config, folder), tell=tell)
    require_run_data(problem, folder, {key for subset in subsets for key in subset.languages})
    fixed = replace(problem, config=with_fixed_arithmetic(config, folder))
    full = FullRuns(fixed, open_store(config, folder), request.fresh_seeds is not None)
    todo = full.missing(subsets, seeds)
    kind = "fresh seed" if full.fresh else "seed"
    tell(f"{count(len(todo), 'full run')} to do ({count(len(subsets), 'subset')}, {count(len(seeds), kind)})")
    if problem.targets.unlabelled:
        tell(f"not scored, because they have no labels: {', '.join(problem.targets.unlabelled)}")
    try:
        run_with_workers(full, todo, workers=workers, logs=folder.logs, progress=progress)
    finally:
        export_runs(config, folder)
    chosen = set(subsets)
    return [run for run in read_full_runs(config, folder) if run.subset in chosen]


def run_with_workers(
    full: FullRuns, todo: Sequence[Run], *, workers: int, logs: Path, progress: Progress | None = None
) -> None:
    """Do full runs in several processes; with one worker, in this one.

    Each process computes with its share of the cores, unless ``OMP_NUM_THREADS`` says otherwise. What is to
    be done is noted first: workers of other commands and machines take part.

    Args:
        full: Runs of a study.
        todo: From :meth:`FullRuns.missing`.
        workers: Processes; with 0, the runs are only noted for workers that join.
        logs: Folder of their logs, one a worker.
        progress: Shows the runs.

    Raises:
        StudyError: If a worker fails (its log is named), or runs are missing in the end.
        RealignError: With one worker, if data cannot be read or a run fails.
    """
    want(full.store, full.problem.fingerprint, todo, Kind(full.split, full.fresh, full.scale))
    if workers == 0:
        return
    workers = min(workers, len(todo))
    if workers <= 1:
        full.run(todo, progress=progress)
        return
    started = _start(full, todo, workers, logs)
    try:
        _watch(full, todo, started, progress or NoProgress())
    except KeyboardInterrupt:
        stop_workers(started, patience=GRACE_SECONDS)
        raise
    finally:
        stop_workers(started)
    killed = [worker for worker in started if worker.process.returncode]
    missing = len(set(todo) - full.done())
    if missing:
        raise StudyError(
            f"{len(killed)} of {count(workers, 'worker')} ended early; {count(missing, 'run')} missing",
            where=killed[0].log if killed else logs,
            fix="run again to go on; fewer workers need less memory",
        )
    for worker in killed:
        logger.warning("a worker was killed (%s); the others did its runs", worker.log)


def _start(full: FullRuns, todo: Sequence[Run], workers: int, logs: Path) -> list[Worker]:
    job, study = job_of(full, todo), full.problem.config
    return [
        start_worker(__spec__.name, study, job, workers=workers, log=logs / f"evaluate-{i + 1}.log")
        for i in range(workers)
    ]


def job_of(full: FullRuns, todo: Sequence[Run]) -> dict[str, object]:
    """Write what a worker is told."""
    return {
        "url": full.store.url,
        "fresh": full.fresh,
        "split": full.split,
        "scale": full.scale,
        "todo": [[sorted(subset.languages), subset.pairs, seed] for subset, seed in todo],
    }


def _watch(full: FullRuns, todo: Sequence[Run], started: Sequence[Worker], progress: Progress) -> None:
    """Show runs as they are stored, until all workers have ended."""
    shown = 0
    with progress.track("full runs", len(todo)) as advance:
        while True:
            ended = all(worker.process.poll() is not None for worker in started)
            done = len(full.done().intersection(todo))
            advance(done - shown)
            shown = done
            failed = next((worker for worker in started if worker.failed), None)
            if failed is not None:
                raise StudyError(failed.last_words(), where=failed.log, fix="run again to go on")
            if ended:
                return
            time.sleep(_POLL_SECONDS)


def _do(study: StudyConfig, job: Job) -> None:
    """Claim runs until none is left."""
    store = MeasurementStore(job["url"])
    full = FullRuns(Problem.build(study, split=job["split"]), store, job["fresh"], job["split"], job["scale"])
    full.run([(Subset(frozenset(keys), pairs), int(seed)) for keys, pairs, seed in job["todo"]])


if __name__ == "__main__":
    sys.exit(worker_main(_do, grace=GRACE_SECONDS))
