"""Files that cannot be read or written, and results that do not belong: one line each, no traceback."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from subsetsearch.results.store import MeasurementStore
from subsetsearch.subset import Subset

Cli = Callable[..., Any]


def check(done: Any, message: str) -> None:
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("error: ")
    assert message in done.err
    assert len(done.err.strip().splitlines()) == 1


@pytest.mark.parametrize("args", [("run", "--dry-run"), ("run",), ("evaluate",), ("calibrate",)])
def test_results_cannot_go_into_a_file(
    cli: Cli, toy_file: Path, tmp_path: Path, args: tuple[str, ...]
) -> None:
    place = tmp_path / "file"
    place.touch()
    check(cli(args[0], toy_file, *args[1:], "--dir", place), "a file, where a folder is needed")


def test_a_file_that_cannot_be_written_is_named(
    cli: Cli, measured_copy: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str, *_: object, **__: object) -> None:
        raise PermissionError(13, os.strerror(13), path)

    monkeypatch.setattr("realign_core.support.files.tempfile.mkdtemp", lambda dir, **_: refuse(str(dir)))
    done = cli("report", *measured_copy.args, "-o", tmp_path / "report.md")
    check(done, f"{tmp_path}: Permission denied; check the path")


def test_a_report_is_named_by_its_format(cli: Cli, measured_copy: Any) -> None:
    done = cli("report", *measured_copy.args, "--format", "md")
    assert done.code == 0, done.err
    assert (
        (measured_copy.runs / "measured" / "report.md").read_text(encoding="utf-8").startswith("# measured")
    )
    assert not (measured_copy.runs / "measured" / "report.html").exists()


def test_results_with_a_language_that_the_pool_has_not_are_refused(cli: Cli, measured_copy: Any) -> None:
    store = MeasurementStore(f"sqlite:///{measured_copy.runs / 'measured' / 'study.db'}")
    run = store.read(rung=3, split="test")[0]
    store.add([replace(run, subset=Subset(frozenset({"deu_Latn"})))])
    check(cli("pareto", *measured_copy.args), "the stored results have deu_Latn, which the pool lacks")


def test_the_version_is_told(cli: Cli) -> None:
    done = cli("--version")
    assert done.code == 0
    assert done.out.startswith("subsetsearch 0.")


def test_more_layers_than_the_encoder_has_stop_before_a_study_is_made(
    cli: Cli, toy_file: Path, tmp_path: Path
) -> None:
    done = cli("run", toy_file, "--dir", tmp_path / "runs", "--set", "proxy.short.layers=4")
    assert done.code == 1
    assert "proxy.short.layers: 4 layers are to be trained, but the encoder has 4" in done.err
    assert "write 3 or fewer" in done.err
    assert "has no results yet" in cli("status", toy_file, "--dir", tmp_path / "runs").err


def test_the_commands_of_a_report_find_its_results(cli: Cli, measured_copy: Any, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert cli("report", *measured_copy.args, "-o", page, "--set", "search.trials=9").code == 0
    options = f"--dir {measured_copy.runs} --set search.trials=9 --pick trial="
    assert options in page.read_text(encoding="utf-8")
