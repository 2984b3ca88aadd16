"""The command ``studies``: what there is in a folder."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import subsetsearch as ss


def test_studies_with_their_state_and_the_next_command(
    cli: Callable[..., Any], measured_copy: Any, tmp_path: Path
) -> None:
    (line,) = json.loads(cli("studies", tmp_path, "--json").out)
    status = ss.load(measured_copy.file, runs=measured_copy.runs).status()
    assert (line["name"], line["trials"], line["full_runs"]) == (
        "measured",
        status.states["complete"],
        status.full_runs,
    )
    assert line["planned"] == status.planned
    assert status.best_run is not None
    assert line["best"] == pytest.approx(status.best_run.accuracy)
    assert line["state"] == "measured"
    assert line["next"].startswith("subsetsearch pareto ")
    shown = cli("studies", tmp_path)
    assert shown.code == 0
    assert "measured" in shown.out
    (tmp_path / "empty").mkdir()
    assert "subsetsearch init" in cli("studies", tmp_path / "empty").out


def test_the_best_is_named_and_the_next_command_keeps_what_the_search_began_with(
    cli: Callable[..., Any], toy_file: Path, tmp_path: Path
) -> None:
    changed = ("--set", "search.max_size=3", "--set", "recipe.finetuning.learning_rate=0.0002")
    place = ("--dir", tmp_path / "runs")
    assert cli("run", toy_file, *place, *changed, "--trials", 2).code == 0
    (line,) = ss.studies(tmp_path)
    assert (line.state, line.trials, line.planned) == ("stopped", 2, 12)
    words = shlex.split(line.next)[1:]
    assert words[words.index("--set") :] == [*changed[2:], *changed[:2]]
    assert cli(*words, "--trials", 3).code == 0  # without them it is another study, which is refused
    assert cli("evaluate", *words[1:], "--languages", "", "--seeds", "1").code == 0
    (line,) = ss.studies(tmp_path)
    assert (line.state, line.trials, line.planned, line.best_languages) == ("measured", 3, 12, ())
    shown = cli("studies", tmp_path).out
    assert "3/12" in shown
    assert "% by none" in shown
