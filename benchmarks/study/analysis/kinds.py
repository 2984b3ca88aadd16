"""Kinds of sets, and random ones by size: their gains over the seeds that all of them have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.study.analysis.compare import Compared
from benchmarks.study.analysis.measured import Measured, different
from benchmarks.study.entries import ENDS, RANDOM, UNTOUCHED, Entry
from benchmarks.study.order import TURNS


def by_kind(measured: Measured, targets: Sequence[str], ours: dict[str, Compared]) -> dict[str, Any]:
    """Each kind of sets: how many, their gains over common seeds, and how they stand beside our pick."""
    kinds = {}
    for kind in TURNS:
        planned = [
            entry
            for entry in measured.plan.of_kind(kind)
            if kind != ENDS and (entry.targets is None or set(targets) <= set(entry.targets))
        ]
        sets = different(planned, targets)
        gains, seeds = _on_common_seeds(measured, sets, targets)
        if not gains:
            continue
        known = [ours[label] for label in gains]
        kinds[kind] = {
            "sets": len(sets),
            "run": len(gains),
            "whole": sum(map(measured.whole, sets)),
            "seeds": seeds,
            "lowest": _short(min(gains.values())),
            "median": _short(float(np.median([*gains.values()]))),
            "highest": _short(max(gains.values())),
            "highest_of": max(gains, key=lambda label: gains[label]),
            "above": sum(one.difference is not None and one.difference.mean > 0 for one in known),
            "better": sum(one.shown > 0 for one in known),
            "worse": sum(one.shown < 0 for one in known),
        }
    return kinds


def random_by_size(measured: Measured, targets: Sequence[str]) -> dict[str, Any]:
    """Random sets by size: mean gain over draws and scatter between them, over the seeds that all have."""
    sizes: dict[int, list[Entry]] = {}
    for entry in measured.plan.of_kind(RANDOM):
        if measured.scores(entry):
            sizes.setdefault(len(entry.languages), []).append(entry)
    by_size = {}
    for size, entries in sizes.items():
        gains, seeds = _on_common_seeds(measured, entries, targets)
        values = [*gains.values()]
        if values:
            by_size[str(size)] = {
                "gain": _short(float(np.mean(values))),
                "sd_between_draws": _short(float(np.std(values, ddof=1))) if len(values) > 1 else None,
                "draws": len(values),
                "seeds": seeds,
                "cost": float(np.mean([entry.cost for entry in entries])),
            }
    return by_size


def _on_common_seeds(
    measured: Measured, entries: Sequence[Entry], targets: Sequence[str]
) -> tuple[dict[str, float], int]:
    """Gains of entries over no realignment, by label, over the seeds that all which were run have; these."""
    base = measured.by_seed(UNTOUCHED, targets)
    rows = {entry.label: measured.by_seed(entry, targets) for entry in entries if measured.scores(entry)}
    seeds = sorted(set(base).intersection(*rows.values()))
    if not seeds:
        return {}, 0
    gains = {label: float(np.mean([by[s] - base[s] for s in seeds])) for label, by in rows.items()}
    return gains, len(seeds)


def _short(value: float) -> float:
    return round(value, 5) + 0.0
