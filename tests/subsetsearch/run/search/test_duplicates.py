"""Workers that share a study score each candidate once."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import optuna
import pytest
from optuna.storages._rdb.models import TrialModel
from optuna.trial import TrialState

from subsetsearch.results.trials.proposals import set_scoring
from subsetsearch.results.trials.stored_study import create_or_open, require_stored
from subsetsearch.results.trials.trial_writer import TrialWriter
from subsetsearch.run.search import duplicates
from subsetsearch.run.search.duplicates import go_ahead
from subsetsearch.run.search.search import run_search
from subsetsearch.run.search.trial import TrialRunner
from subsetsearch.rungs.ladder import Ladder, open_ladder
from subsetsearch.rungs.short import ShortRung
from subsetsearch.sampler.warm_starts import warm_starts
from subsetsearch.subset import NONE, Subset

Work = Callable[[Ladder], object]


def together(ladder: Ladder, work: Work, workers: int) -> None:
    """Do the same in several threads, each with a ladder and a connection of its own."""
    ladders = [open_ladder(ladder.problem.config, ladder.folder) for _ in range(workers)]
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, ladders))


def optimise_one(ladder: Ladder) -> None:
    require_stored(ladder.problem.config, ladder.folder).optimize(TrialRunner(ladder), n_trials=1)


def queue_twice(ladder: Ladder) -> optuna.Study:
    some = Subset(frozenset(ladder.problem.pool.keys[:2]))
    stored = create_or_open(ladder.problem.config, ladder.folder, optuna.samplers.RandomSampler(seed=0))
    for _ in range(2):
        stored.enqueue_trial(ladder.problem.space.params(some))
    return stored


def slowly(monkeypatch: pytest.MonkeyPatch, scored: list[Subset]) -> None:
    """Let rung 2 note what it is asked, and take so long that another worker gets there meanwhile."""

    def rung2(_: ShortRung, subset: Subset) -> dict[str, float]:
        scored.append(subset)
        time.sleep(2)
        return {"swh_Latn": 0.5, "yor_Latn": 0.75}

    monkeypatch.setattr(ShortRung, "scores", rung2)


def test_the_later_of_two_equal_trials_takes_the_result_of_the_first(
    ladder: Ladder, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored, scored = queue_twice(ladder), list[Subset]()
    slowly(monkeypatch, scored)
    together(ladder, optimise_one, 2)
    first, second = sorted(stored.get_trials(), key=lambda trial: "duplicate_of" in trial.user_attrs)
    assert len(scored) == 1
    assert second.user_attrs["duplicate_of"] == first.number
    assert first.values == second.values == [80.0, 0.625]


def test_whoever_looks_last_sees_the_other(ladder: Ladder) -> None:
    """All orders of recording, raising a flag and looking: of two trials, never both go on."""
    study = optuna.create_study(directions=["minimize", "maximize"])
    some, space = Subset(frozenset(ladder.problem.pool.keys[:2])), ladder.problem.space
    for _ in range(2):
        study.enqueue_trial(space.params(some))
    trials = [study.ask() for _ in range(2)]
    elder, younger = trials
    assert TrialWriter(younger).begin(space) == some
    assert go_ahead(younger, some, space) is None  # the older trial has no subset yet
    assert TrialWriter(elder).begin(space) == some
    first = go_ahead(elder, some, space)  # the younger has begun: it keeps its place
    assert first is not None
    assert first.number == younger.number
    set_scoring(younger, scoring=False)
    last = go_ahead(younger, some, space)
    assert last is not None
    assert last.number == elder.number
    assert go_ahead(elder, some, space) is None
    assert go_ahead(younger, Subset(frozenset(ladder.problem.pool.keys[:3])), space) is None


def test_two_workers_never_take_the_same_waiting_trial(
    ladder: Ladder, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_twice(ladder)
    both, found = threading.Barrier(2), []
    read = TrialModel.find_or_raise_by_id

    def slowly_read(trial_id: int, session: Any, for_update: bool = False) -> Any:
        trial = read(trial_id, session, for_update)
        if for_update:
            with suppress(threading.BrokenBarrierError):
                both.wait(timeout=1)  # both have read "waiting" before either writes "running", if they may
        return trial

    monkeypatch.setattr(TrialModel, "find_or_raise_by_id", slowly_read)

    def take(own: Ladder) -> None:
        found.append(require_stored(own.problem.config, own.folder).ask().number)

    together(ladder, take, 2)
    assert sorted(found) == [0, 1]


DIE = """
import sys, time, optuna
from pathlib import Path
from subsetsearch.results.trials.worker_storage import open_storage
from subsetsearch.results.database.study_folder import StudyFolder
store = open_storage(StudyFolder(Path("unused"), sys.argv[1]))
study = optuna.load_study(study_name=sys.argv[2], storage=store)
def objective(trial):
    for name in sys.argv[3].split():
        trial.suggest_categorical(name, [False, True])
    trial.set_user_attr("languages", [])
    trial.study._storage.set_trial_system_attr(trial._trial_id, "subsetsearch:scoring", True)
    print("scoring", flush=True)
    time.sleep(600)
study.optimize(objective, n_trials=1)
"""


def test_what_a_killed_worker_was_scoring_is_scored_by_the_next(
    ladder: Ladder, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = queue_twice(ladder)
    names = " ".join(ladder.problem.space.distributions())
    command = [sys.executable, "-c", DIE, ladder.folder.database, ladder.problem.config.name, names]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "scoring\n"
    waiting, poll = threading.Event(), duplicates.time.sleep

    def sleep(seconds: float) -> None:
        waiting.set()
        poll(min(seconds, 0.5))

    monkeypatch.setattr(duplicates.time, "sleep", sleep)
    thread = threading.Thread(target=optimise_one, args=(open_ladder(ladder.problem.config, ladder.folder),))
    thread.start()
    assert waiting.wait(timeout=120)
    worker.kill()
    worker.wait()
    worker.stdout.close()
    thread.join(timeout=240)
    first, second = stored.get_trials()
    assert (first.state, second.state) == (TrialState.FAIL, TrialState.COMPLETE)
    assert "duplicate_of" not in second.user_attrs
    assert second.user_attrs["rung"] == 2


def test_workers_that_start_together_queue_the_warm_starts_once(
    ladder: Ladder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ShortRung, "scores", lambda *_: {"swh_Latn": 0.5, "yor_Latn": 0.75})
    ladder.first.score(NONE)  # the caches, which a first process makes before it starts others
    together(ladder, lambda own: run_search(own, 2), 3)
    trials = require_stored(ladder.problem.config, ladder.folder).get_trials()
    queued: list[Any] = [trial for trial in trials if "origin" in trial.user_attrs]
    assert len(queued) == len(list(warm_starts(ladder.problem, ladder.first.score)))
