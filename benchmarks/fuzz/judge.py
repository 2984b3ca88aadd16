"""One case after the other, each with a verdict: valid, refused by our own error, or a fault."""

from __future__ import annotations

import os
import random
import shutil
import signal
import traceback
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from benchmarks.fuzz.mutate import Case, make_case
from benchmarks.fuzz.subject import Subject
from benchmarks.fuzz.tally import FAULTS, Tally, Verdict
from realign_core.support.errors import RealignError

MOST_SECONDS = 5.0
"""Processor time of a case."""

LONGEST_MESSAGE = 3_000
"""Characters of an error's message; paths are in it."""


class TooSlow(BaseException):
    """A case took longer than :data:`MOST_SECONDS`; no reader may catch it."""


def case_of(subject: Subject, number: int) -> Case:
    """Make a subject's case of a number; the first ones are its seeds as they are."""
    if number < len(subject.seeds):
        return Case(subject.seeds[number], subject.seeds[number])
    rng = random.Random(f"{subject.name} {number}")
    return make_case(subject.seeds, subject.words, rng, packed=subject.packed)


def judge_all(
    subject: Subject,
    numbers: Iterable[int],
    place: Path,
    note: Callable[[int, Tally], None] = lambda _number, _tally: None,
) -> Tally:
    """Read cases one after the other.

    Args:
        subject: The reader.
        numbers: Of its cases.
        place: A folder for files.
        note: Is told before each case its number, and what became of those before it.
    """
    tally = Tally()
    for number in numbers:
        note(number, tally)
        case = case_of(subject, number)
        start = sum(os.times()[:4])
        verdict, reason, counted = judge(subject, case, place / f"{number % 2}")
        took = sum(os.times()[:4]) - start
        if took > MOST_SECONDS and verdict not in FAULTS:  # in processes that the reader has started
            verdict, reason = "slow", "in a process of its own"
        tally.slowest = max(tally.slowest, took)
        tally.note(number, verdict, reason)
        tally.counted += counted
        tally.bombs += case.bomb
    return tally


def judge(subject: Subject, case: Case, folder: Path) -> tuple[Verdict, str, bool]:
    """Read one case.

    Returns:
        The verdict, what was wrong, and whether rows were counted.
    """
    write_case(case, folder)
    try:
        with _processor_time(MOST_SECONDS):
            result = subject.read(folder)
    except RealignError as error:
        sign = _garbled(str(error))
        return ("garbled", sign, False) if sign else ("refused", "", False)
    except TooSlow as error:
        return "slow", _place(error), False
    except Exception as error:
        return "foreign", _place(error), False
    lost = subject.lost(result, case.plain) if case.plain else None
    if lost:
        return "silent", "rows that nobody counted", True
    return "valid", "", lost is not None


def write_case(case: Case, folder: Path) -> None:
    """Put a case's files into a folder, which is emptied before."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in case.stored.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


@contextmanager
def _processor_time(seconds: float) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before: Any = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _garbled(message: str) -> str:
    """Say what is wrong with a message that is meant for a terminal."""
    if len(message) > LONGEST_MESSAGE:
        return "a message too long to read"
    odd = {unicodedata.category(sign) for sign in message} & {"Cc", "Cs", "Zl", "Zp"}
    if odd:
        return f"a message with signs of {', '.join(sorted(odd))}"
    turning = {unicodedata.bidirectional(sign) for sign in message} & {
        "LRO",
        "RLO",
        "LRE",
        "RLE",
        "RLI",
        "LRI",
    }
    return "a message that turns around" if turning else ""


def _place(error: BaseException) -> str:
    """Name an error by its kind and the last line of ours that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "/realign_core/" in f.filename or "/subsetsearch/" in f.filename]
    last = (ours or frames)[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
