"""A disk that is full, and a worker that is asked to stop: a sentence, nothing lost, and it goes on afterwards."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.chaos.fake import Diary, fake_problem, worth
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.trials.stored_study import require_stored
from subsetsearch.results.trials.trial_record import TrialRecord, read_trials

TRIALS = 24


def command(folder: Path, *options: object) -> list[str]:
    """Command of one worker; its diary lies beside the study's folder's disk."""
    diary = folder.parent.parent / "diary.txt"
    words = (folder, diary, "--trials", TRIALS, *options)
    return [sys.executable, "-m", "benchmarks.chaos.one", *map(str, words)]


def complete(folder: Path) -> list[TrialRecord]:
    stored = require_stored(fake_problem("chaos", TRIALS).config, StudyFolder(folder))
    return [trial for trial in read_trials(stored) if trial.complete]


def check_all_there(folder: Path, *, kept: list[TrialRecord], twice: int) -> None:
    """All trials are finished with the known scores; what was finished before is as it was."""
    trials = complete(folder)
    assert len(trials) == TRIALS
    assert {trial.number: trial for trial in trials}.items() >= {t.number: t for t in kept}.items()
    assert all(trial.subset is not None and trial.value == worth(trial.subset) for trial in trials)
    measured = MeasurementStore(StudyFolder(folder).database).read()
    assert {run.subset for run in measured} == {trial.subset for trial in trials}
    begun = Counter(work for _, work in Diary(folder.parent.parent / "diary.txt", 0.0).begun())
    assert sum(times - 1 for times in begun.values()) <= twice  # what was cut off is done once more
    assert max(begun.values()) <= 2
    assert not list(folder.rglob("*.tmp"))


@pytest.mark.parametrize("small_disk", ["3m"], indirect=True)
def test_a_search_on_a_full_disk_goes_on_once_there_is_room(small_disk: Path) -> None:
    folder, ballast = small_disk / "study", small_disk / "ballast"
    begun = subprocess.run(command(folder, "--trials", 4), capture_output=True, text=True, check=False)
    assert begun.returncode == 0, begun.stderr
    free = os.statvfs(small_disk)
    ballast.write_bytes(b"x" * (free.f_bavail * free.f_frsize - 250_000))
    stopped = subprocess.run(command(folder), capture_output=True, text=True, check=False)
    assert stopped.returncode == 1
    assert re.search(r"error: .*the disk is full.*; what is stored so far is kept; make room", stopped.stderr)
    assert "Traceback" not in stopped.stderr
    ballast.unlink()
    kept = complete(folder)
    assert 4 <= len(kept) < TRIALS
    done = subprocess.run(command(folder), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    check_all_there(folder, kept=kept, twice=1)


def test_a_search_goes_on_once_files_may_be_larger(tmp_path: Path) -> None:
    folder = tmp_path / "disk" / "study"
    stopped = subprocess.run(
        command(folder, "--bytes", 1_200_000), capture_output=True, text=True, check=False
    )
    assert stopped.returncode == 1
    assert re.search(r"^error: .*; what is stored (so far|in it) is kept", stopped.stderr, re.MULTILINE)
    assert "Traceback" not in stopped.stderr
    kept = complete(folder)
    assert kept
    done = subprocess.run(command(folder), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    check_all_there(folder, kept=kept, twice=1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_that_is_asked_to_stop_finishes_its_trial(tmp_path: Path, number: signal.Signals) -> None:
    folder, diary = tmp_path / "disk" / "study", tmp_path / "diary.txt"
    run = subprocess.Popen(command(folder, "--pause", 0.5), stderr=subprocess.PIPE, text=True)
    while not diary.is_file() or len(diary.read_text(encoding="utf-8").splitlines()) < 3:
        assert run.poll() is None
        time.sleep(0.02)
    run.send_signal(number)
    _, said = run.communicate(timeout=120)
    assert run.returncode == 128 + number
    assert said.splitlines()[-1] == "error: interrupted; finished trials are kept"
    kept = complete(folder)
    assert len(kept) >= 3
    done = subprocess.run(command(folder), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    check_all_there(folder, kept=kept, twice=0)
