"""The command ``studies``: what there is in a folder."""

from __future__ import annotations

import json
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
    assert line["state"] == ("stopped" if status.states["complete"] < status.planned else "measured")
    assert line["next"].startswith(f"subsetsearch {'run' if line['state'] == 'stopped' else 'pareto'} ")
    shown = cli("studies", tmp_path)
    assert shown.code == 0
    assert "measured" in shown.out
    (tmp_path / "empty").mkdir()
    assert "subsetsearch init" in cli("studies", tmp_path / "empty").out
