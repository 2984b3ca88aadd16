"""The command ``realign``: the encoder of a choice, saved."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from transformers import AutoModel

import subsetsearch as ss


def test_realign_saves_the_encoder_of_a_choice(
    cli: Callable[..., Any], measured_copy: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "encoder"
    done = cli("realign", *measured_copy.args, "--pick", "best", "-o", folder, "--json")
    study = ss.load(measured_copy.file, runs=measured_copy.runs)
    best = study.pick("best")
    assert best.languages
    assert done.code == 0, done.err
    about = json.loads(done.out)
    assert about["seed"] == study.config.evaluate.seeds[0]
    assert len(about["languages"]) == len(best.languages)
    assert AutoModel.from_pretrained(folder, local_files_only=True)


def test_realign_with_languages_of_your_own(cli: Callable[..., Any], toy_file: Path, tmp_path: Path) -> None:
    options = ["realign", toy_file, "--dir", tmp_path / "runs", "--languages", "sw,te", "-o", tmp_path / "e"]
    done = cli(*options, "--pairs", "30", "--seed", "5")
    assert done.code == 0, done.err
    assert str(tmp_path / "e") in done.out.replace("\n", "")
    about = json.loads((tmp_path / "e" / "realignment.json").read_text(encoding="utf-8"))
    assert (about["languages"], about["seed"]) == (["swa", "tel"], 5)
    again = cli(*options)
    assert again.code == 1
    assert "there is one already" in again.err
    assert cli(*options[:4], "-o", tmp_path / "f").code == 1  # nothing was run, so nothing is recommended


def test_a_folder_of_something_else_is_left_alone(measured_copy: Any, tmp_path: Path) -> None:
    study = ss.load(measured_copy.file, runs=measured_copy.runs)
    subset = next(row.subset for row in study.front() if row.languages)
    with pytest.raises(ss.RealignError, match="something else already"):
        study.realign(subset, tmp_path, seed=9, force=True)
