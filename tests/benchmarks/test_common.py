"""How commands of benchmarks read their options, and how they end."""

from __future__ import annotations

import argparse
import errno
import os
import signal
from pathlib import Path

import pytest

from benchmarks.common import ending_plainly, positive, positive_int
from subsetsearch.errors import StudyError


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (StudyError("a row twice", where=Path("/rows.csv"), line=3), 1, "error: /rows.csv:3: a row twice"),
        (NotADirectoryError(errno.ENOTDIR, "Not a directory", "/x"), 1, "error: /x: Not a directory; check"),
        (OSError(errno.ENOSPC, "No space left"), 1, "error: the disk is full; what is stored"),
    ],
)
def test_what_a_user_can_mend_is_one_line(
    error: Exception, status: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended, ending_plainly():
        raise error
    assert ended.value.code == status
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(told)


@pytest.mark.parametrize("error", [KeyError("x"), OSError("no file is named")])
def test_a_mistake_of_ours_keeps_its_traceback(error: Exception) -> None:
    with pytest.raises(type(error)), ending_plainly():
        raise error


def test_ctrl_c_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, ending_plainly():
        os.kill(os.getpid(), signal.SIGINT)
    assert ended.value.code == 130
    assert capsys.readouterr().err == "error: interrupted; finished work is kept\n"


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("16", 16)])
def test_a_number_of_things_is_one_or_more(text: str, number: int) -> None:
    assert positive_int(text) == number
    assert positive(text) == number


@pytest.mark.parametrize("text", ["0", "-1"])
def test_less_than_one_thing_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="at least 1"):
        positive_int(text)


@pytest.mark.parametrize("text", ["0", "-0.5", "nan", "inf"])
def test_no_amount_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="above 0"):
        positive(text)
