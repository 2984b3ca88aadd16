"""What a score by rung 1 and by rung 2 costs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from search_boxes import BlackBox
from subsetsearch.proxy.linear import LinearProxy

from subsetsearch.proxy.gram import GramStatistics

SIZES = (1, 5, 15)
_REPEATS = 20
_POOL = 20
_TARGETS = 45
_CLASSES = 17
_UNITS = 200
"""Dev units a target, as of the quickstart (8,914 of 46 targets)."""


def rung1_of(box: BlackBox) -> dict[str, Any]:
    """Time rung 1 of a study."""
    return timed(box.proxy, list(box.codes.values()))


def rung1_synthetic(width: int) -> dict[str, Any]:
    """Time rung 1 on made-up statistics: 45 targets of 200 units, 17 classes.

    What a score costs depends on the shapes only.

    Args:
        width: Size d of the encoder's vectors.
    """
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(2 * width, width))
    source = vectors.T @ vectors / len(vectors)
    spread = rng.uniform(0.5, 1.5, size=(_POOL, 1, 1))
    names = tuple(f"l{i:02d}" for i in range(_POOL))
    units = _TARGETS * _UNITS
    proxy = LinearProxy(
        GramStatistics(names, spread * source, 0.9 * spread * source, source),
        rng.normal(size=(width, _CLASSES)),
        np.zeros(_CLASSES),
        rng.normal(size=(units, width)).astype(np.float32),
        rng.integers(_CLASSES, size=units),
        np.arange(0, units, _UNITS),
        targets=tuple(f"t{i:02d}" for i in range(_TARGETS)),
        ridge=100.0,
    )
    return timed(proxy, list(names))


def timed(proxy: LinearProxy, languages: list[str]) -> dict[str, Any]:
    """Median CPU time of a score by size of the subset, after the one-off statistics.

    Args:
        proxy: Rung 1.
        languages: Of its pool, at least 15.
    """
    rng = np.random.default_rng(0)
    proxy.score(languages[:1])  # what all scores share is made with the first one
    found = {}
    for size in SIZES:
        spent = []
        for _ in range(_REPEATS):
            chosen = rng.choice(np.array(languages), size=size, replace=False).tolist()
            start = time.process_time()
            proxy.score(chosen)
            spent.append(time.process_time() - start)
        found[str(size)] = round(float(np.median(spent)), 5)
    return {
        "width": len(proxy.probe),
        "classes": proxy.probe.shape[1],
        "targets": len(proxy.targets),
        "units": len(proxy.labels),
        "seconds": found,
    }


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
