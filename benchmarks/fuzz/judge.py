"""One case after the other, each with a verdict: valid, refused by our own error, or a fault."""

from __future__ import annotations

import random
import shutil
import signal
import traceback
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from types import FrameType
from typing import Any, Literal

from benchmarks.fuzz.mutate import Case, make_case
from benchmarks.fuzz.subject import Subject
from realign_core.support.errors import RealignError

Verdict = Literal["valid", "refused", "foreign", "silent", "slow", "garbled"]
FAULTS: tuple[Verdict, ...] = ("foreign", "silent", "slow", "garbled")

MOST_SECONDS = 5.0
"""Processor time of a case."""

LONGEST_MESSAGE = 3_000
"""Characters of an error's message; paths are in it."""


class TooSlow(BaseException):
    """A case took longer than :data:`MOST_SECONDS`; no reader may catch it."""


@dataclass(slots=True)
class Tally:
    """What became of a reader's cases.

    Args:
        cases: How many there were.
        verdicts: How many of each kind.
        counted: Valid ones whose rows were counted independently.
        bombs: Cases that unpack to far more than they are.
        slowest: Processor time of the slowest.
        faults: What was wrong to the number of a case that shows it.
    """

    cases: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    counted: int = 0
    bombs: int = 0
    slowest: float = 0.0
    faults: dict[str, int] = field(default_factory=dict)


def case_of(subject: Subject, number: int) -> Case:
    """Make a subject's case of a number; the first ones are its seeds as they are."""
    if number < len(subject.seeds):
        return Case(subject.seeds[number], subject.seeds[number])
    rng = random.Random(f"{subject.name} {number}")
    return make_case(subject.seeds, subject.words, rng, packed=subject.packed)


def judge_all(subject: Subject, numbers: Iterable[int], place: Path) -> Tally:
    """Read cases one after the other.

    Args:
        subject: The reader.
        numbers: Of its cases.
        place: A folder for files.
    """
    tally = Tally()
    for number in numbers:
        case = case_of(subject, number)
        start = process_time()
        verdict, told, counted = judge(subject, case, place / f"{number % 2}")
        tally.slowest = max(tally.slowest, process_time() - start)
        tally.cases += 1
        tally.verdicts[verdict] += 1
        tally.counted += counted
        tally.bombs += case.bomb
        if verdict in FAULTS:
            tally.faults.setdefault(f"{verdict}: {told}", number)
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
        told = _garbled(str(error))
        return ("garbled", told, False) if told else ("refused", "", False)
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
