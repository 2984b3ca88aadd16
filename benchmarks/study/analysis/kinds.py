"""Kinds of sets, and random ones by size: their gains over the seeds that all of them have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.study.analysis.compare import EQUAL, Compared
from benchmarks.study.analysis.measured import Measured, different
from benchmarks.study.entries import ENDS, OURS, RANDOM, UNTOUCHED, Entry
from benchmarks.study.order import FIRST_PART, TURNS, turn
from subsetsearch.subset import NONE


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


def above_ours(
    measured: Measured, targets: Sequence[str], ours: Mapping[str, Compared]
) -> dict[str, Any] | None:
    """How many other sets have a higher mean than our pick, the highest, and which are shown to be better.

    Other sets have all seeds; no realignment and our own other picks are none. ``None`` without any.
    """
    entries = [e for e in measured.plan.entries if e.kind != OURS and e.subset != NONE and measured.whole(e)]
    known = {
        entry.label: one.difference.mean
        for entry in different(entries, targets)
        if (one := ours.get(entry.label)) is not None and one.difference is not None
    }
    if not known:
        return None
    highest = max(known, key=lambda label: known[label])
    return {
        "sets": len(known),
        "above": sum(difference > EQUAL for difference in known.values()),
        "highest": highest,
        "by": _short(known[highest]),
        "better": [label for label in known if ours[label].shown > 0],
    }


def random_by_size(measured: Measured, targets: Sequence[str]) -> dict[str, Any]:
    """Random sets by size: mean gain over draws and scatter between them, over the seeds that all have.

    A later draw that was run for another reason alone, as a set of another kind, would not be random.
    """
    sizes: dict[int, list[Entry]] = {}
    for entry in measured.plan.of_kind(RANDOM):
        sizes.setdefault(len(entry.languages), []).append(entry)
    by_size = {}
    for size, planned in sizes.items():
        entries = [entry for entry in planned if measured.scores(entry)]
        if len(entries) < len(planned):
            entries = [entry for entry in entries if turn(entry) <= FIRST_PART]
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
