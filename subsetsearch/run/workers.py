"""Search in one or several processes that share the stored study.

Run as a module this is one of the further processes (see :mod:`subsetsearch.run.process`).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import optuna

from realign_core.support.progress import Advance
from realign_core.support.threads import compute_as_one
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import StudyError
from subsetsearch.results.folder import StudyFolder
from subsetsearch.results.storage import load_stored
from subsetsearch.results.trials import count_complete
from subsetsearch.run.process import Job, Worker, start_worker, stop_workers, worker_main
from subsetsearch.run.quota import Quota
from subsetsearch.run.search import RunSummary, count_new_trials, run_search
from subsetsearch.rungs.ladder import Ladder, open_ladder

logger = logging.getLogger(__name__)

_GRACE_SECONDS = 20.0
"""A worker that is ended has so long to store that its trial failed, so that the next run takes it up."""


def search_with_workers(ladder: Ladder, trials: int | None, *, workers: int) -> RunSummary:
    """Run trials in this process, or in several that take them one by one.

    Args:
        ladder: The opened study.
        trials: Trials to add; what is missing to the study's own number if ``None``, or that
            number again if none is missing.
        workers: Processes; each computes with its share of the cores, unless ``OMP_NUM_THREADS`` says
            otherwise.

    Raises:
        StudyError: If a worker process fails; its log is named.
        RealignError: As :func:`subsetsearch.run.search.run_search`.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    config = ladder.problem.config
    before = count_complete(load_stored(config, ladder.folder))
    total = count_new_trials(config.search.trials, before, trials)
    workers = min(workers, total)
    # The first process makes study and caches, so the others find them.
    ladder.first.prepare()
    ladder.top.prepare()
    compute_as_one(workers)
    with ladder.progress.track("search", total) as advance:
        if workers == 1:
            summary = run_search(ladder, total, on_trial=lambda *_: advance(1))
        else:
            summary = _search_together(ladder, total, workers, advance)
    after = count_complete(load_stored(config, ladder.folder))
    return RunSummary(before, after, summary.resumed)


def _search_together(ladder: Ladder, total: int, workers: int, advance: Advance) -> RunSummary:
    with TemporaryDirectory(prefix="subsetsearch-") as folder:
        quota = Quota(Path(folder), total)
        started = [_start(ladder, quota, number, workers) for number in range(1, workers)]
        try:
            with quota.worker("0", tell=_follow(advance)) as share:
                summary = run_search(ladder, total, share=share)
            _settle(started)
        finally:
            stop_workers(started, patience=_GRACE_SECONDS)
        return summary


def _start(ladder: Ladder, quota: Quota, number: int, workers: int) -> Worker:
    job = {
        "folder": str(ladder.folder.path.resolve()),
        "storage": ladder.folder.storage,
        "quota": str(quota.folder),
        "total": quota.total,
        "name": str(number),
    }
    log = ladder.folder.logs / f"run-{number}.log"
    return start_worker(__spec__.name, ladder.problem.config, job, workers=workers, log=log)


def _follow(advance: Advance) -> Callable[[int], None]:
    """Show finished trials, whoever has finished them."""
    shown = 0

    def tell(finished: int) -> None:
        nonlocal shown
        advance(finished - shown)
        shown = finished

    return tell


def _settle(started: Sequence[Worker]) -> None:
    """Wait for the workers, which have nothing left to do.

    Raises:
        StudyError: If one gave up by itself.
    """
    for worker in started:
        worker.process.wait()
    failed = next((worker for worker in started if worker.failed), None)
    if failed is not None:
        raise StudyError(failed.last_words(), where=failed.log, fix="run again to go on")
    for worker in started:
        if worker.process.returncode:
            logger.warning("a worker was killed (%s); the others did its trials", worker.log)


def _do(study: StudyConfig, job: Job) -> None:
    """Do what one of the further processes does."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    ladder = open_ladder(study, StudyFolder(Path(job["folder"]), job["storage"]))
    quota = Quota(Path(job["quota"]), job["total"])
    with quota.worker(job["name"]) as share:
        run_search(ladder, quota.total, share=share)


if __name__ == "__main__":
    sys.exit(worker_main(_do, grace=_GRACE_SECONDS))
