"""Search in one or several processes that share the stored study.

Run as a module this is one of the further processes (see :mod:`subsetsearch.run.preparation.process`).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import optuna

from realign_core.support.program.threads import compute_as_one
from realign_core.support.progress import Advance, Progress
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import StudyError, check_whole, count
from subsetsearch.problem.problem import Problem
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.trials.stored_study import load_stored
from subsetsearch.results.trials.trial_writer import count_complete
from subsetsearch.run.preparation.arithmetic import with_fixed_arithmetic
from subsetsearch.run.preparation.checks import require_search_data
from subsetsearch.run.preparation.process import (
    GRACE_SECONDS,
    Job,
    Worker,
    start_worker,
    stop_workers,
    worker_main,
)
from subsetsearch.run.search.quota import Quota
from subsetsearch.run.search.search import RunSummary, run_search
from subsetsearch.run.search.total import Time, count_new_trials
from subsetsearch.rungs.ladder import Ladder, open_ladder

logger = logging.getLogger(__name__)


def open_checked(config: StudyConfig, folder: StudyFolder, *, progress: Progress) -> Ladder:
    """Open a study for a search: its data are checked before the encoder is loaded.

    Args:
        config: The study.
        folder: Its folder.
        progress: Shows the one-off encoding.

    Raises:
        RealignError: If something does not fit.
    """
    folder.require_writable()
    config.recipe.encoder.require_folder()
    problem = Problem.build(config)
    require_search_data(problem, folder)
    return open_ladder(with_fixed_arithmetic(config, folder), folder, progress=progress, problem=problem)


def search_with_workers(
    ladder: Ladder, trials: int | None = None, *, more: int | None = None, workers: int = 1
) -> RunSummary:
    """Run trials in this process, or in several that take them one by one.

    Args:
        ladder: The opened study.
        trials: Trials that the study is to have; its own number if ``None``. Commands at once share it.
        more: Trials to add instead, whatever it has.
        workers: Processes; each computes with its share of the cores, unless ``OMP_NUM_THREADS`` says
            otherwise.

    Raises:
        StudyError: If a worker process fails; its log is named.
        RealignError: As :func:`subsetsearch.run.search.search.run_search`.
    """
    check_whole("--workers", workers, 1)
    for option, number in (("--trials", trials), ("--more", more)):
        if number is not None:
            check_whole(option, number, 1)
    optuna.logging.set_verbosity(optuna.logging.ERROR)  # a trial that ends early is said by us, in one line
    config = ladder.problem.config
    before = count_complete(load_stored(config, ladder.folder))
    adds = count_new_trials(config.search.trials, before, trials, more)
    if not adds:
        return RunSummary(before, before, 0, f"the study has its {count(before, 'trial')}; --more adds some")
    total = None if more is not None else trials or config.search.trials
    workers = min(workers, adds)
    # The first process makes study and caches, so the others find them.
    ladder.prepare()
    compute_as_one(workers)
    spent = Time(config.search.minutes)
    with ladder.progress.track("search", adds) as advance:
        if workers == 1:
            summary = run_search(ladder, adds, total=total, on_trial=lambda *_: advance(1), time=spent)
        else:
            summary = _search_together(ladder, adds, total, workers, advance, spent)
    after = count_complete(load_stored(config, ladder.folder))
    return RunSummary(before, after, summary.resumed, summary.ended)


def _search_together(
    ladder: Ladder, adds: int, total: int | None, workers: int, advance: Advance, spent: Time
) -> RunSummary:
    with TemporaryDirectory(prefix="subsetsearch-") as folder:
        quota = Quota(Path(folder), adds)
        started = [_start(ladder, quota, total, number, workers, spent) for number in range(1, workers)]
        try:
            with quota.worker("0", tell=_follow(advance)) as share:
                summary = run_search(ladder, adds, total=total, share=share, time=spent)
            _settle(started)
        finally:
            stop_workers(started, patience=GRACE_SECONDS)
        return summary


def _start(ladder: Ladder, quota: Quota, total: int | None, number: int, workers: int, spent: Time) -> Worker:
    job = {
        "folder": str(ladder.folder.path.resolve()),
        "storage": ladder.folder.storage,
        "quota": str(quota.folder),
        "adds": quota.total,
        "total": total,
        "started": spent.started,
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
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    ladder = open_ladder(study, StudyFolder(Path(job["folder"]), job["storage"]))
    quota, spent = Quota(Path(job["quota"]), job["adds"]), Time(study.search.minutes, job["started"])
    with quota.worker(job["name"]) as share:
        run_search(ladder, quota.total, total=job["total"], share=share, time=spent)


if __name__ == "__main__":
    sys.exit(worker_main(_do, grace=GRACE_SECONDS))
