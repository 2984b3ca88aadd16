"""The short form of ``benchmarks.chaos.offline``: the command line, by full runs of a tiny encoder."""

from __future__ import annotations

from pathlib import Path

from benchmarks.chaos.offline import Search, storm


def test_a_search_that_is_killed_at_a_trial_and_goes_on_loses_nothing(toy_file: Path, tmp_path: Path) -> None:
    settings = {"search.top_rung": 3, "search.max_size": 2}
    found = storm(Search(toy_file, settings, tmp_path / "runs", trials=5), kills=1)
    assert (found["lost"], found["duplicated"], found["corrupt"], found["trials"]) == (0, 0, 0, 5)
    assert [end["signal"] for end in found["ends"]] == ["SIGKILL"]
    assert 1 <= found["ends"][0]["after_trials"] < 5
