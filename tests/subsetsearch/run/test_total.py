"""A study has one number of trials, whichever commands finish them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from subsetsearch.config import StudyConfig, load_study
from subsetsearch.results.folder import StudyFolder
from subsetsearch.results.storage import require_stored
from subsetsearch.results.trials import count_complete
from subsetsearch.run.search import RunSummary
from subsetsearch.run.workers import search_with_workers
from subsetsearch.rungs.ladder import open_ladder

FAST = {"search.top_rung": 1, "proxy.linear.measure": "gap", "targets.held_out": []}


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
