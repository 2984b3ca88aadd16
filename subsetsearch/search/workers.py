"""Search in one or several processes that share the stored study."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import optuna
from optuna.trial import FrozenTrial

from realign_core.threads import compute_as_one, environment_of_one
from subsetsearch.candidate import NONE
from subsetsearch.errors import StudyError
from subsetsearch.search.ladder import Ladder
from subsetsearch.search.quota import finished_trials, trials_to_add
from subsetsearch.search.runner import RunSummary, run_search
from subsetsearch.search.storage import load_stored

logger = logging.getLogger(__name__)


def search_with_workers(
    ladder: Ladder,
    trials: int | None,
    *,
    url: str | None,
    workers: int,
    study_file: Path,
    overrides: list[str],
) -> RunSummary:
    """Run trials in this process, or share them out over several.

    Args:
        ladder: The opened study.
        trials: Trials to add; what is missing to the study's own number if ``None``, or that
            number again if none is missing.
        url: Database; the study's own SQLite file, if left out.
        workers: Processes; each computes with its share of the cores, unless ``OMP_NUM_THREADS`` says
            otherwise.
        study_file: Handed to further processes.
        overrides: Likewise.

    Raises:
        StudyError: If a worker process fails.
        RealignError: As :func:`subsetsearch.search.runner.run_search`.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    stored = load_stored(ladder.study, ladder.folder, url)
    before = finished_trials(stored)
    quota = trials_to_add(ladder.study.search.trials, before, trials)
    share = -(-quota // workers)
    # The first process makes study and caches, so the others find them.
    ladder.rung1(NONE)
    ladder.top.prepare()
    others = [
        subprocess.Popen(
            _command(study_file, ladder, url, min(share, quota - share * i), overrides),
            env=environment_of_one(workers),
        )
        for i in range(1, workers)
        if quota - share * i > 0
    ]
    compute_as_one(workers)
    with ladder.progress.track("search", min(share, quota)) as advance:

        def on_trial(study: optuna.Study, trial: FrozenTrial) -> None:  # noqa: ARG001
            advance(1)

        summary = run_search(ladder, min(share, quota), url=url, on_trial=on_trial)
    failed = [process.args for process in others if process.wait() != 0]
    if failed:
        raise StudyError(
            f"{len(failed)} of {workers} workers failed", fix="run again to go on; their log says why"
        )
    after = finished_trials(load_stored(ladder.study, ladder.folder, url))
    return RunSummary(before, after, summary.resumed)


def _command(
    study_file: Path, ladder: Ladder, url: str | None, trials: int, overrides: list[str]
) -> list[str]:
    command = [sys.executable, "-m", "subsetsearch", "run", str(study_file), "--trials", str(trials)]
    command += ["--dir", str(ladder.folder.path.parent)]
    command += ["--storage", url] if url else []
    return command + [part for pair in overrides for part in ("--set", pair)]
