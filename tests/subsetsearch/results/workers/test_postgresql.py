"""A study shared by several processes on a real PostgreSQL server."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.trial import TrialState

from subsetsearch.config import StudyConfig
from subsetsearch.problem.problem import Problem
from subsetsearch.problem.space import languages_of
from subsetsearch.results.database.address import VARIABLE
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.tables.study_store import open_store, read_full_runs
from subsetsearch.results.trials.stored_study import require_stored
from subsetsearch.run.full_runs.evaluate import run_with_workers
from subsetsearch.run.search.search import run_search
from subsetsearch.run.search.workers import search_with_workers
from subsetsearch.rungs.full import FullRuns
from subsetsearch.rungs.ladder import open_ladder
from subsetsearch.subset import NONE, Subset


def test_a_study_lives_on_the_server(server: str, toy_study: StudyConfig, tmp_path: Path) -> None:
    study = toy_study.model_copy(update={"name": "alone"})
    folder = StudyFolder(tmp_path / "runs" / "alone", server)
    assert run_search(open_ladder(study, folder), 4).after == 4
    again = run_search(open_ladder(study, StudyFolder(tmp_path / "elsewhere", server)), 2)
    assert (again.before, again.after) == (4, 6)
    assert not (folder.path / "study.db").exists()


def test_workers_share_a_study_on_the_server(server: str, toy_study: StudyConfig, tmp_path: Path) -> None:
    study = toy_study.model_copy(update={"name": "shared"})
    ladder = open_ladder(study, StudyFolder(tmp_path / "runs" / "shared", server))
    assert search_with_workers(ladder, 6, workers=2).after == 6
    assert not (ladder.folder.path / "study.db").exists()


def test_full_runs_are_shared_on_the_server(
    server: str, toy_study: StudyConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    popen, started = subprocess.Popen, []

    def start(args: list[str], **options: Any) -> subprocess.Popen[str]:
        started.append(args)
        return popen(args, **options)

    monkeypatch.setattr(subprocess, "Popen", start)
    secret = server.replace("tester@", "tester:secret@")
    folder = StudyFolder(tmp_path / "runs" / "toy", secret)
    full = FullRuns(Problem.build(toy_study, split="test"), open_store(toy_study, folder))
    todo = full.missing([NONE, Subset(frozenset({"zul_Latn"}))], (1, 2))
    run_with_workers(full, todo, workers=2, logs=tmp_path / "logs")
    monkeypatch.undo()
    assert len(read_full_runs(toy_study, folder)) == 4
    assert len(started) == 2
    assert "secret" not in str(started) + repr(folder)
    assert not (folder.path / "study.db").exists()


def test_a_killed_worker_loses_nothing(
    server: str, toy_file: Path, toy_study: StudyConfig, tmp_path: Path
) -> None:
    folder = StudyFolder(tmp_path / "runs" / "toy", server)
    study = toy_study.model_copy(update={"name": "killed"})
    toy_file.write_text(
        toy_file.read_text(encoding="utf-8").replace('name = "toy"', 'name = "killed"', 1), encoding="utf-8"
    )
    command = [
        sys.executable,
        "-m",
        "subsetsearch",
        "run",
        str(toy_file),
        "--trials",
        "40",
        "--storage",
        server,
        "--dir",
        str(tmp_path / "runs"),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stored = None
    for _ in range(300):
        time.sleep(0.2)
        try:
            stored = require_stored(study, folder)
        except Exception:  # the study or its tables are not there yet
            continue
        if len(stored.get_trials(states=(TrialState.COMPLETE,))) >= 3:
            break
    process.kill()
    process.wait()
    assert stored is not None
    before = len(stored.get_trials(states=(TrialState.COMPLETE,)))
    assert 3 <= before < 40
    for trial in stored.get_trials(states=(TrialState.RUNNING,)):  # what the heartbeat does after minutes
        stored.tell(trial.number, state=TrialState.FAIL)
    ladder = open_ladder(study, folder)
    # Killed between two parameters, a proposal leaves nothing to take up; a queued warm start does.
    cut_off = [
        t.system_attrs.get("fixed_params") or t.params for t in stored.get_trials(states=(TrialState.FAIL,))
    ]
    lost = {languages_of(params) for params in cut_off if len(params) == len(ladder.problem.space.keys)}
    summary = run_search(ladder, 40)
    assert summary.before == before
    assert summary.resumed == len(lost)
    done = stored.get_trials(states=(TrialState.COMPLETE,))
    assert lost <= {frozenset(t.user_attrs["languages"]) for t in done}
    assert isinstance(stored, optuna.Study)


def _processes() -> Iterator[str]:
    """What everybody sees of the processes of this machine."""
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended
            yield place.read_bytes().decode(errors="replace")


def test_no_password_is_seen_anywhere(server: str, toy_file: Path, tmp_path: Path) -> None:
    """Neither in what commands print and log, nor in files, nor in the list of processes."""
    secret, runs = "s3cr3t-pw", tmp_path / "runs"
    environment = os.environ | {VARIABLE: server.replace("tester@", f"tester:{secret}@")}
    toy_file.write_text(
        toy_file.read_text(encoding="utf-8").replace('name = "toy"', 'name = "unseen"', 1), encoding="utf-8"
    )
    said, seen = "", set[str]()
    for words in (
        ["run", "--trials", "2", "--workers", "2"], ["report"],
        ["export", "--pick", "trial=0", "--to", "realign", "-o", str(tmp_path / "out.toml")],
        ["status", "--set", "search.trials=x"],
    ):  # fmt: skip
        command = [sys.executable, "-m", "subsetsearch", "-v", words[0], str(toy_file), "--dir", str(runs)]
        log = tmp_path / "said.txt"
        with log.open("w", encoding="utf-8") as out:
            process = subprocess.Popen([*command, *words[1:]], stdout=out, stderr=out, env=environment)
            while process.poll() is None:
                seen |= {*_processes()}
                time.sleep(0.3)
        said += log.read_text(encoding="utf-8")
        assert process.returncode == (2 if "search.trials=x" in words else 0), said
    assert any("subsetsearch.run." in words for words in seen)  # workers of the search were there to be seen
    assert not any(secret in words for words in seen)
    assert "tester" in said
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {"report.html", "out.toml"} <= {file.name for file in files}
    assert [file for file in files if secret.encode() in file.read_bytes()] == []
