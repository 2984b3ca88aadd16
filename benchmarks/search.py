"""How many evaluations each sampler needs to find the front, and what a proposal costs.

Run ``python benchmarks/search.py --json benchmarks/results/search.json`` with ``REALIGN_DATA`` set for the
second study; it writes the JSON and, beside this file, the table of ``SEARCH.md``. One core: the
numerical libraries are held to one thread. Every number of evaluations counts distinct subsets: one that a
sampler proposes again is free, as in a study.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from search_boxes import BOXES, BlackBox, open_box
from search_overhead import overheads
from search_rungs import POOLS, WIDTHS, rung1_of, rung1_synthetic, rung2_of
from search_runs import Run, kept_run, kept_scores
from search_samplers import CONTESTANTS, Contestant
from search_table import write_table
from threadpoolctl import threadpool_limits

from realign_core.support.files import atomic_write

HERE = Path(__file__).resolve().parent
BUDGETS = (10, 20, 30, 40, 50, 100, 200, 300, 500)
SHARE = 0.95
REFERENCES = {
    "full": "best of all runs, all single languages, all pairs, and the neighbours of that front",
    "quick": "best of all runs and all single languages",
}
SEEDS = tuple(range(10))


def evaluations_to(curve: list[float], goal: float) -> int | None:
    """Evaluations until a curve reaches a goal; ``None`` if it never does."""
    return next((i + 1 for i, area in enumerate(curve) if area >= goal), None)


def summary(runs: list[Run], reference: float) -> dict[str, Any]:
    """Quartiles over seeds of evaluations to 95 %, and of the area at each budget."""
    curves = [run.curve for run in runs]
    needed = [evaluations_to(curve, SHARE * reference) for curve in curves]
    reached = [float("inf") if n is None else n for n in needed]
    quartiles = np.quantile(reached, [0.25, 0.5, 0.75], method="higher")
    areas = {
        str(budget): [
            round(float(q), 4)
            for q in np.quantile([c[budget - 1] / reference for c in curves], [0.25, 0.5, 0.75])
        ]
        for budget in BUDGETS
        if all(len(curve) >= budget for curve in curves)
    }
    return {
        "evals_to_95": [int(q) if np.isfinite(q) else None for q in quartiles],
        "reached": sum(n is not None for n in needed),
        "seeds": len(curves),
        "cap": min(len(curve) for curve in curves),
        "area_at": areas,
        "cpu_seconds": round(sum(run.cpu_seconds for run in runs), 1),
    }


def _median(result: dict[str, Any] | None) -> int | None:
    """Median evaluations to 95 %; ``None`` if more than the cap, or not run."""
    return None if result is None else result["evals_to_95"][1]


def compare(box: BlackBox, cache: Path, contestants: list[Contestant], reference: str) -> dict[str, Any]:
    """Run every sampler on a black box under every seed; runs are kept in the cache."""
    runs: dict[str, list[Run]] = {}
    for contestant in contestants:
        cap = contestant.cap(box.name)
        if not cap:
            continue
        runs[contestant.name] = [kept_run(box, contestant, seed, cap, cache) for seed in SEEDS]
        seconds = sum(run.cpu_seconds for run in runs[contestant.name])
        end = np.median([run.curve[-1] for run in runs[contestant.name]])
        print(f"{box.name}: {contestant.name}: {seconds:.0f} CPU s, median end {end:.5f}", flush=True)
    with kept_scores(box, cache):
        for run in (run for group in runs.values() for run in group):
            box.learn(run.points)
        box.scan(pairs=reference == "full")
        if reference == "full":
            box.close()
    ends = [run.curve[-1] for group in runs.values() for run in group]
    best = max(box.reference(), *ends)
    found = {name: summary(group, best) for name, group in runs.items()}
    return {
        "name": box.name,
        "languages": len(box.space.keys),
        "reference_area": best,
        "reference": REFERENCES[reference],
        "best_run_area": max(ends),
        "subsets_scored": len(box.memo),
        "front_sizes": [len(subset) for subset in box.front()],
        "none": box.base,
        "evals_to_95": {c.name: _median(found.get(c.name)) for c in contestants},
        "caps": {c.name: found[c.name]["cap"] if c.name in found else 0 for c in contestants},
        "cpu_seconds": {name: result["cpu_seconds"] for name, result in found.items()},
        "samplers": found,
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("runs") / "search-benchmark")
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
        atomic_write(options.json, json.dumps(results, indent=1) + "\n")
    rungs = results.setdefault("rung_seconds", {})
    if options.rung2 is not None:
        rungs["rung2"] = rung2_of(options.rung2)
    for name in options.boxes:
        box = open_box(name, options.cache)
        found = compare(box, options.cache, contestants, options.reference)
        others = [other for other in results["blackboxes"] if other["name"] != name]
        results["blackboxes"] = sorted([*others, found], key=lambda other: BOXES.index(other["name"]))
        if options.times == "measure" and box.slow:
            rungs[name] = rung1_of(box)
        atomic_write(options.json, json.dumps(results, indent=1) + "\n")
    if options.times == "measure":
        rungs |= {
            f"{measure} on made-up statistics of width {width}": rung1_synthetic(width, measure)
            for measure, width in itertools.product(POOLS, WIDTHS)
        }
        atomic_write(options.json, json.dumps(results, indent=1) + "\n")
    write_table(results, HERE / "SEARCH.md")


def capped(contestant: Contestant, caps: list[str]) -> Contestant:
    """Replace the caps of a contestant that the command line names."""
    for entry in caps:
        name, _, number = entry.partition("=")
        if name == contestant.name:
            contestant = replace(contestant, caps=(int(number),) * len(BOXES))
    return contestant


def read_results(path: Path) -> dict[str, Any]:
    """What the JSON holds already, of black boxes and of other scripts; the head is always this run's."""
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    head = {
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()},
        "optuna": optuna.__version__,
        "share": SHARE,
        "budgets": BUDGETS,
    }
    return {"blackboxes": []} | kept | head


if __name__ == "__main__":
    main()
