"""Full runs shared out over several processes.

Each process is given the whole list and claims one run after another (see
:class:`subsetsearch.search.claims.Claims`), so the fast do more than the slow, and what a
killed one was at is taken by the others. Run as a module this is such a process: its job comes
as JSON on standard input, and it ends when that is closed, so none outlives its parent.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from realign_core.errors import RealignError
from realign_core.progress import NoProgress, Progress
from realign_core.threads import environment_of_one
from subsetsearch.candidate import Candidate
from subsetsearch.errors import StudyError
from subsetsearch.search.evaluations import EvaluationTable
from subsetsearch.search.full import FullRuns, Run
from subsetsearch.study.config import StudyConfig
from subsetsearch.study.pool import build_pool, build_targets

logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.5


def run_with_workers(
    full: FullRuns, todo: Sequence[Run], *, workers: int, logs: Path, progress: Progress | None = None
) -> None:
    """Do full runs in several processes; with one worker, in this one.

    Each process computes with its share of the cores, unless ``OMP_NUM_THREADS`` says otherwise.

    Args:
        full: Runs of a study.
        todo: From :meth:`FullRuns.missing`.
        workers: Processes.
        logs: Folder of their logs, one a worker.
        progress: Shows the runs.

    Raises:
        StudyError: If a worker fails (its log is named), or runs are missing in the end.
        RealignError: With one worker, if data cannot be read or a run fails.
    """
    workers = min(workers, len(todo))
    if workers <= 1:
        full.run(todo, progress=progress)
        return
    logs.mkdir(parents=True, exist_ok=True)
    started = [_start(full, todo, workers, logs / f"evaluate-{i + 1}.log") for i in range(workers)]
    try:
        _watch(full, todo, started, progress or NoProgress())
    finally:
        for worker in started:
            worker.stop()
    killed = [worker for worker in started if worker.process.returncode]
    left = len(set(todo) - full.done())
    if left:
        raise StudyError(
            f"{len(killed)} of {workers} workers ended early and {left} runs are missing",
            where=killed[0].log if killed else logs,
            fix="run again to go on; fewer workers need less memory",
        )
    for worker in killed:
        logger.warning("a worker was killed (%s); the others did its runs", worker.log)


@dataclass(frozen=True, slots=True)
class _Worker:
    process: subprocess.Popen[str]
    log: Path

    @property
    def failed(self) -> bool:
        """Whether it gave up by itself; one that a signal ended may be replaced by the others."""
        return (self.process.poll() or 0) > 0

    def stop(self) -> None:
        """End it, if it has not ended."""
        if self.process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()


def _start(full: FullRuns, todo: Sequence[Run], workers: int, log: Path) -> _Worker:
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "subsetsearch.search.full_workers"],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment_of_one(workers),
            text=True,
        )
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):  # it is dead already; whoever watches it says so
        process.stdin.write(json.dumps(_job(full, todo)) + "\n")
        process.stdin.flush()
    return _Worker(process, log)


def _job(full: FullRuns, todo: Sequence[Run]) -> dict[str, object]:
    return {
        "study": full.study.model_dump(mode="json"),
        "fingerprint": full.study.fingerprint(),
        "table": str(full.table.path.resolve()),
        "fresh": full.fresh,
        "split": full.split,
        "todo": [[sorted(chosen.languages), chosen.pairs, seed] for chosen, seed in todo],
    }


def _watch(full: FullRuns, todo: Sequence[Run], started: Sequence[_Worker], progress: Progress) -> None:
    """Show runs as they come into the table, until all workers have ended."""
    wanted, shown, seen = set(todo), 0, 0.0
    with progress.track("full runs", len(todo)) as advance:
        while True:
            ended = all(worker.process.poll() is not None for worker in started)
            changed = full.table.path.stat().st_mtime if full.table.path.exists() else 0.0
            if changed != seen:
                seen, done = changed, len(wanted & full.done())
                advance(done - shown)
                shown = done
            failed = next((worker for worker in started if worker.failed), None)
            if failed is not None:
                raise StudyError(_last_line(failed.log), where=failed.log, fix="run again to go on")
            if ended:
                return
            time.sleep(_POLL_SECONDS)


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    return next((line for line in reversed(lines) if line), "a worker failed and said nothing")


def _end_with_parent(pipe: int) -> None:
    """End this process at once when the parent closes the pipe, or ends itself."""
    while os.read(pipe, 1024):  # unbuffered: a lock on sys.stdin would outlast this thread
        pass
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> int:
    """Do the job on standard input: claim runs until none is left.

    Returns:
        Exit status: 0, or 1 with the error as the last line of the log.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    for name in ("subsetsearch", "realign_core"):
        logging.getLogger(name).setLevel(logging.INFO)
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, args=(sys.stdin.fileno(),), daemon=True).start()
    study = StudyConfig.model_validate(job["study"])
    if study.fingerprint() != job["fingerprint"]:
        logger.error("the study changed on its way to the worker")
        return 1
    table = EvaluationTable(Path(job["table"]))
    try:
        targets = build_targets(study, job["split"])
        full = FullRuns(study, build_pool(study), targets, table, job["fresh"], job["split"])
        full.run([(Candidate(frozenset(keys), pairs), int(seed)) for keys, pairs, seed in job["todo"]])
    except RealignError as error:
        logger.error("%s", error)  # noqa: TRY400 (the message says what to do; a trace would hide it)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
