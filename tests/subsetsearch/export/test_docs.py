"""The page on exports lists every format, and its commands and code run."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

import subsetsearch as ss
from subsetsearch.export import FORMATS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "exports.md"


def test_every_format_is_listed() -> None:
    listed = re.findall(r"^\| `([\w-]+)` \|", PAGE.read_text(encoding="utf-8"), flags=re.M)
    assert listed == list(FORMATS)


@pytest.mark.offline
def test_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    studies = PAGE.parents[1] / "studies"
    (tmp_path / "studies").mkdir()
    shutil.copy(studies / "quickstart.toml", tmp_path / "studies")
    monkeypatch.chdir(tmp_path)
    ss.load("studies/quickstart.toml").import_results(studies / "results" / "quickstart-evaluations.csv")
    code = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.S)
    assert len(code) == 1
    exec(code[0], {})
    assert "opus_read -d NLLB -s en -t sw" in (tmp_path / "fetch.sh").read_text()


def test_command_without_a_study_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    from subsetsearch.cli.main import app

    monkeypatch.chdir(tmp_path)
    commands = re.findall(
        r"^subsetsearch (export --languages .*)$", PAGE.read_text(encoding="utf-8"), flags=re.M
    )
    assert commands
    for command in commands:
        words = shlex.split(command)
        done = CliRunner().invoke(app, words)
        assert done.exit_code == 0, done.output
        assert Path(words[words.index("-o") + 1]).is_file()
