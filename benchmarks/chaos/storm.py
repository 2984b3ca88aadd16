"""Start workers, kill them at random moments, start others, until all is done; then look what is there."""

from __future__ import annotations

import gc
import json
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.chaos.fake import (
    KIND,
    Diary,
    fake_problem,
    named,
    some_runs,
    true_front,
    undominated,
    worker,
    worth,
)
from realign_core.support.files.cache import damage_of
from realign_core.support.program.interrupts import interruptible
from subsetsearch.results.database.connect import connect
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.requested_runs import open_runs, want
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.trials.stored_study import load_stored
from subsetsearch.results.trials.trial_record import TrialRecord, read_trials

_LONGEST = 1500.0
"""Seconds after which something hangs."""

_GROWTH = 2
"""So many trials more are asked for after each kill, so that there is enough to do until the last one."""


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What a storm has left.

    Args:
        kills: Processes that were killed while they worked.
        stops: Processes that were asked to end, by Ctrl-C and SIGTERM in turn: they finish what they are at.
        restarts: Times that the server was stopped, gracefully or at once, and started.
        trials: Finished ones.
        runs: Finished full runs.
        lost: Finished ones that were gone later, and begun ones that nobody finished.
        duplicated: What was begun again although nobody who had begun it was killed.
        corrupt: Scores, cache entries and tables that are not as they should be.
        failed: Workers that ended with an error.
        seconds: It took.
    """

    kills: int
    stops: int
    restarts: int
    trials: int
    runs: int
    lost: int
    duplicated: int
    corrupt: int
    failed: int
    seconds: float


@dataclass
class Storm:
    """Workers of one study in a storm.

    Args:
        folder: Of the study, with its database.
        trials: That the study is to have at least.
        runs: Full runs that are asked for.
        kills: At least so many workers are killed.
        workers: At work at once.
        pause: Seconds that a trial or run takes.
        restart: Stops and starts the database's server, if there is one; told whether at once.
        seed: Of the moments.
    """

    folder: StudyFolder
    trials: int
    runs: int
    kills: int
    workers: int = 3
    pause: float = 0.1
    restart: Callable[[bool], None] | None = None
    seed: int = 0
    _alive: set[int] = field(default_factory=set)
    _killed: set[int] = field(default_factory=set)
    _stopped: set[int] = field(default_factory=set)
    _restarts: int = 0
    _failed: int = 0
    _seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.folder.path.mkdir(parents=True, exist_ok=True)
        self.diary = Diary(self.folder.path / "diary.txt", self.pause)
        self.config = fake_problem("chaos", self.trials).config

    def calm(self) -> dict[str, Any]:
        """Let the workers do everything, and kill none; tell as well what they found."""
        warm_up()
        start = time.monotonic()
        wanted = some_runs(self.runs)
        ask(lambda: want(self._store(), self.config.fingerprint(), wanted, KIND))
        self._alive = {fork(self._work) for _ in range(self.workers)}
        self._bury(wait=True)
        counts = asdict(self._aftermath(time.monotonic() - start))
        points = {(cost, value) for cost, value in ask(self._points)}
        busy = len({pid for pid, _ in self.diary.begun()})
        return counts | {"workers_that_worked": busy, "same_front": undominated(points) == true_front()}

    def _points(self) -> list[tuple[float | None, float | None]]:
        return [(trial.cost, trial.value) for trial in self._trials() if trial.complete]

    def rage(self) -> Aftermath:
        """Let it pass, and count what is left."""
        warm_up()
        start, moments = time.monotonic(), random.Random(self.seed)
        wanted = some_runs(self.runs)
        ask(lambda: want(self._store(), self.config.fingerprint(), wanted, KIND))
        while not (self._calm and self._done()):
            if time.monotonic() - start > _LONGEST:
                raise TimeoutError(f"{len(self._killed)} were killed, and nothing comes to an end")
            if self._calm and self._alive:
                self._bury(wait=True)
                continue
            while len(self._alive) < self.workers:
                self._alive.add(fork(self._work))
            time.sleep(moments.uniform(0.02, 0.7))
            self._bury()
            if not self._calm:
                self._strike(moments)
        return self._aftermath(time.monotonic() - start)

    @property
    def _calm(self) -> bool:
        return len(self._killed) >= self.kills

    def _strike(self, moments: random.Random) -> None:
        working = sorted(self._alive)
        if not working:
            return
        if self.restart and len(self._killed) % 10 == 9 and self._restarts <= len(self._killed) // 10:
            self._restarts += 1
            self.restart(self._restarts % 2 == 0)
        victim = moments.choice(working)
        self._seen |= set(ask(self._finished))
        stopped = len(self._stopped)
        if 2 * stopped < len(self._killed):  # one is asked to end for two that are killed
            os.kill(victim, signal.SIGTERM if stopped % 2 else signal.SIGINT)
            self._stopped.add(victim)
            self._failed += os.waitstatus_to_exitcode(os.waitpid(victim, 0)[1]) != 0
        else:
            os.kill(victim, signal.SIGKILL)
            os.waitpid(victim, 0)
            self._killed.add(victim)
        self._alive.discard(victim)

    def _work(self) -> None:
        more = _GROWTH * len(self._killed)
        with suppress(SystemExit), interruptible(lambda: "what was begun is finished"):
            worker(self.folder, self.diary, self.trials + more).work()

    def _bury(self, *, wait: bool = False) -> None:
        for pid in sorted(self._alive):
            ended, status = os.waitpid(pid, 0 if wait else os.WNOHANG)
            if ended:
                self._alive.discard(pid)
                self._failed += status != 0

    def _done(self) -> bool:
        def done() -> bool:
            complete = [trial for trial in self._trials() if trial.complete]
            left = open_runs(self._store(), self.config.fingerprint())
            running = any(trial.state in ("running", "waiting") for trial in self._trials())
            return len(complete) >= self.trials + _GROWTH * len(self._killed) and not left and not running

        return not self._alive and bool(ask(done))

    def _aftermath(self, seconds: float) -> Aftermath:
        return Aftermath(**ask(lambda: asdict(self._count(seconds))))

    def _count(self, seconds: float) -> Aftermath:
        trials, store = self._trials(), self._store()
        measured = store.read(self.config.fingerprint())
        kinds = {1: "trial", 3: "run"}
        done = {named(kinds[m.rung], m.subset, m.seed) for m in measured}
        begun = self.diary.begun()
        lost = len({what for _, what in begun} - done) + len(self._seen - set(self._finished()))
        twice, before = 0, dict[str, int]()
        for pid, what in begun:
            twice += what in before and before[what] not in self._killed
            before[what] = pid
        complete = [trial for trial in trials if trial.complete]
        subsets = [trial.subset for trial in complete if trial.duplicate_of is None]
        twice += len(subsets) - len(set(subsets))
        corrupt = sum(m.value != worth(m.subset, m.seed) for m in measured)
        corrupt += sum(trial.value != worth(trial.subset) for trial in complete if trial.subset is not None)
        entries = (place for place in (self.folder.path / "cache").glob("*/") if place.name[0] != ".")
        corrupt += sum(damage_of(place) is not None for place in entries)
        corrupt += not _tables_are_whole(self.folder.database)
        runs = sum(m.rung == 3 for m in measured)
        return Aftermath(
            len(self._killed), len(self._stopped), self._restarts, len(complete), runs, lost, twice, corrupt,
            self._failed, round(seconds, 1),
        )  # fmt: skip

    def _finished(self) -> list[str]:
        """Name what is finished and must be there for ever."""
        measured = self._store().read(self.config.fingerprint())
        complete = [trial.number for trial in self._trials() if trial.complete]
        return [f"trial {number}" for number in complete] + [f"measured {m.run}" for m in measured]

    def _trials(self) -> list[TrialRecord]:
        return read_trials(load_stored(self.config, self.folder))

    def _store(self) -> MeasurementStore:
        return MeasurementStore(self.folder.database)


def _tables_are_whole(url: str) -> bool:
    if not url.startswith("sqlite"):
        return True  # a server checks its log when it starts
    with connect(url).connect() as connection:
        return bool(connection.scalar(sa.text("PRAGMA integrity_check")) == "ok")


def fork(do: Callable[[], object], out: int | None = None) -> int:
    """Do something in a process of its own, which has no connection of its parent.

    Args:
        do: What returns plain data, if anybody wants it.
        out: Where that is written.
    """
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        result = do()
        if out is not None:
            with os.fdopen(out, "w") as stream:
                json.dump(result, stream)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


@cache
def warm_up() -> None:
    """Load all that a worker needs: the processes that are killed share it, and begin at once."""
    with tempfile.TemporaryDirectory() as place:
        folder = StudyFolder(Path(place) / "chaos")
        folder.path.mkdir()
        worker(folder, Diary(folder.path / "diary.txt", 0.0), 14).work()
    gc.collect()


def ask(do: Callable[[], Any]) -> Any:
    """Ask something in a process of its own; the answer is plain data."""
    source, sink = os.pipe()
    pid = fork(do, sink)
    os.close(sink)
    with os.fdopen(source) as stream:
        answer = stream.read()
    if os.waitpid(pid, 0)[1]:
        raise RuntimeError("a question was not answered")
    return json.loads(answer)
