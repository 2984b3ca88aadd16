"""What a score by rung 1 and by rung 2 costs.

``python -m benchmarks.search.rungs`` prints CPU and wall times of rung 1 on made-up statistics, by measure,
width of the encoder and size of the subset; ``python -m benchmarks.search`` writes the CPU times into its
tables.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from threadpoolctl import threadpool_limits

from benchmarks.search.boxes import BlackBox
from subsetsearch.config.proxy import Measure
from subsetsearch.rungs.linear.gap import LinearGap
from subsetsearch.rungs.linear.gram import GramStatistics, PoolStatistics
from subsetsearch.rungs.linear.probe import LinearProbe

SIZES = (1, 5, 15)
WIDTHS = (384, 768)
POOLS: dict[Measure, int] = {"gap": 90, "probe": 20}
"""The gap is asked of all languages of the pool, so that its size matters."""

_REPEATS = 20
_TARGETS = 45
_OWN = 30
"""So many targets are in the pool; the gap of the others is the pool's mean."""

_CLASSES = 17
_UNITS = 200
"""Dev units a target, as of the quickstart (8,914 of 46 targets)."""

Clock = Callable[[], float]


def rung1_of(box: BlackBox) -> dict[str, Any]:
    """Time rung 1 of a study, by its probe."""
    return timed_probe(box.proxy, list(box.codes.values()))


def rung1_synthetic(width: int, measure: Measure, clock: Clock = time.process_time) -> dict[str, Any]:
    """Time rung 1 on made-up statistics: 45 targets; for the probe of 200 units and 17 classes.

    What a score costs depends on the shapes only.

    Args:
        width: Size d of the encoder's vectors.
        measure: What the map is judged by.
        clock: CPU time, or ``time.perf_counter``.
    """
    rng = np.random.default_rng(0)
    statistics = _made_up(width, POOLS[measure], rng)
    names = statistics.every.languages
    targets = tuple(f"t{i:02d}" for i in range(_TARGETS))
    if measure == "gap":
        language_of = {target: names[i] if i < _OWN else None for i, target in enumerate(targets)}
        return timed_gap(LinearGap(statistics, 100.0, language_of), names, clock)
    units = _TARGETS * _UNITS
    probe = LinearProbe(
        statistics,
        rng.normal(size=(width, _CLASSES)),
        np.zeros(_CLASSES),
        rng.normal(size=(units, width)).astype(np.float32),
        rng.integers(_CLASSES, size=units),
        np.arange(0, units, _UNITS),
        targets=targets,
        ridge=100.0,
    )
    return timed_probe(probe, names, clock)


def _made_up(width: int, languages: int, rng: np.random.Generator) -> PoolStatistics:
    vectors = rng.normal(size=(2 * width, width))
    source = vectors.T @ vectors / len(vectors)
    spread = rng.uniform(0.5, 1.5, size=(languages, 1, 1))
    names = tuple(f"l{i:02d}" for i in range(languages))
    return PoolStatistics(
        GramStatistics(names, spread * source, 0.9 * spread * source, source), np.zeros(width)
    )


def timed_probe(
    proxy: LinearProbe, languages: Sequence[str], clock: Clock = time.process_time
) -> dict[str, Any]:
    """Median time of a score by size of the subset, after the one-off statistics.

    Args:
        proxy: Rung 1 by its probe.
        languages: Of its pool, at least 15.
        clock: CPU time, or another clock.
    """
    proxy.score(())  # what all scores share is made with the first one
    return {
        "width": len(proxy.probe),
        "classes": proxy.probe.shape[1],
        "targets": len(proxy.targets),
        "units": len(proxy.labels),
        "seconds": _medians(proxy.score, languages, clock),
    }


def timed_gap(proxy: LinearGap, languages: Sequence[str], clock: Clock = time.process_time) -> dict[str, Any]:
    """Likewise, and of a score by target of a subset whose map is remembered.

    Args:
        proxy: Rung 1 by the gap.
        languages: Of its pool, at least 15.
        clock: CPU time, or another clock.
    """
    proxy.score(())
    by_target = replace(proxy)  # remembers nothing that the other was asked
    by_target.score(())
    by_target.scores(())

    def ready(subset: Sequence[str]) -> None:
        by_target.score(subset)

    return {
        "width": len(proxy.statistics.centre),
        "languages": len(proxy.statistics.every.languages),
        "targets": len(proxy.language_of),
        "seconds": _medians(proxy.score, languages, clock),
        "by_target_seconds": _medians(by_target.scores, languages, clock, ready),
    }


def _medians(
    score: Callable[[Sequence[str]], object],
    languages: Sequence[str],
    clock: Clock,
    ready: Callable[[Sequence[str]], None] = lambda _: None,
) -> dict[str, float]:
    """Median time of a score by size; no subset comes twice, as the second time would be free."""
    rng = np.random.default_rng(0)
    medians = {}
    for size in SIZES:
        spent: dict[frozenset[str], float] = {}
        while len(spent) < min(_REPEATS, math.comb(len(languages), size)):
            subset = rng.choice(np.array(languages), size=size, replace=False).tolist()
            if frozenset(subset) in spent:
                continue
            ready(subset)
            start = clock()
            score(subset)
            spent[frozenset(subset)] = clock() - start
        medians[str(size)] = round(float(np.median(list(spent.values()))), 5)
    return medians


def rung2_of(database: Path) -> dict[str, Any]:
    """Read what rung 2 took in a study that was run: wall times, quartiles over its subsets.

    Args:
        database: ``study.db`` of the study's folder.

    Raises:
        ValueError: If no trial of it was scored by rung 2.
    """
    storage = f"sqlite:///{database}"
    (name,) = optuna.get_all_study_names(storage)
    trials = optuna.load_study(study_name=name, storage=storage).get_trials(deepcopy=False)
    spent = [t.user_attrs["rung2_seconds"] for t in trials if "rung2_seconds" in t.user_attrs]
    if not spent:
        raise ValueError(f"{database}: no trial was scored by rung 2")
    return {
        "study": name,
        "subsets": len(spent),
        "wall_seconds": [round(float(q), 2) for q in np.quantile(spent, [0.25, 0.5, 0.75])],
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measures", nargs="+", choices=tuple(POOLS), default=list(POOLS))
    parser.add_argument("--widths", nargs="+", type=int, default=list(WIDTHS))
    options = parser.parse_args()
    threadpool_limits(1)
    for measure in options.measures:
        for width in options.widths:
            cpu = rung1_synthetic(width, measure)
            wall = rung1_synthetic(width, measure, time.perf_counter)["seconds"]
            print(json.dumps({"measure": measure} | cpu | {"wall_seconds": wall}))


if __name__ == "__main__":
    main()
