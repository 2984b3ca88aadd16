"""Ctrl-C before a program has begun."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from realign_core.support.program.starting import SENTENCE, run_quietly, starting

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize("package", ["subsetsearch", "realign_core"])
def test_ctrl_c_while_it_is_imported_is_one_line(tmp_path: Path, package: str) -> None:
    """A module that the command line imports sends it, and turns what is raised into another error."""
    (tmp_path / "typer.py").write_text(
        "import os, signal\ntry:\n    os.kill(os.getpid(), signal.SIGINT)\n    print(end='')\n"
        "except KeyboardInterrupt:\n    raise ImportError('failed to import') from None\n"
    )
    paths = os.pathsep.join([str(tmp_path), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-m", package, "--help"],
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a job in the background ignores it
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", f"{SENTENCE}\n")


def test_ctrl_c_before_the_program_listens_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as stop:
        run_quietly(interrupted)
    assert stop.value.code == 130
    assert capsys.readouterr().err == f"{SENTENCE}\n"


@pytest.mark.parametrize("handler", [signal.default_int_handler, signal.SIG_IGN])
def test_signals_are_heard_as_before_afterwards(handler: Callable[..., object]) -> None:
    before = signal.signal(signal.SIGINT, handler)
    try:
        with starting():
            assert (signal.getsignal(signal.SIGINT) is handler) == (handler is signal.SIG_IGN)
        assert signal.getsignal(signal.SIGINT) is handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_installed_commands_begin_there() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        scripts = tomllib.load(file)["project"]["scripts"]
    assert scripts == {
        "subsetsearch": "subsetsearch.__main__:main",
        "realign-core": "realign_core.__main__:main",
    }
