"""Runs of a task beside the same ones of another machine, or of another encoder: what differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.study.analysis.measured import Measured
from subsetsearch.analysis.statistics.seed_noise import student_interval
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.subset import NONE, Subset

Twice = Mapping[tuple[Subset, int], tuple[float, float]]
"""Set and seed to the mean score on the first and on the second one."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """What two machines or encoders found, as fractions.

    Args:
        runs: How many both did.
        kernels: Arithmetic of the second one's.
        difference: Mean score of the second one less that of the first.
        low: Lower end of its 95 % interval, by the scatter of runs; ``None`` with fewer than three.
        high: Its upper end.
        apart: Mean absolute difference of a run.
        gains: Set to its gain over no realignment on either, over the seeds that both have.
    """

    runs: int
    kernels: tuple[str, ...]
    difference: float
    low: float | None
    high: float | None
    apart: float
    gains: Mapping[Subset, tuple[float, float]]


def repeated(measured: Measured, rows: Iterable[Measurement]) -> Repeated | None:
    """Hold the rows of a second machine or encoder against those of a task.

    Args:
        measured: The task.
        rows: Of the second one; those of no run of the task are left aside.

    Returns:
        What differs; ``None`` without any row.
    """
    twice: dict[tuple[Subset, int], tuple[float, float]] = {}
    kernels: set[str] = set()
    for row in rows:
        first = measured.runs.get(row.subset, {}).get(row.seed)
        if first is not None:
            second = [row.scores[key] for key in first]
            twice[row.subset, row.seed] = float(np.mean([*first.values()])), float(np.mean(second))
            kernels |= {row.kernel} if row.kernel else set()
    if not twice:
        return None
    off = [second - first for first, second in twice.values()]
    low, high = student_interval(off) or (None, None)
    return Repeated(
        len(off),
        tuple(sorted(kernels)),
        float(np.mean(off)),
        low,
        high,
        float(np.mean(np.abs(off))),
        _gains(twice),
    )


def _gains(twice: Twice) -> dict[Subset, tuple[float, float]]:
    gains = {}
    for subset in dict.fromkeys(subset for subset, _ in twice if subset != NONE):
        seeds = [seed for other, seed in twice if other == subset and (NONE, seed) in twice]
        if seeds:
            over = np.mean([np.subtract(twice[subset, seed], twice[NONE, seed]) for seed in seeds], axis=0)
            gains[subset] = float(over[0]), float(over[1])
    return gains
