"""Which run tells most about what to get: of a new subset, or of a known one with a further seed.

What is to be had for a budget is the subset that is expected to be best at or below its cost. A run moves
what is expected, of its own subset and of those that are like it, by an amount that is known before; the one
is proposed by which the best expected score grows most, over all budgets: the area under the front of what is
expected. A run of a subset that nobody would get whatever it says is worth nothing, nor is one more of a
subset that is known well enough. Where no run changes what one would get, the run is taken that tells most
about what that gains: of the leader, or of no realignment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from subsetsearch.sampler.model import TwoRungModel
from subsetsearch.sampler.subset_matrix import Rows
from subsetsearch.surrogate import expected_growth, front_levels, level_at
from subsetsearch.surrogate.features import Indices, Matrix

MOST_KNOWN, FEW_KNOWN = 300, 80
"""If more subsets than the first number are known, the second number of them is compared: the others are far
below the front.
"""

_MOST_SEEDS = 12
"""Most further seeds of a subset that are compared."""

_GAIN_WEIGHT = 1e-3
"""Weight of what a run tells about the gain of the leader over the cheapest: it decides between equals."""


@dataclass(frozen=True, slots=True, eq=False)
class NextRun:
    """What to run next.

    Args:
        row: The subset.
        again: Number of the further seed; 0 for a subset that was not run.
        growth: Of the area under the front of what is expected: accuracy times the logarithm of cost.
    """

    row: Rows
    again: int
    growth: float


def next_run(model: TwoRungModel, new: Rows, *, edge: float, repeats: bool) -> NextRun | None:
    """Choose the run by which the decision is expected to gain most.

    Args:
        model: Of what was measured; ready, and one that decides.
        new: Subsets that were not run, one a row.
        edge: Where the axis of costs ends.
        repeats: Whether known subsets may be run with further seeds.

    Returns:
        ``None`` if nothing is left to run.
    """
    ran = model.history.seeds(model.kept)
    old = np.array([np.frombuffer(key, dtype=bool) for key in ran]).reshape(len(ran), new.shape[1])
    if len(old) > MOST_KNOWN:
        old = old[_promising(model, old)]
        ran = {key: ran[key] for key in (row.tobytes() for row in old)}
    rows = np.concatenate([old, new])
    runs, seeds = list(range(len(old), len(rows))), [0] * len(new)
    if repeats:
        tried = _frequent_seeds(ran)
        for place, done_seeds in enumerate(ran.values()):
            further = [seed for seed in (*tried, tried[-1] + 1) if seed and seed not in done_seeds]
            runs += [place] * len(further)
            seeds += further
    if not runs:
        return None
    growth = _growth(model, rows, np.array(runs), np.array(seeds), edge)
    best = int(np.argmax(growth))
    return NextRun(rows[runs[best]], seeds[best], float(growth[best]))


def _promising(model: TwoRungModel, rows: Rows) -> Indices:
    """Of very many known subsets, those least below the front of what is expected, and the cheapest."""
    costs, mean = model.features.costs(rows), model.predict(rows).mean
    below = level_at(costs, front_levels(costs, mean), float(mean.min())) - mean
    below[int(costs.argmin())] = -1.0
    return np.sort(np.argsort(below, kind="stable")[:FEW_KNOWN])


def _frequent_seeds(ran: Mapping[bytes, set[int]]) -> list[int]:
    """Numbers of the seeds that were run, rising; of very many those that most subsets have, and the last."""
    counts = Counter(seed for done_seeds in ran.values() for seed in done_seeds)
    last = max(counts)
    return sorted({*sorted(counts, key=lambda seed: (-counts[seed], seed))[:_MOST_SEEDS], last})


def _growth(model: TwoRungModel, rows: Rows, runs: np.ndarray, seeds: np.ndarray, edge: float) -> Matrix:
    """Expected growth of the area by each run."""
    axis = model.features.log_costs(model.features.costs(rows))
    order = np.argsort(axis, kind="stable")
    widths = np.maximum(0.0, np.diff(np.append(axis[order], edge)))
    mean = model.predict(rows).mean
    moves = model.moves(rows, runs, seeds)
    leader, cheapest = int(mean.argmax()), int(order[0])
    gap_moves = np.abs(moves[leader] - moves[cheapest])
    return np.asarray(expected_growth(mean[order], moves[order], widths) + _GAIN_WEIGHT * gap_moves)
