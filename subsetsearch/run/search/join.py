"""A worker that joins a study: it takes whatever is open, full runs that were asked for and trials.

What is open stands in the study's database, and so does who is at it. Any number of workers, on any machines
that reach the database, take one thing after another, until nothing is left.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import optuna

from realign_core.data.labelled import Split
from realign_core.support.progress import Progress
from subsetsearch.config.rungs import FULL, RUNGS
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import ConfigError, count
from subsetsearch.problem.problem import Problem
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.measurement import TEST
from subsetsearch.results.measurements.requested_runs import Kind, open_runs
from subsetsearch.results.measurements.store import MeasurementStore, Run
from subsetsearch.results.provenance.code_version import require_same_code
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.results.trials.stored_study import load_stored
from subsetsearch.results.trials.trial_writer import count_complete
from subsetsearch.run.preparation.arithmetic import with_fixed_arithmetic
from subsetsearch.run.preparation.checks import require_run_data
from subsetsearch.run.search.search import run_search
from subsetsearch.run.search.total import count_new_trials
from subsetsearch.run.search.workers import open_checked
from subsetsearch.rungs.full import FullRuns
from subsetsearch.rungs.ladder import Ladder

logger = logging.getLogger(__name__)

_POLL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class WorkPlan:
    """What a worker takes.

    Args:
        rungs: Work that ends at one of these: trials of the study's ``search.top_rung``, full runs of rung 3.
        trials: Trials that the study is to have; its own number, if left out.
        wait: Seconds that it stays for more when nothing is open.
        proxy: ``HOST:PORT`` of Optuna's gRPC proxy, which its trials go through.

    Raises:
        ConfigError: If a rung is unknown.
    """

    rungs: tuple[int, ...] = tuple(RUNGS)
    trials: int | None = None
    wait: float = 0.0
    proxy: str | None = None

    def __post_init__(self) -> None:
        if not self.rungs or not set(self.rungs) <= set(RUNGS):
            rungs = ", ".join(map(str, self.rungs)) or "none"
            raise ConfigError(f"rungs are {', '.join(map(str, RUNGS))}, but got {rungs}", where="--rungs")


@dataclass(frozen=True, slots=True)
class WorkSummary:
    """What a worker did itself.

    Args:
        trials: Trials that it finished.
        runs: Full runs that it measured.
    """

    trials: int
    runs: int


def work(
    config: StudyConfig,
    folder: StudyFolder,
    plan: WorkPlan,
    *,
    progress: Progress,
    tell: Callable[[str], None],
) -> WorkSummary:
    """Take what is open of a study until nothing is, others' unfinished work included.

    Args:
        config: The study.
        folder: Where its caches are on this machine, and its database.
        plan: What is taken.
        progress: Shows the one-off encoding, and the steps of runs.
        tell: Told what is taken.

    Raises:
        StudyError: If this machine has other data, another encoder or other code than the study.
        RealignError: If something fails; what was finished is kept.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    folder.require_writable()
    require_same_code(config, folder)
    return Joined(config, replace(folder, proxy=plan.proxy), plan, progress, tell).work()


@dataclass
class Joined:
    """A worker that has joined a study.

    Args:
        config: The study.
        folder: Where its caches are on this machine, and its database.
        plan: What is taken.
        progress: Shows the one-off encoding, and the steps of runs.
        tell: Told what is taken.
        summary: What it has done so far.
    """

    config: StudyConfig
    folder: StudyFolder
    plan: WorkPlan
    progress: Progress
    tell: Callable[[str], None]
    summary: WorkSummary = WorkSummary(0, 0)
    _ladder: Ladder | None = None
    _problems: dict[Split, Problem] = field(default_factory=dict)
    _last_sentence: str = ""

    def work(self) -> WorkSummary:
        """Take what is open until nothing is."""
        idle_since = time.monotonic()
        while True:
            before = self.summary
            elsewhere = self.take_runs()
            self.take_trials()
            if self.summary != before:
                idle_since = time.monotonic()
                continue
            if not elsewhere and time.monotonic() - idle_since >= self.plan.wait:
                return self.summary
            time.sleep(_POLL_SECONDS)

    def take_runs(self) -> int:
        """Do the full runs that are open; return how many other processes work on."""
        if FULL.number not in self.plan.rungs:
            return 0
        elsewhere = 0
        for kind, todo in open_runs(self.store, self.config.fingerprint()).items():
            self._say(f"{count(len(todo), 'full run')} open")
            full = self.full_runs(kind, todo)
            outcome = full.take(todo, full.prepare(todo, self.progress), progress=self.progress)
            self.summary = replace(self.summary, runs=self.summary.runs + outcome.done)
            elsewhere += len(outcome.elsewhere)
        return elsewhere

    def take_trials(self) -> None:
        """Do trials until the study has its number; full runs that are asked for meanwhile come first."""
        search = self.config.search
        if search.top_rung not in self.plan.rungs:
            return
        total = self.plan.trials or search.trials
        finished = count_complete(load_stored(self.config, self.folder))
        adds = count_new_trials(search.trials, finished, total)
        if not adds:
            return
        self._say(f"{count(adds, 'trial')} open")
        if self._ladder is None:
            self._ladder = self.open_ladder()
        run_search(self._ladder, adds, total=total, on_trial=self._after)

    @property
    def store(self) -> MeasurementStore:
        """Of the study."""
        return open_store(self.config, self.folder)

    def open_ladder(self) -> Ladder:
        """Check the data of trials, and load what their rungs need."""
        ladder = open_checked(self.config, self.folder, progress=self.progress)
        ladder.prepare()
        return ladder

    def full_runs(self, kind: Kind, todo: Sequence[Run]) -> FullRuns:
        """Check the data of full runs."""
        if kind.split not in self._problems:
            problem = Problem.build(self.config, split=kind.split)
            fixed = with_fixed_arithmetic(self.config, self.folder)
            self._problems[kind.split] = replace(problem, config=fixed)
        problem = self._problems[kind.split]
        if kind.split == TEST:
            require_run_data(problem, self.folder, {key for subset, _ in todo for key in subset.languages})
        return FullRuns(problem, self.store, kind.fresh, kind.split, kind.scale)

    def _after(self, _: object, trial: optuna.trial.FrozenTrial) -> None:
        done = trial.state is optuna.trial.TrialState.COMPLETE
        self.summary = replace(self.summary, trials=self.summary.trials + done)
        self.take_runs()

    def _say(self, sentence: str) -> None:
        if sentence != self._last_sentence:
            self._last_sentence = sentence
            self.tell(sentence)
