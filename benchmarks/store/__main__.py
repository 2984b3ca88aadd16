"""How the time to store one more measurement grows with those that are stored already.

Run ``python -m benchmarks.store``: measurements of 40 targets are added one by one to an empty SQLite file
(or to the database of ``--url``), each its own transaction. Times are medians over a block of adds, and
ratios are of blocks of one run, so that other work on the machine moves them little. Beside it the way of
before: a CSV table that is read and written as a whole for each new row.
"""

from __future__ import annotations

import platform
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import sqlalchemy

from benchmarks.common import parser_for, write_figures, write_json
from benchmarks.store.table import markdown
from subsetsearch.results.measurements.measurement import Measurement, run_key
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.tables.run_table import read_runs, write_runs
from subsetsearch.subset import Subset

TARGETS = tuple(f"t{number:02d}_Latn" for number in range(40))
POOL = tuple(f"p{number:02d}_Latn" for number in range(96))
BLOCK = 1000
MARKS = (1_000, 3_000, 10_000, 30_000, 100_000)
TABLE_MARKS = (50, 100, 200)


def measurements(fingerprint: str) -> Iterator[Measurement]:
    """Full runs of subsets of all sizes, three seeds each, without end."""
    rng = np.random.default_rng(0)
    while True:
        members = rng.choice(len(POOL), int(rng.integers(0, 20)), replace=False)
        subset = Subset(frozenset(POOL[index] for index in members))
        for seed in rng.integers(0, 2**31, 3):
            scores = dict(zip(TARGETS, rng.random(len(TARGETS)).tolist(), strict=True))
            yield Measurement(
                fingerprint, "h", subset, 3, "test", int(seed), "accuracy", scores, seconds=60.0
            )


def one_by_one(add: Callable[[Measurement], object], marks: tuple[int, ...], block: int) -> dict[str, Any]:
    """Add until the last mark; tell the median time of the block that ends at each."""
    runs, times = measurements("f"), []
    for _ in range(marks[-1]):
        run = next(runs)
        start = time.perf_counter()
        add(run)
        times.append(time.perf_counter() - start)
    at = [
        {"rows": mark, "milliseconds": 1000 * statistics.median(times[mark - block : mark])} for mark in marks
    ]
    return {"marks": at, "ratio": at[-1]["milliseconds"] / at[0]["milliseconds"], "seconds": sum(times)}


def rewritten(path: Path) -> Callable[[Measurement], None]:
    """The way of before: the table is read and written as a whole."""

    def add(run: Measurement) -> None:
        write_runs(path, [*read_runs(path, split="test"), run])

    return add


def others(store: MeasurementStore, rows: int) -> dict[str, float]:
    """Time what else is done with a full store."""
    runs = measurements("g")
    many = [next(runs) for _ in range(rows)]
    names = [run_key("f", run.subset, 3, "test", run.seed) for run in many[:200]]

    def claim_all() -> None:
        for name in names:
            with store.claim(name) as ours:
                assert ours

    steps: dict[str, Callable[[], object]] = {
        "add_together": lambda: store.add(many),
        "read_study": lambda: store.read("g"),
        "read_subset": lambda: store.read("g", rung=3, split="test", subset=many[0].subset),
        "claim_200": claim_all,
    }
    times = {}
    for name, step in steps.items():
        start = time.perf_counter()
        step()
        times[name] = time.perf_counter() - start
    return times | {"rows": rows}


def main() -> None:
    """Command line."""
    parser = parser_for(__doc__, "store")
    parser.add_argument("--url", help="an empty database, such as postgresql://...; else a SQLite file")
    parser.add_argument("--rows", type=int, default=MARKS[-1], help="rows that are added one by one")
    options = parser.parse_args()
    marks = (*(mark for mark in MARKS if mark < options.rows), options.rows)
    with TemporaryDirectory() as folder:
        store = MeasurementStore(options.url or f"sqlite:///{folder}/study.db")
        content = {
            "machine": {"python": platform.python_version(), "sqlalchemy": sqlalchemy.__version__,
                        "sqlite": sqlite3.sqlite_version},
            "database": (options.url or "sqlite").partition(":")[0],
            "targets": len(TARGETS),
            "store": one_by_one(lambda run: store.add([run]), marks, min(BLOCK, marks[0])),
            "others": others(store, 1000),
            "table": one_by_one(rewritten(Path(folder) / "runs.csv"), TABLE_MARKS, 25),
        }  # fmt: skip
    write_json(options.json, content)
    if options.json == parser.get_default("json"):
        write_figures("store", markdown(content))


if __name__ == "__main__":
    main()
