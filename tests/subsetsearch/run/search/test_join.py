"""A worker that joins takes trials and the full runs that were asked for, and is refused where it does not fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import subsetsearch as ss
from subsetsearch.errors import ConfigError, StudyError
from subsetsearch.results.measurements.requested_runs import open_runs
from subsetsearch.results.provenance import code_version
from subsetsearch.results.provenance.code_version import Code
from subsetsearch.results.tables.study_store import open_store


@pytest.fixture
def study(toy_file: Path, tmp_path: Path) -> ss.Study:
    return ss.load(toy_file, {"search.top_rung": 1, "search.trials": 5}, runs=tmp_path / "runs")


def test_a_worker_does_what_others_have_asked_for(study: ss.Study) -> None:
    """Trials, full runs, fresh seeds; the one that asks does nothing itself."""
    assert study.evaluate(languages="sw", seeds=[1], workers=0).empty
    study.evaluate(languages="sw", fresh_seeds=1, workers=0)
    done = study.work([3])
    assert (done.trials, done.runs) == (0, 4)  # none and all as well, with the fresh seed
    stored = study.evaluate(languages="sw", seeds=[1], workers=0)
    assert sorted(stored["fresh"]) == [False, True]
    done = study.work()
    assert (done.trials, done.runs) == (5, 0)
    assert study.work() == replace(done, trials=0)


def test_a_worker_leaves_what_it_was_not_told_to_take(study: ss.Study) -> None:
    study.evaluate(languages="sw", seeds=[1], workers=0)
    done = study.work([2])
    assert (done.trials, done.runs) == (0, 0)
    assert study.work([1]).trials == 5
    assert open_runs(open_store(study.config, study.folder), study.config.fingerprint())


def test_calibration_runs_are_open_too(study: ss.Study) -> None:
    with pytest.raises(StudyError):  # nothing can be said of trust yet
        study.calibrate(3, seeds=[1], workers=0)
    assert study.work([3]).runs >= 3


def test_runs_that_are_asked_for_meanwhile_come_between_trials(study: ss.Study) -> None:
    from subsetsearch.run.search import join

    said: list[str] = []

    class Asking(join.Joined):
        def _after(self, stored: Any, trial: Any) -> None:
            if trial.number == 1:
                study.evaluate(languages="sw", seeds=[1], workers=0)
            super()._after(stored, trial)

    worker = Asking(study.config, study.folder, join.WorkPlan(), study._progress, said.append)
    worker.take_trials()
    assert said == ["5 trials open", "1 full run open"]
    assert worker.summary == join.WorkSummary(5, 1)


@pytest.mark.parametrize("rungs", [(), (4,), (0, 3)])
def test_unknown_rungs_are_refused(study: ss.Study, rungs: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match="--rungs: rungs are 1, 2, 3, but got"):
        study.work(rungs)


def test_another_code_is_refused_by_name(study: ss.Study, monkeypatch: pytest.MonkeyPatch) -> None:
    assert study.work().trials == 5
    here = Code.here()
    assert "realign_core/training" in here.rooms
    assert "subsetsearch/subset.py" in here.rooms

    def other(**parts: Any) -> None:
        monkeypatch.setattr(code_version.Code, "here", staticmethod(lambda: replace(here, **parts)))

    other(version="0.2.0")
    with pytest.raises(StudyError, match=rf"other code .*: subsetsearch 0\.2\.0 here, {here.version} there"):
        study.work()
    other(rooms={**here.rooms, "realign_core/training": "x"})
    with pytest.raises(
        StudyError, match=r"the same version .*, but other files in realign_core/training; install"
    ):
        study.work()
    study.run(more=1)  # after an update, a command makes the new one the study's
    assert study.work().trials == 0


def test_another_version_of_a_library_is_said(
    study: ss.Study, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    study.work()
    changed = replace(Code.here(), libraries={**Code.here().libraries, "torch": "1.0"})
    monkeypatch.setattr(code_version.Code, "here", staticmethod(lambda: changed))
    study.work()
    assert "other libraries than where the study's last command ran: torch 1.0 here, " in caplog.text


def test_other_data_are_refused_by_name(study: ss.Study, toy_text: str, tmp_path: Path) -> None:
    """Another machine has other sentences under the same name."""
    study.evaluate(languages="sw", seeds=[1], workers=0)
    file = Path(study.config.recipe.parallel.path) / "swa.txt"
    before = file.read_text(encoding="utf-8")
    try:
        file.write_text(before.replace("zcat", "zdog"), encoding="utf-8")
        with pytest.raises(StudyError, match="no longer those of its first run: swh_Latn: other sentences"):
            ss.load(study.file, study.overrides, runs=tmp_path / "runs").work()
    finally:
        file.write_text(before, encoding="utf-8")
