from __future__ import annotations

import subprocess
import sys

import pytest

from realign_core.support.errors import ConfigError, DataError, RealignError
from realign_core.support.program.console import fail_with
from realign_core.support.settings.config import comma_list


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ConfigError("no table", where="--measure"), 2),
        (DataError("no table", where="--set"), 2),
        (ConfigError("no table", where="x.toml", line=3), 1),
        (RealignError("no table"), 1),
    ],
)
def test_what_is_wrong_with_an_option_is_wrong_usage(
    error: RealignError, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fail_with(error) == status
    assert capsys.readouterr().err == f"error: {error}\n"


@pytest.mark.parametrize(("text", "parts"), [("sw, yo,,wo ,", ("sw", "yo", "wo")), (" , ", ())])
def test_a_list_between_commas(text: str, parts: tuple[str, ...]) -> None:
    assert comma_list(text) == parts


LIBRARY = """
import logging, sys
from realign_core.support.program.console import messages, set_up_logging
set_up_logging(False, len(sys.argv) > 1)
library = logging.getLogger("a_library")
library.addHandler(logging.StreamHandler())  # as libraries of the hub do when they are imported
logging.getLogger("a_library.part").warning("a warning of a library")
logging.getLogger("another").warning("a warning of another")
logging.getLogger("realign_core.x").error("our error")
messages.print("a sentence about the work")
"""


def said(*arguments: str) -> str:
    command = [sys.executable, "-c", LIBRARY, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr


def test_a_warning_is_shown_once() -> None:
    shown = said()
    assert shown.count("a warning of a library") == 1
    assert shown.count("a warning of another") == 1
    assert "a sentence about the work" in shown


def test_quiet_shows_errors_alone() -> None:
    shown = said("-q")
    assert "our error" in shown
    assert "a sentence about the work" not in shown


CUT_OFF = """
import logging
from realign_core.support.program.console import set_up_logging
set_up_logging(False, False)

def broken(first):
    try:
        try:
            raise first
        except BaseException:
            raise ValueError("cannot close")
    except ValueError:
        logging.getLogger("a_library").error("an error of a library after %r", first, exc_info=True)

broken(KeyboardInterrupt())
broken(OSError())
"""


def test_what_an_interruption_cut_off_is_left_to_one_sentence() -> None:
    shown = subprocess.run([sys.executable, "-c", CUT_OFF], capture_output=True, text=True, check=True).stderr
    assert "KeyboardInterrupt" not in shown
    assert "an error of a library after OSError()" in shown
