"""One reader's cases in a process of their own, whose memory is bounded.

python -m benchmarks.fuzz.worker READER CASES FOLDER
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import warnings
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.fuzz.found import SUBJECTS
from benchmarks.fuzz.judge import FAULTS, Verdict, case_of, judge, judge_all

VERSION = 2
"""Raised where cases or verdicts change: readers are then run anew."""

MEMORY = 1 << 30
"""Bytes of address space that a reader may take beyond those of the loaded program."""

_NAMES: dict[Verdict, str] = {
    "foreign": "foreign_tracebacks",
    "silent": "silent_drops",
    "slow": "slow",
    "garbled": "garbled_messages",
}


def fuzz(name: str, cases: int, folder: Path) -> dict[str, Any]:
    """Run a reader's cases in this process, and count.

    Args:
        name: Of the reader.
        cases: How many.
        folder: For files.
    """
    logging.disable(logging.CRITICAL)  # every case has some warnings
    warnings.simplefilter("ignore")
    subject = SUBJECTS[name]
    judge(subject, case_of(subject, 0), folder)  # loads what is loaded late
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
    start = process_time()
    tally = judge_all(subject, range(cases), folder)
    return {
        "reader": name,
        "version": VERSION,
        "cases": tally.cases,
        "valid": tally.verdicts["valid"],
        "refused": tally.verdicts["refused"],
        "rows_counted": tally.counted,
        "bombs": tally.bombs,
        **{_NAMES[fault]: tally.verdicts[fault] for fault in FAULTS},
        "faults": tally.faults,
        "seconds": round(process_time() - start, 1),
        "slowest_seconds": round(tally.slowest, 2),
        "more_memory_mb": max(0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024,
    }


if __name__ == "__main__":
    print(json.dumps(fuzz(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))))
