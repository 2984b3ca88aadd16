"""``worker``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def test_the_command_tells_what_it_did(cli: Any, toy_file: Path, tmp_path: Path) -> None:
    options = ["--dir", tmp_path / "runs", "--set", "search.top_rung=1", "--set", "search.trials=3"]
    found = cli("worker", toy_file, *options, "--device", "cpu", "--json")
    assert json.loads(found.out) == {"trials": 3, "full_runs": 0}
    assert (
        "nothing is open any longer; this worker did 0 trials and 0 full runs"
        in cli("worker", toy_file, *options).out
    )


def test_wrong_rungs_on_the_command_line(cli: Any, toy_file: Path) -> None:
    assert (
        "--rungs: 'three' is no list of rungs; write 3, or 1,2"
        in cli("worker", toy_file, "--rungs", "three").err
    )


def test_help_says_how_to_join(cli: Any) -> None:
    told = " ".join(cli("worker", "--help").out.split())
    assert "--storage postgresql://user@host/studies" in told
    assert "SUBSETSEARCH_STORAGE" in told
