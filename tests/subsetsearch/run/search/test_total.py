"""A study has one number of trials, whichever commands finish them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from subsetsearch.analysis.study.status import study_status
from subsetsearch.config import StudyConfig, load_study
from subsetsearch.errors import ConfigError
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.trials.stored_study import require_stored
from subsetsearch.results.trials.trial_writer import count_complete
from subsetsearch.run.planning.plan import describe_plan
from subsetsearch.run.planning.plan_sheet import Plan
from subsetsearch.run.search.search import RunSummary
from subsetsearch.run.search.total import Time
from subsetsearch.run.search.workers import search_with_workers
from subsetsearch.rungs.ladder import open_ladder

FAST = {
    "search.top_rung": 1,
    "proxy.linear.measure": "gap",
    "targets.held_out": [],
    "targets.held_out_in_pool": False,
}


@pytest.fixture
def searched(toy_file: Path, tmp_path: Path) -> Callable[..., RunSummary]:
    def search(changes: dict[str, object], **asked: int) -> RunSummary:
        study = load_study(toy_file, FAST | changes)
        return search_with_workers(open_ladder(study, StudyFolder(tmp_path / "runs")), **asked)

    return search


def complete(study: StudyConfig, tmp_path: Path) -> int:
    return count_complete(require_stored(study, StudyFolder(tmp_path / "runs")))


def test_a_finished_study_is_left_as_it_is(searched: Callable[..., RunSummary]) -> None:
    some = {"search.trials": 5}
    assert searched(some).after == 5
    again = searched(some)
    assert (again.before, again.after) == (5, 5)
    assert again.ended == "the study has its 5 trials; --more adds some"
    assert searched(some, trials=7).after == 7
    assert searched(some, more=2).after == 9


def test_two_commands_at_once_share_the_total(
    searched: Callable[..., RunSummary], toy_file: Path, tmp_path: Path
) -> None:
    searched({"search.trials": 2})
    commands = [threading.Thread(target=searched, args=({"search.trials": 14},)) for _ in range(2)]
    for command in commands:
        command.start()
    for command in commands:
        command.join()
    assert complete(load_study(toy_file, FAST), tmp_path) == 14


def test_a_space_without_another_subset_ends_the_search(searched: Callable[..., RunSummary]) -> None:
    two = {"pool.languages": ["sw", "fi"], "search.trials": 40}
    found = searched(two)
    assert found.after < 40
    assert found.ended == "every subset that the study allows is scored: 3 subsets"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock of which every look takes a minute."""
    now = [0.0]

    def look() -> float:
        now[0] += 60.0
        return now[0]

    fake = SimpleNamespace(monotonic=look, sleep=time.sleep)
    monkeypatch.setattr("subsetsearch.run.search.total.time", fake)
    return now


@pytest.mark.usefixtures("clock")
def test_no_trial_begins_when_the_minutes_are_over(searched: Callable[..., RunSummary]) -> None:
    some = {"search.trials": 9, "search.minutes": 3.5}
    found = searched(some)
    assert (found.before, found.after) == (0, 3)
    assert found.ended == "3.5 minutes of searching are over (search.minutes); the same command goes on"
    again = searched(some)
    assert (again.before, again.after) == (3, 6)
    assert searched({"search.trials": 9}).after == 9


def test_trials_bound_a_search_that_has_time_left(searched: Callable[..., RunSummary]) -> None:
    found = searched({"search.trials": 2, "search.minutes": 600})
    assert (found.after, found.ended) == (2, "")


def test_minutes_are_the_same_for_all_processes_of_a_command() -> None:
    begun = Time(1.0, time.monotonic() - 61)
    assert begun.over
    assert not Time(2.0, begun.started).over
    assert not Time(None, 0.0).over


def test_minutes_name_no_other_study_and_are_more_than_none(toy_file: Path) -> None:
    base = load_study(toy_file)
    assert load_study(toy_file, {"search.minutes": 5}).fingerprint() == base.fingerprint()
    for bad in (0, -1):
        with pytest.raises(ConfigError, match=r"search\.minutes"):
            load_study(toy_file, {"search.minutes": bad})


def test_status_and_dry_run_tell_both_bounds(
    searched: Callable[..., RunSummary], toy_file: Path, tmp_path: Path
) -> None:
    searched({"search.trials": 3})
    study = load_study(toy_file, FAST | {"search.trials": 4, "search.minutes": 2})
    folder = StudyFolder(tmp_path / "runs")
    status = study_status(study, require_stored(study, folder), [])
    lines = dict(status.lines())
    assert lines["trials"].startswith("3 of 4 complete")
    assert lines["searched"].endswith("in finished trials; a command begins none after 2 minutes")
    assert (status.minutes, status.to_dict()["minutes"]) == (2, 2)
    assert status.searched > 0
    plan = Plan(describe_plan(open_ladder(study, folder)))
    assert dict(plan.lines())["trials"].startswith(
        "1 to add to the 3 that are finished, begun within 2 minutes"
    )
