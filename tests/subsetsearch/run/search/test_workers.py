"""A search in several processes: trials taken one by one, taken over from a killed one, failures named."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from optuna.trial import FrozenTrial, TrialState

from subsetsearch.cli import main
from subsetsearch.errors import StudyError
from subsetsearch.problem.space import languages_of
from subsetsearch.results.trials.stored_study import require_stored
from subsetsearch.run.preparation import process as processes
from subsetsearch.run.search import workers
from subsetsearch.run.search.quota import Quota
from subsetsearch.run.search.search import run_search
from subsetsearch.run.search.workers import search_with_workers
from subsetsearch.rungs.ladder import Ladder


def test_trials_are_shared_and_those_of_a_killed_worker_taken_up(
    ladder_of: Callable[..., Ladder],
    trials_of: Callable[[Ladder], list[FrozenTrial]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ladder = ladder_of(1)
    start = workers.start_worker
    killed: list[int] = []

    def start_and_kill(module: str, study: Any, job: Any, **options: Any) -> Any:
        worker, quota = start(module, study, job, **options), Quota(Path(job["quota"]), job["adds"])
        while not killed:
            assert worker.process.poll() is None
            with quota.count() as state:  # while we have it, the worker cannot say that its trial is finished
                if state.begun.get("1") is not None:
                    killed.append(state.begun["1"])
                    worker.process.kill()
                    worker.process.wait()
            time.sleep(0.05)
        return worker

    monkeypatch.setattr(workers, "start_worker", start_and_kill)
    summary = search_with_workers(ladder, 9, workers=2)
    assert (summary.before, summary.after) == (0, len(trials_of(ladder))) == (0, 9)
    assert "a worker was killed" in caplog.text
    stored = require_stored(ladder.problem.config, ladder.folder)
    assert not stored.get_trials(states=(TrialState.RUNNING,))
    lost = stored.get_trials()[killed[0]]
    if lost.state is TrialState.FAIL:
        wanted = languages_of(lost.system_attrs["fixed_params"])
        assert wanted in {frozenset(t.user_attrs["languages"]) for t in trials_of(ladder)}


def test_what_workers_say_goes_to_their_logs(
    ladder_of: Callable[..., Ladder],
    toy_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    run_search(ladder_of(2), 1)
    arguments = ["run", toy_file, "--dir", tmp_path / "runs", "--set", "search.top_rung=1"]
    arguments += ["--trials", 4, "--workers", 2, "--json"]
    monkeypatch.setattr(sys, "argv", ["subsetsearch", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    found = capfd.readouterr()
    assert json.loads(found.out)["trials"] == 4
    assert found.err.count("kept apart") == 1


def test_a_failing_worker_is_an_error_that_names_its_log(
    ladder_of: Callable[..., Ladder],
    trials_of: Callable[[Ladder], list[FrozenTrial]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    popen, code = subprocess.Popen, "print('x.txt: no such file'); raise SystemExit(1)"
    monkeypatch.setattr(
        processes.subprocess, "Popen", lambda args, **options: popen([args[0], "-c", code], **options)
    )
    ladder = ladder_of(1)
    with pytest.raises(StudyError, match=r"run-1\.log: x\.txt: no such file; run again"):
        search_with_workers(ladder, 3, workers=2)
    assert len(trials_of(ladder)) == 3  # the others have done them


def test_a_worker_that_has_to_end_stores_that_its_trial_failed(
    ladder_of: Callable[..., Ladder], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the next run takes it up at once; also where a shell has all its jobs ignore Ctrl-C."""
    ladder = ladder_of(1)

    def fail(*_: Any, share: Any, **__: Any) -> Any:
        while True:  # until the other is at work
            with share.quota.count() as state:
                if state.begun.get("1") is not None:
                    raise KeyboardInterrupt
            time.sleep(0.05)

    monkeypatch.setattr(workers, "run_search", fail)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pytest.raises(KeyboardInterrupt):
            search_with_workers(ladder, 400, workers=2)
    finally:
        signal.signal(signal.SIGINT, before)
    stored = require_stored(ladder.problem.config, ladder.folder)
    assert not stored.get_trials(states=(TrialState.RUNNING,))
    assert len(stored.get_trials(states=(TrialState.COMPLETE,))) < 400
    last_words = (ladder.folder.logs / "run-1.log").read_text(encoding="utf-8").strip().splitlines()[-1]
    assert last_words == "interrupted"


@pytest.mark.parametrize(("grace", "status"), [(0.0, -signal.SIGKILL), (60.0, 7)])
def test_a_worker_ends_with_its_parent(grace: float, status: int) -> None:
    """A worker whose parent closes the pipe must not go on for hours."""
    code = (
        "import signal, sys, threading, time\n"
        "from subsetsearch.run.preparation.process import end_with_parent\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "try:\n"
        f"    threading.Thread(target=end_with_parent, args=(0, {grace}), daemon=True).start()\n"
        "    time.sleep(600)\n"
        "except KeyboardInterrupt:\n"
        "    sys.exit(7)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, env=dict(os.environ))
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(timeout=120) == status
