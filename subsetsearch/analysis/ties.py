r"""Which measured subsets the noise between seeds leaves undecided.

Scores are taken for a subset's own effect plus a seed's, which all subsets share, plus noise:
:math:`a_{is} = \mu_i + \sigma_s + \varepsilon_{is}`. The noise is estimated over all subsets
together, so that two seeds are enough where several subsets were run with both. Two subsets with
:math:`n` common seeds differ if their mean difference over these exceeds
:math:`t_{0.975, f} \, \hat\varepsilon \sqrt{2 / n}`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from subsetsearch.analysis.front import Row
from subsetsearch.analysis.paired import PairedDifference, paired_difference
from subsetsearch.subset import Subset

Runs = Mapping[Subset, Mapping[int, float]]


@dataclass(frozen=True, slots=True)
class PooledNoise:
    """Noise of single runs that is left after subset and seed.

    Args:
        spread: Standard deviation, in the scores' unit.
        freedom: Degrees of freedom it was estimated with, 1 or more.
    """

    spread: float
    freedom: int

    def reach(self, n: int) -> float:
        """Half the width of the 95 % interval of a difference over n common seeds."""
        from scipy.stats import t as student

        return float(student.ppf(0.975, self.freedom)) * self.spread * math.sqrt(2 / n)


def pooled_noise(runs: Runs) -> PooledNoise | None:
    """Estimate the noise of single runs by least squares on subset and seed.

    Args:
        runs: Subset to seed to score; gaps are allowed.

    Returns:
        ``None`` where subsets and seeds explain every score by themselves.
    """
    repeated = {s: by_seed for s, by_seed in runs.items() if len(by_seed) > 1}
    seeds = sorted({seed for by_seed in repeated.values() for seed in by_seed})
    cells = [(row, seed) for row, by_seed in enumerate(repeated.values()) for seed in by_seed]
    if not cells:
        return None
    design = np.zeros((len(cells), len(repeated) + len(seeds)))
    for line, (row, seed) in enumerate(cells):
        design[line, [row, len(repeated) + seeds.index(seed)]] = 1.0
    scores = np.array([value for by_seed in repeated.values() for value in by_seed.values()])
    fitted, _, rank, _ = np.linalg.lstsq(design, scores, rcond=None)
    freedom = len(cells) - int(rank)
    if freedom < 1:
        return None
    left = scores - design @ fitted
    return PooledNoise(math.sqrt(float(left @ left) / freedom), freedom)


def difference(
    first: Mapping[int, float], second: Mapping[int, float], noise: PooledNoise | None
) -> PairedDifference | None:
    """Compare two subsets over their common seeds, by the noise of all subsets.

    Args:
        first: Seed to score.
        second: Seed to score.
        noise: From :func:`pooled_noise`; without it the two subsets' own differences have to do.

    Returns:
        The difference; ``None`` without a common seed. Its interval is unknown where noise is.
    """
    found = paired_difference(first, second)
    if found is None or noise is None:
        return found
    reach = noise.reach(len(found.seeds))
    return replace(found, low=found.mean - reach, high=found.mean + reach)


def mark_ties(rows: Sequence[Row], runs: Runs) -> list[Row]:
    """Set ``tied_with``, ``ties_best`` and ``recommended``.

    A measured subset is tied with the cheapest cheaper one that it has not been shown to beat. The
    recommended one is the cheapest that the most accurate one has not been shown to beat. Two
    subsets without a common seed, or of unknown noise, count as told apart if their means differ:
    nothing speaks for a tie then, and the number of seeds beside them says how little is known.

    Args:
        rows: By rising cost.
        runs: Subset to seed to accuracy, of the seeds that the choice may see.
    """
    noise = pooled_noise(runs)
    measured = [row for row in rows if row.accuracy is not None]
    if not measured:
        return list(rows)

    def tied(better: Row, other: Row) -> bool:
        found = difference(runs[better.candidate], runs[other.candidate], noise)
        return found is not None and found.low is not None and found.low <= 0

    best = max(measured, key=lambda row: (row.accuracy or 0.0, -row.cost))
    ties = [row for row in measured if row is best or tied(best, row)]
    marked = []
    for row in rows:
        cheaper = [other for other in measured if row.accuracy is not None and other.cost < row.cost]
        match = next((other for other in cheaper if tied(row, other)), None)
        marked.append(
            replace(
                row,
                tied_with=match.languages if match else None,
                tied_pairs=match.pairs if match else None,
                ties_best=any(row is tie for tie in ties),
                recommended=row is ties[0],
            )
        )
    return marked
