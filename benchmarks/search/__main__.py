"""How many evaluations each sampler needs to find the front, and what a proposal costs.

Set ``REALIGN_DATA`` for the second study. It writes the JSON and the tables of this folder's page. One core:
the numerical libraries are held to one thread. Every number of evaluations counts distinct subsets: one that
a sampler proposes again is free, as in a study.
"""

from __future__ import annotations

import itertools
import os
import platform
import warnings
from pathlib import Path
from typing import Any

import optuna
from threadpoolctl import threadpool_limits

from benchmarks.common import ROOT, parser_for, read_json, write_figures, write_json
from benchmarks.search.boxes import BOXES, open_box
from benchmarks.search.compare import BUDGETS, REFERENCES, SHARE, capped, compare
from benchmarks.search.overhead import overheads
from benchmarks.search.rungs import POOLS, WIDTHS, rung1_of, rung1_synthetic, rung2_of
from benchmarks.search.samplers import CONTESTANTS
from benchmarks.search.table import tables


def main() -> None:
    """Command line."""
    parser = parser_for(__doc__, "search")
    parser.add_argument("--cache", type=Path, default=ROOT / "runs" / "search-benchmark")
    parser.add_argument("--boxes", nargs="*", choices=BOXES, default=list(BOXES))
    parser.add_argument("--reference", choices=tuple(REFERENCES), default="full")
    parser.add_argument("--samplers", nargs="+", default=[c.name for c in CONTESTANTS])
    parser.add_argument("--caps", nargs="*", default=[], metavar="SAMPLER=N", help="other caps; 0: not run")
    parser.add_argument("--times", choices=("measure", "keep"), default="measure")
    parser.add_argument(
        "--rung2", type=Path, metavar="STUDY.DB", help="a study that was run, for rung 2's times"
    )
    options = parser.parse_args()
    threadpool_limits(1)
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    contestants = [capped(c, options.caps) for c in CONTESTANTS if c.name in options.samplers]
    results = read_results(options.json)
    if options.times == "measure":
        results |= overheads()
        write_json(options.json, results)
    rungs = results.setdefault("rung_seconds", {})
    if options.rung2 is not None:
        rungs["rung2"] = rung2_of(options.rung2)
    for name in options.boxes:
        box = open_box(name, options.cache)
        result = compare(box, options.cache, contestants, options.reference)
        others = [other for other in results["blackboxes"] if other["name"] != name]
        results["blackboxes"] = sorted([*others, result], key=lambda other: BOXES.index(other["name"]))
        if options.times == "measure" and box.slow:
            rungs[name] = rung1_of(box)
        write_json(options.json, results)
    if options.times == "measure":
        rungs |= {
            f"{measure} on made-up statistics of width {width}": rung1_synthetic(width, measure)
            for measure, width in itertools.product(POOLS, WIDTHS)
        }
        write_json(options.json, results)
    write_figures("search", tables(results))


def read_results(path: Path) -> dict[str, Any]:
    """What the JSON holds already, of black boxes and of other scripts; the head is always this run's."""
    head = {
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()},
        "optuna": optuna.__version__,
        "share": SHARE,
        "budgets": BUDGETS,
    }
    return {"blackboxes": []} | read_json(path) | head


if __name__ == "__main__":
    main()
