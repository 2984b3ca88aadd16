"""What a trial costs besides its objective, and how long reading takes, in studies of up to 10,000 trials.

    python -m benchmarks.scale                          # all that is missing in the recorded file
    python -m benchmarks.scale --only reading --again   # the commands that read, anew (8 minutes)

Ask, tell, proposals, claims and stores are the real ones, on SQLite and on a PostgreSQL server; scores are
made up. Trials that are there before are written by :mod:`benchmarks.scale.fill`. Times are of the processor
(of the benchmark's own process: the server's are not in them), and by the clock, which says little where a
machine has other work. What was measured is written after each step, and a step that is there already is not
done again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from pathlib import Path
from typing import Any

import optuna

from benchmarks.common import parser_for, read_json, write_figures, write_json
from benchmarks.scale.grown import READ, measured, storage
from benchmarks.scale.made import write_study
from benchmarks.scale.table import markdown

STORAGES = ("sqlite", "postgresql")
KEYS = {
    "trials": (
        "ms_per_trial",
        "ms_per_trial_wall",
        "seconds_to_begin",
        "seconds_to_begin_wall",
        "mb_before",
        "mb",
    ),
    "reading": READ,
}
"""What is measured, and how it is named in the file."""

Case = dict[str, dict[str, Any]]
"""Number of trials to what was measured of a study that has them."""


def missing(case: Case, trials: list[int], only: list[str]) -> dict[int, list[str]]:
    """Say what is to be measured at each number of trials; reading at the lowest and the highest.

    Args:
        case: What was measured.
        trials: Numbers of trials.
        only: Parts that are asked for.

    Returns:
        Rising numbers of trials, those at which something is.
    """
    ends = {min(trials), max(trials)}
    by_mark = {
        mark: [
            part
            for part in only
            if (part != "reading" or mark in ends) and not set(KEYS[part]) <= case.get(str(mark), {}).keys()
        ]
        for mark in sorted(trials)
    }
    return {mark: parts for mark, parts in by_mark.items() if parts}


def forget(content: dict[str, Any], options: argparse.Namespace) -> None:
    """Drop what is to be measured again."""
    for name in options.storage:
        for candidates in options.candidates:
            case = content["cases"].get(name, {}).get(str(candidates), {})
            for key in (key for part in options.only for key in KEYS[part]):
                for mark in options.trials:
                    case.get(str(mark), {}).pop(key, None)


def measure(options: argparse.Namespace) -> None:
    """Measure what is missing, and write it after each step."""
    content = {"cases": {}} | read_json(options.json)
    content |= {"targets": 200, "python": platform.python_version(), "optuna": optuna.__version__}
    content |= {"cores": os.cpu_count()}
    if options.again:
        forget(content, options)
    for candidates in options.candidates:
        for name in options.storage:
            case: Case = content["cases"].setdefault(name, {}).setdefault(str(candidates), {})
            wanted = missing(case, options.trials, options.only)
            if not wanted:
                continue
            with storage(name) as url, tempfile.TemporaryDirectory(prefix="subsetsearch-scale-") as place:
                file = write_study(Path(place) / "study", candidates)
                for mark, numbers in measured(file, Path(place) / "runs", url, wanted):
                    case[str(mark)] = case.get(str(mark), {}) | numbers
                    print(name, candidates, mark, json.dumps(numbers), flush=True)
                    write_json(options.json, content)


def main() -> None:
    """Command line."""
    parser = parser_for(__doc__, "scale")
    parser.add_argument("--trials", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument(
        "--candidates", type=int, nargs="+", default=[200, 2000], help="languages of the pool"
    )
    parser.add_argument("--storage", choices=STORAGES, nargs="+", default=list(STORAGES))
    parser.add_argument("--only", choices=list(KEYS), nargs="+", default=list(KEYS), help="parts to measure")
    parser.add_argument("--again", action="store_true", help="measure also what is in the file")
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    measure(options)
    if options.json == parser.get_default("json"):
        write_figures("scale", markdown(read_json(options.json)))


if __name__ == "__main__":
    main()
