"""The command `status`: on a measured study and on one of failures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
import pytest

from subsetsearch.config import StudyConfig
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.trials.stored_study import create_or_open

Cli = Callable[..., Any]


def test_status_counts_trials_and_runs(cli: Cli, measured: Any) -> None:
    done = cli("status", *measured.args, "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert found["states"] == {
        "waiting": 0,  # half of the planned trials are warm starts
        "running": 0,
        "complete": 8,
        "failed": 0,
    }
    assert sum(found["rungs"].values()) == 8 - found["duplicates"]
    assert found["planned"] == 12
    assert found["full_runs"] == 9
    assert found["full_runs_planned"] == (2 + 2) * 2
    assert found["seconds_left"] == pytest.approx(60 * 4 / found["rate"])
    rows = json.loads(cli("pareto", *measured.args, "--json").out)
    best = max((r for r in rows if r["accuracy"] is not None), key=lambda r: r["accuracy"])
    assert found["best_run"]["accuracy"] == pytest.approx(best["accuracy"])

    text = cli("status", *measured.args).out
    assert "8 of 12 complete" in text
    assert "time left" in text
    assert "next: subsetsearch run" in text


def test_status_reads_no_corpora_before_full_runs(
    cli: Cli, toy_file: Path, toy_study: StudyConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> None:
        raise AssertionError("status reads corpora")

    folder = StudyFolder(tmp_path / "runs" / "toy")
    create_or_open(toy_study, folder, optuna.samplers.RandomSampler(seed=0))
    monkeypatch.setattr("subsetsearch.analysis.study.study_results.build_pool", read)
    assert "0 of 12 complete" in cli("status", toy_file, "--dir", tmp_path / "runs").out
    with pytest.raises(AssertionError, match="reads corpora"):
        cli("explain", toy_file, "--dir", tmp_path / "runs")


def test_status_of_a_study_of_failures_says_so(
    cli: Cli, toy_file: Path, toy_study: StudyConfig, tmp_path: Path
) -> None:
    folder = StudyFolder(tmp_path / "runs" / "toy")
    stored = create_or_open(toy_study, folder, optuna.samplers.RandomSampler(seed=0))
    for _ in range(2):
        stored.tell(stored.ask(), state=optuna.trial.TrialState.FAIL)
    done = cli("status", toy_file, "--dir", tmp_path / "runs")
    assert done.code == 0, done.err
    assert "0 of 12 complete; 2 failed" in done.out
    assert json.loads(cli("status", toy_file, "--dir", tmp_path / "runs", "--json").out)["best"] is None
    explained = cli("explain", toy_file, "--dir", tmp_path / "runs")
    assert explained.code == 0, explained.err
    assert "no subset has been fully evaluated on test data yet" in " ".join(explained.out.split())
    assert cli("explain", toy_file, "--dir", tmp_path / "runs", "--pick", "best").code == 1
    assert cli("compare", "none", "all", "--study", toy_file, "--dir", tmp_path / "runs").code == 0
