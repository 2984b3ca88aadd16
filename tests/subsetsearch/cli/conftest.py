"""The command line in this process, and a toy study that was searched and measured once."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from subsetsearch.cli import main


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Measured:
    """A study file and the folder of its results."""

    file: Path
    runs: Path

    @property
    def args(self) -> tuple[str, ...]:
        return str(self.file), "--dir", str(self.runs)


def _call(monkeypatch: pytest.MonkeyPatch, *args: object) -> int:
    monkeypatch.setattr(sys, "argv", ["subsetsearch", *map(str, args)])
    try:
        main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    def call(*args: object) -> Done:
        capsys.readouterr()
        code = _call(monkeypatch, *args)
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return call


@pytest.fixture(scope="session")
def measured(toy_text: str, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """Eight trials; none, all, the best and two sets of our own with three seeds. Read only."""
    root = tmp_path_factory.mktemp("measured")
    file = root / "toy.toml"
    file.write_text(toy_text.replace('name = "toy"', 'name = "measured"'), encoding="utf-8")
    found = Measured(file, root / "runs")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("REALIGN_CACHE", str(root / "cache"))
        assert _call(monkeypatch, "run", *found.args, "--trials", 8) == 0
        assert _call(monkeypatch, "evaluate", *found.args, "--top", 1, "--seeds", "1,2,3") == 0
    return found


@pytest.fixture
def measured_copy(measured: Measured, tmp_path: Path) -> Measured:
    """The same, to be written to."""
    shutil.copytree(measured.runs, tmp_path / "runs")
    shutil.copy(measured.file, tmp_path / "toy.toml")
    return Measured(tmp_path / "toy.toml", tmp_path / "runs")
