"""One thing that is timed, in a process of its own: trials of a worker, or a command that reads.

python -m benchmarks.scale.one trials STUDY RUNS [URL]
"""

from __future__ import annotations

import time

_STARTED = time.process_time(), time.perf_counter()

import contextlib
import io
import itertools
import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

TRIALS = 9
"""The first of them reads all others, and is not counted."""


def trials(file: Path, runs: Path, url: str | None) -> dict[str, Any]:
    """Time real trials whose objective takes no time."""
    import optuna

    from benchmarks.scale.made import open_made
    from subsetsearch.config import load_study
    from subsetsearch.results.database.study_folder import StudyFolder
    from subsetsearch.run.search.search import run_search

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    config = load_study(file)
    ladder = open_made(config, StudyFolder(runs / config.name, url))
    before, marks = memory(), [_now()]
    run_search(ladder, TRIALS, on_trial=lambda *_: marks.append(_now()))
    begun, *gaps = [(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(marks)]
    cpu, wall = ([gap[i] for gap in gaps] for i in (0, 1))
    return {
        "ms_per_trial": round(1000 * statistics.median(cpu), 1),
        "ms_per_trial_wall": round(1000 * statistics.median(wall), 1),
        "seconds_to_begin": round(begun[0], 2),
        "seconds_to_begin_wall": round(begun[1], 2),
        "mb_before": before,
        "mb": memory(),
    }


def reading(*words: str) -> Callable[[Path, Path, str | None], dict[str, Any]]:
    """Time a command as it is typed, in a process that has just begun; what it prints is thrown away."""

    def run(file: Path, runs: Path, url: str | None) -> dict[str, Any]:
        sys.argv = ["subsetsearch", words[0], str(file), "--dir", str(runs), *words[1:]]
        sys.argv += ["--storage", url] if url else []
        from subsetsearch.__main__ import main

        with contextlib.redirect_stdout(io.StringIO()) as output:
            try:
                main()
            except SystemExit as ended:
                if ended.code:
                    raise
        assert output.getvalue()
        cpu, wall = _now()
        return {
            "seconds": round(cpu, 2),
            "wall": round(wall - _STARTED[1] + _STARTED[0], 2),  # the start of Python is in both
            "mb": memory(),
        }

    return run


def report(file: Path, runs: Path, url: str | None) -> dict[str, Any]:
    """Time the report, and weigh it."""
    page = runs / "report.html"
    numbers = reading("report", "-o", str(page))(file, runs, url)
    return numbers | {"megabytes": round(page.stat().st_size / 1e6, 2)}


TIMED: dict[str, Callable[[Path, Path, str | None], dict[str, Any]]] = {
    "trials": trials,
    "status": reading("status"),
    "pareto": reading("pareto"),
    "report": report,
}


def _now() -> tuple[float, float]:
    """Seconds of the processor, and of the clock."""
    return time.process_time(), time.perf_counter()


def memory() -> int:
    """Megabytes at the highest; what ``getrusage`` says includes the process that has started this one."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1000


if __name__ == "__main__":
    name, study_file, folder, *address = sys.argv[1:]
    print(json.dumps(TIMED[name](Path(study_file), Path(folder), address[0] if address else None)))
