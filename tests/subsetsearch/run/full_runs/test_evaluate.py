"""Full runs in several processes: shared, taken over from killed ones, failures named."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from realign_core.support.progress import Advance, NoProgress
from subsetsearch.config import StudyConfig
from subsetsearch.errors import StudyError
from subsetsearch.problem.problem import Problem
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.run.full_runs import evaluate as full_workers
from subsetsearch.run.full_runs.evaluate import run_with_workers
from subsetsearch.run.preparation import process as processes
from subsetsearch.rungs.full import FullRuns
from subsetsearch.subset import NONE, Subset

SUBSETS = [NONE, Subset(frozenset({"swh_Latn"}), 30), Subset(frozenset({"tel_Telu", "zul_Latn"}))]


def full_runs(study: StudyConfig, folder: Path) -> FullRuns:
    store = MeasurementStore(f"sqlite:///{folder / 'study.db'}")
    return FullRuns(Problem.build(study, split="test"), store)


class Counting(NoProgress):
    """Collects the steps of the only bar."""

    def __init__(self) -> None:
        self.steps: list[int] = []

    @contextmanager
    def track(self, label: str, total: int) -> Iterator[Advance]:
        assert (label, total) == ("full runs", 6)
        yield self.steps.append


def test_workers_share_the_runs_and_take_over_those_of_a_killed_one(
    toy_study: StudyConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    alone, shared = full_runs(toy_study, tmp_path / "alone"), full_runs(toy_study, tmp_path / "shared")
    todo = shared.missing(SUBSETS, (1, 2))
    alone.run(todo)
    start = full_workers.start_worker

    def start_and_kill_the_first(*args: Any, **options: Any) -> Any:
        worker = start(*args, **options)
        if worker.log.name == "evaluate-1.log":
            worker.process.kill()
        return worker

    monkeypatch.setattr(full_workers, "start_worker", start_and_kill_the_first)
    progress = Counting()
    run_with_workers(shared, todo, workers=3, logs=tmp_path / "logs", progress=progress)
    assert sum(progress.steps) == 6
    assert "a worker was killed" in caplog.text

    def scores(full: FullRuns) -> dict[object, dict[str, float]]:
        rows = full.store.read()
        found: dict[object, dict[str, float]] = {(r.subset, r.seed): dict(r.scores) for r in rows}
        assert len(found) == len(rows)
        return found

    expected, found = scores(alone), scores(shared)
    assert found.keys() == expected.keys()
    for key, values in expected.items():
        assert found[key] == pytest.approx(values, abs=1e-6)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "print('x.txt: no such file'); raise SystemExit(1)",
            r"evaluate-1\.log: x\.txt: no such file; run again",
        ),
        ("raise SystemExit(1)", r"evaluate-1\.log: a worker failed and said nothing; run again"),
        (
            "import os; os.kill(os.getpid(), 9)",
            r"evaluate-1\.log: 2 of 2 workers ended early; 3 runs missing",
        ),
    ],
)
def test_a_failing_worker_is_an_error_that_names_its_log(
    toy_study: StudyConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, message: str
) -> None:
    popen = subprocess.Popen
    monkeypatch.setattr(
        processes.subprocess, "Popen", lambda args, **options: popen([args[0], "-c", code], **options)
    )
    full = full_runs(toy_study, tmp_path)
    with pytest.raises(StudyError, match=message):
        run_with_workers(full, full.missing(SUBSETS, (1,)), workers=2, logs=tmp_path / "logs")


@pytest.mark.parametrize(
    ("change", "message"),
    [({}, "the database cannot be opened"), ({"fingerprint": "x"}, "the study changed")],
)
def test_a_worker_says_why_it_gives_up(
    toy_study: StudyConfig, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    full = full_runs(toy_study, tmp_path)
    (tmp_path / "study.db").write_text("a,b\n1,2\n" * 1000, encoding="utf-8")
    job = full_workers.job_of(full, [(SUBSETS[1], 1)])
    study = {"study": toy_study.model_dump(mode="json"), "folder": None}
    content = study | {"fingerprint": toy_study.fingerprint(), "job": job} | change
    worker = subprocess.Popen(
        [sys.executable, "-m", "subsetsearch.run.full_runs.evaluate"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(json.dumps(content) + "\n")
    worker.stdin.flush()
    assert worker.wait(timeout=120) == 1
    assert message in worker.stdout.read().splitlines()[-1]
    worker.stdin.close()
    worker.stdout.close()
