"""Which measured subsets noise does not tell apart, marked in the rows of a front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from subsetsearch.analysis.front.front_row import FrontRow
from subsetsearch.analysis.statistics.seed_noise import (
    MANY,
    PooledNoise,
    Runs,
    paired_difference,
    pooled_noise,
)
from subsetsearch.analysis.statistics.ties import find_ties
from subsetsearch.subset import NONE


def mark_ties(rows: Sequence[FrontRow], runs: Runs, noise: PooledNoise | None = None) -> list[FrontRow]:
    """Set ``measured_gain``, ``tied_with``, ``worse_than``, ``ties_best`` and ``recommended``.

    A measured subset that has been shown to be worse than a cheaper one is worse than the cheapest such. Any
    other is tied with the cheapest cheaper one that it has not been shown to beat. The recommended one is the
    cheapest that the most accurate one has not been shown to beat. Two subsets without a common seed, or of
    unknown noise, are no tie if their means differ: nothing speaks for a tie then, and the number of seeds
    beside them says how little is known.

    Args:
        rows: By rising cost.
        runs: Subset to seed to accuracy, of the seeds that the choice may see.
        noise: Of these runs, where more is known of it than they tell.
    """
    noise = noise or pooled_noise(runs)
    measured = [row for row in rows if row.full is not None]
    if not measured:
        return list(rows)
    if noise is not None and len(measured) > MANY:
        return _mark_many(rows, measured, runs, noise)

    def tied(better: FrontRow, other: FrontRow) -> bool:
        gap = paired_difference(runs[better.subset], runs[other.subset], noise)
        return gap is not None and gap.low is not None and gap.low <= 0

    def worse(row: FrontRow, other: FrontRow) -> bool:
        gap = paired_difference(runs[row.subset], runs[other.subset], noise)
        return gap is not None and gap.high is not None and gap.high < 0

    best = max(measured, key=lambda row: (row.accuracy or 0.0, -row.cost))
    ties = {row.subset for row in measured if row is best or tied(best, row)}
    cheapest = next(row for row in measured if row.subset in ties)
    marked = []
    for row in rows:
        cheaper = [other for other in measured if row.full is not None and other.cost < row.cost]
        beaten_by = next((other.subset for other in cheaper if worse(row, other)), None)
        equal = next((other.subset for other in cheaper if tied(row, other)), None)
        over = paired_difference(runs.get(row.subset, {}), runs.get(NONE, {})) if row.languages else None
        marked.append(
            replace(
                row,
                measured_gain=over.mean if over else None,
                tied_with=None if beaten_by else equal,
                worse_than=beaten_by,
                ties_best=row.subset in ties,
                recommended=row is cheapest,
            )
        )
    return marked


def _mark_many(
    rows: Sequence[FrontRow], measured: Sequence[FrontRow], runs: Runs, noise: PooledNoise
) -> list[FrontRow]:
    """Mark ties as :func:`mark_ties` does, all pairs at once."""
    place = max(range(len(measured)), key=lambda i: (measured[i].accuracy or 0.0, -measured[i].cost))
    ties = find_ties(
        [runs[row.subset] for row in measured],
        [row.cost for row in measured],
        place,
        noise.spread,
        noise.freedom,
    )
    base, names = runs.get(NONE, {}), [row.subset for row in measured]
    cheapest = names[int(ties.best.argmax())]
    numbers = {name: number for number, name in enumerate(names)}
    marked = []
    for row in rows:
        number = numbers.get(row.subset)
        if number is None:
            marked.append(row)
            continue
        gain = paired_difference(runs[row.subset], base) if row.languages else None
        worse, tied = int(ties.worse[number]), int(ties.tied[number])
        marked.append(
            replace(
                row,
                measured_gain=gain.mean if gain else None,
                tied_with=names[tied] if worse < 0 <= tied else None,
                worse_than=names[worse] if worse >= 0 else None,
                ties_best=bool(ties.best[number]),
                recommended=row.subset == cheapest,
            )
        )
    return marked
