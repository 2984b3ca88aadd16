"""How many evaluations each sampler needs to find the front, and what a proposal costs.

Run ``python benchmarks/search.py --json benchmarks/results/search.json`` with ``REALIGN_DATA`` set for the
second study; it writes the JSON and, beside this file, the table of ``SEARCH.md``. One core: the
numerical libraries are held to one thread. Every number of evaluations counts distinct subsets: one that a
sampler proposes again is free, as in a study.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from search_boxes import BlackBox, open_box
from search_overhead import overheads
from search_table import write_table
from threadpoolctl import threadpool_limits

from realign_core.files import atomic_write
from subsetsearch.search.sampler import SubsetSampler
from subsetsearch.search.space import Subset

HERE = Path(__file__).resolve().parent
BUDGETS = (10, 20, 30, 40, 50, 100, 200, 300)
SHARE = 0.95
REFERENCES = {
    "full": "best of all runs, all single languages, all pairs, and the neighbours of that front",
    "quick": "best of all runs and all single languages",
}
SEEDS = tuple(range(10))
_ASKS_PER_EVALUATION = 3

Maker = Callable[[BlackBox, int], optuna.samplers.BaseSampler]


@dataclass(frozen=True, slots=True)
class Contestant:
    """A sampler under test.

    Args:
        name: In the tables.
        make: Builds it for a black box and a seed.
        cap: Evaluations it is given; the slow ones get fewer.
        warm: Whether it first tries the diverse sets, beside ``none`` and ``all``.
    """

    name: str
    make: Maker
    cap: int
    warm: bool


def _subset(box: BlackBox, seed: int) -> optuna.samplers.BaseSampler:
    return SubsetSampler(box.space, traits=box.traits, seed=seed)


def _nsga2(box: BlackBox, seed: int) -> optuna.samplers.BaseSampler:  # noqa: ARG001
    return optuna.samplers.NSGAIISampler(population_size=16, seed=seed)


def _tpe(box: BlackBox, seed: int) -> optuna.samplers.BaseSampler:  # noqa: ARG001
    return optuna.samplers.TPESampler(seed=seed)


def _gp(box: BlackBox, seed: int) -> optuna.samplers.BaseSampler:  # noqa: ARG001
    return optuna.samplers.GPSampler(seed=seed, deterministic_objective=True)


def _random(box: BlackBox, seed: int) -> optuna.samplers.BaseSampler:  # noqa: ARG001
    return optuna.samplers.RandomSampler(seed=seed)


CONTESTANTS = (
    Contestant("subset", _subset, 100, warm=True),
    Contestant("subset, cold", _subset, 100, warm=False),
    Contestant("nsga2", _nsga2, 300, warm=False),
    Contestant("nsga2, warm", _nsga2, 300, warm=True),
    Contestant("random", _random, 200, warm=False),
    Contestant("random, warm", _random, 200, warm=True),
    Contestant("tpe", _tpe, 40, warm=False),
    Contestant("tpe, warm", _tpe, 30, warm=True),
    Contestant("gp", _gp, 13, warm=False),
)


def run(box: BlackBox, contestant: Contestant, seed: int) -> list[float]:
    """Let a sampler search a black box.

    Returns:
        Area under the front after each evaluation of a subset that was not scored before.
    """
    study = optuna.create_study(directions=["minimize", "maximize"], sampler=contestant.make(box, seed))
    starts = box.starts if contestant.warm else box.starts[:2]
    for _, subset in starts:
        study.enqueue_trial(box.space.params(subset))
    distributions = box.space.distributions()
    scored: dict[Subset, tuple[float, float]] = {}
    curve: list[float] = []
    for _ in range(_ASKS_PER_EVALUATION * contestant.cap):
        trial = study.ask(distributions)
        subset = box.space.subset(trial.params)
        study.tell(trial, [box.space.cost(subset), box.value(subset)])
        if subset not in scored:
            scored[subset] = box.point(subset)
            curve.append(box.area(scored.values()))
        if len(curve) >= contestant.cap:
            break
    return curve


def evaluations_to(curve: list[float], goal: float) -> int | None:
    """Evaluations until a curve reaches a goal; ``None`` if it never does."""
    return next((i + 1 for i, area in enumerate(curve) if area >= goal), None)


def summary(curves: list[list[float]], reference: float, cap: int) -> dict[str, Any]:
    """Quartiles over seeds of evaluations to 95 %, and of the area at each budget."""
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
        "cap": cap,
        "area_at": areas,
    }


def compare(box: BlackBox, cache: Path, names: list[str], reference: str) -> dict[str, Any]:
    """Run every sampler on a black box under every seed; finished samplers are kept in the cache."""
    kept = cache / f"curves-{box.name}.json"
    done: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    contestants = [contestant for contestant in CONTESTANTS if contestant.name in names]
    for contestant in contestants:
        if contestant.name not in done:
            start = time.process_time()
            curves = [run(box, contestant, seed) for seed in SEEDS]
            done[contestant.name] = {"curves": curves, "cpu_seconds": round(time.process_time() - start, 1)}
            atomic_write(kept, json.dumps(done))
        end = np.median([curve[-1] for curve in done[contestant.name]["curves"]])
        print(
            f"{box.name}: {contestant.name}: {done[contestant.name]['cpu_seconds']} s, median end {end:.5f}"
        )
    box.scan(pairs=reference == "full")
    if reference == "full":
        box.close()
    ends = [curve[-1] for found in done.values() for curve in found["curves"]]
    best = max(box.reference(), *ends)
    found = {c.name: summary(done[c.name]["curves"], best, c.cap) for c in contestants}
    return {
        "name": box.name,
        "languages": len(box.space.keys),
        "reference_area": best,
        "reference": REFERENCES[reference],
        "best_run_area": max(ends),
        "subsets_scored": len(box.memo),
        "front_sizes": [len(subset) for subset in box.front()],
        "none": box.base,
        "evals_to_95": {name: result["evals_to_95"][1] for name, result in found.items()},
        "cpu_seconds": {name: done[name]["cpu_seconds"] for name in found},
        "samplers": found,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("runs") / "search-benchmark")
    parser.add_argument("--boxes", nargs="+", default=["quickstart", "african-pos", "coverage"])
    parser.add_argument("--reference", choices=tuple(REFERENCES), default="full")
    parser.add_argument("--samplers", nargs="+", default=[c.name for c in CONTESTANTS])
    parser.add_argument(
        "--resume", action="store_true", help="keep the black boxes that the JSON has already"
    )
    options = parser.parse_args()
    threadpool_limits(1)
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    results: dict[str, Any] = {
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()},
        "optuna": optuna.__version__,
        "share": SHARE,
        "budgets": BUDGETS,
        "blackboxes": [],
    }
    if options.resume and options.json.is_file():
        results = json.loads(options.json.read_text(encoding="utf-8"))
    for name in options.boxes:
        if name in {box["name"] for box in results["blackboxes"]}:
            continue
        box = open_box(name, options.cache)
        results["blackboxes"].append(compare(box, options.cache, options.samplers, options.reference))
        results |= overheads(box)
        atomic_write(options.json, json.dumps(results, indent=1) + "\n")
    write_table(results, HERE / "SEARCH.md")


if __name__ == "__main__":
    main()
