"""One reader's cases in a process of their own, whose memory is bounded.

python -m benchmarks.fuzz.worker READER FIRST CASES FOLDER
"""

from __future__ import annotations

import json
import logging
import os
import resource
import sys
import warnings
from pathlib import Path

from benchmarks.fuzz.found import SUBJECTS
from benchmarks.fuzz.judge import case_of, judge, judge_all
from benchmarks.fuzz.tally import Tally

VERSION = 2
"""Raised where cases or verdicts change: readers are then run anew."""

MEMORY = 1 << 30
"""Bytes of address space that a reader may take beyond those of the loaded program."""

LONGEST = 60
"""Seconds of processor time after which a case is ended that does not come back to Python."""

PROGRESS = "progress.json"


def fuzz(name: str, first: int, cases: int, folder: Path) -> None:
    """Run a reader's cases in this process; what it has come to is noted before each, as it may die of it.

    Args:
        name: Of the reader.
        first: Number of the first case.
        cases: How many there are, from 0 on.
        folder: For files, and for :data:`PROGRESS`.
    """
    logging.disable(logging.CRITICAL)  # every case has some warnings
    warnings.simplefilter("ignore")
    subject = SUBJECTS[name]
    _note(folder, first, Tally())
    judge(subject, case_of(subject, 0), folder / "first")  # loads what is loaded late
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
    start = _processor_time()

    def note(number: int, tally: Tally) -> None:
        tally.seconds = _processor_time() - start
        tally.memory = max(0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(_processor_time()) + LONGEST, most))
        _note(folder, number, tally)

    note(cases, judge_all(subject, range(first, cases), folder, note))


def _processor_time() -> float:
    """Seconds that this process and those that it has started took."""
    return sum(os.times()[:4])


def _note(folder: Path, number: int, tally: Tally) -> None:
    """Write down which case comes, and what became of those before it."""
    draft = folder / "progress.part"
    draft.write_text(json.dumps({"at": number, "tally": tally.plain()}), encoding="utf-8")
    draft.replace(folder / PROGRESS)


def main() -> None:
    """Command line."""
    name, first, cases, folder = sys.argv[1:]
    Path(folder).mkdir(parents=True, exist_ok=True)
    fuzz(name, int(first), int(cases), Path(folder))


if __name__ == "__main__":
    main()
