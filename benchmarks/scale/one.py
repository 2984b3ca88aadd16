"""One thing that is timed, in a process of its own: trials of a worker, or a command that reads.

python -m benchmarks.scale.one trials STUDY RUNS [URL]
"""

from __future__ import annotations

import time

_STARTED = time.process_time()

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
    before = _memory()
    start = time.process_time()
    marks: list[tuple[float, float]] = []
    run_search(ladder, TRIALS, on_trial=lambda *_: marks.append((time.process_time(), time.perf_counter())))
    gaps = [(1000 * (b[0] - a[0]), 1000 * (b[1] - a[1])) for a, b in itertools.pairwise(marks)]
    cpu, wall = ([gap[i] for gap in gaps] for i in (0, 1))
    return {
        "ms_per_trial": round(statistics.median(cpu), 1),
        "ms_per_trial_wall": round(statistics.median(wall), 1),
        "seconds_to_begin": round(marks[0][0] - start, 2),
        "mb_before": before,
        "mb": _memory(),
    }


def reading(what: Callable[[Any], object]) -> Callable[[Path, Path, str | None], dict[str, Any]]:
    """Time what the façade does in a process that has just begun."""

    def run(file: Path, runs: Path, url: str | None) -> dict[str, Any]:
        import subsetsearch as ss

        what(ss.load(file, runs=runs, storage=url, tell=lambda _: None))
        return {"seconds": round(time.process_time() - _STARTED, 2), "mb": _memory()}

    return run


def report(file: Path, runs: Path, url: str | None) -> dict[str, Any]:
    """Time the report, and weigh it."""
    found = reading(lambda study: study.report(runs / "report.html"))(file, runs, url)
    return found | {"megabytes": round((runs / "report.html").stat().st_size / 1e6, 2)}


TIMED: dict[str, Callable[[Path, Path, str | None], dict[str, Any]]] = {
    "trials": trials,
    "status": reading(lambda study: study.status().to_dict()),
    "pareto": reading(lambda study: [row.to_dict() for row in study.front()]),
    "report": report,
}


def _memory() -> int:
    """Megabytes at the highest; what ``getrusage`` says includes the process that has started this one."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1000


if __name__ == "__main__":
    name, study_file, folder, *address = sys.argv[1:]
    print(json.dumps(TIMED[name](Path(study_file), Path(folder), address[0] if address else None)))
