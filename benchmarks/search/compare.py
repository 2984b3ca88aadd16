"""Runs of all samplers on a black box, summed up by evaluations and areas."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.search.boxes import BOXES, BlackBox
from benchmarks.search.runs import Run, kept_run, kept_scores
from benchmarks.search.samplers import Contestant

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
    summaries = {name: summary(group, best) for name, group in runs.items()}
    return {
        "name": box.name,
        "languages": len(box.space.keys),
        "reference_area": best,
        "reference": REFERENCES[reference],
        "best_run_area": max(ends),
        "subsets_scored": len(box.memo),
        "front_sizes": [len(subset) for subset in box.front()],
        "none": box.base,
        "evals_to_95": {c.name: _median(summaries.get(c.name)) for c in contestants},
        "caps": {c.name: summaries[c.name]["cap"] if c.name in summaries else 0 for c in contestants},
        "cpu_seconds": {name: result["cpu_seconds"] for name, result in summaries.items()},
        "samplers": summaries,
    }


def capped(contestant: Contestant, caps: list[str]) -> Contestant:
    """Replace the caps of a contestant that the command line names."""
    for entry in caps:
        name, _, number = entry.partition("=")
        if name == contestant.name:
            contestant = replace(contestant, caps=(int(number),) * len(BOXES))
    return contestant
