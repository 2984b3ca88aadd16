r"""What noise between seeds leaves of a difference: intervals, paired differences, ties.

A score is taken for a subset's own effect plus a seed's, which all subsets share, plus noise:
:math:`a_{is} = \mu_i + \sigma_s + \varepsilon_{is}`. The noise is estimated over all subsets
together, so that two seeds are enough where several subsets were run with both. Two subsets with
:math:`n` common seeds differ if their mean difference over these exceeds
:math:`t_{0.975, f} \, \hat\varepsilon \sqrt{2 / n}`.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit

from subsetsearch.analysis.statistics.two_way import two_way
from subsetsearch.errors import count
from subsetsearch.subset import Subset

Key = TypeVar("Key", bound=Hashable)
BySeed = Mapping[int, float]
Runs = Mapping[Subset, BySeed]
Matrix = npt.NDArray[np.float64]

MANY = 300
"""With more subsets or runs the same is computed in another way, which takes less time."""

FEWEST = 3
"""With fewer values no interval is given: with two it would be 13 standard errors wide."""


def student_interval(values: Sequence[float]) -> tuple[float, float] | None:
    r"""Student's 95 % interval of a mean, :math:`\bar x \pm t_{0.975, n-1} \, s / \sqrt n`.

    Args:
        values: Independent ones, such as one a seed.

    Returns:
        Its ends; ``None`` with fewer than three values.
    """
    n = len(values)
    if n < FEWEST:
        return None
    reach = _reach(float(np.std(values, ddof=1)) / math.sqrt(n), n - 1)
    mean = float(np.mean(values))
    return mean - reach, mean + reach


def _reach(error: float, freedom: float) -> float:
    """Half the width of a 95 % interval around an estimate with a standard error."""
    return float(stdtrit(freedom, 0.975)) * error


def _chance(mean: float, error: float, freedom: float) -> float:
    """Student's two-sided p of an estimate with a standard error."""
    if error == 0:
        return float(mean == 0)
    return float(2 * stdtr(freedom, -abs(mean) / error))


def spread(values: Sequence[float]) -> float | None:
    """Standard deviation over seeds (n - 1); ``None`` with fewer than two."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else None


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """Mean difference over the seeds that both subsets were run with.

    Runs of one seed share head and order of the data, so their differences vary less than the
    scores themselves.

    Args:
        mean: First minus second, in [-1, 1].
        low: Lower end of the 95 % interval; ``None`` where the noise is not known.
        high: Upper end.
        seeds: The common seeds.
        p: Chance of a difference as large by noise alone; ``None`` where the noise is not known.
    """

    mean: float
    low: float | None
    high: float | None
    seeds: tuple[int, ...]
    p: float | None = None

    @property
    def verdict(self) -> str:
        """What may be concluded, in a few words."""
        if self.low is None or self.high is None:
            return f"{count(len(self.seeds), 'common seed')}: a hint only"
        if self.low > 0:
            return "better"
        return "worse" if self.high < 0 else "no difference shown"


@dataclass(frozen=True, slots=True)
class PooledNoise:
    """Noise of single runs that is left after subset and seed.

    Args:
        spread: Standard deviation, in the scores' unit.
        freedom: Degrees of freedom it was estimated with, 1 or more; infinite, if it is as good as known.
    """

    spread: float
    freedom: float


def paired_difference(
    first: BySeed, second: BySeed, noise: PooledNoise | None = None
) -> PairedDifference | None:
    """Compare two subsets over their common seeds.

    Args:
        first: Seed to score.
        second: Seed to score.
        noise: Of all subsets, from :func:`pooled_noise`; without it the two subsets' own differences
            have to do, and three common seeds are needed for an interval.

    Returns:
        The difference; ``None`` without a common seed.
    """
    seeds = tuple(sorted(first.keys() & second.keys()))
    if not seeds:
        return None
    differences = [first[seed] - second[seed] for seed in seeds]
    mean = sum(differences) / len(seeds)
    if noise is not None:
        error, freedom = noise.spread * math.sqrt(2 / len(seeds)), noise.freedom
    elif len(seeds) < FEWEST:
        return PairedDifference(mean, None, None, seeds)
    else:
        error, freedom = float(np.std(differences, ddof=1)) / math.sqrt(len(seeds)), len(seeds) - 1.0
    reach = _reach(error, freedom)
    return PairedDifference(mean, mean - reach, mean + reach, seeds, _chance(mean, error, freedom))


@dataclass(frozen=True, slots=True)
class _Fit(Generic[Key]):
    """Least squares on subset and seed: effects, and whether all seeds are linked."""

    subsets: Mapping[Key, float]
    seeds: Mapping[int, float]
    linked: bool


def _design(cells: Sequence[tuple[Key, int]]) -> tuple[list[Key], list[int], Matrix]:
    """Subsets, seeds, and the matrix that says which of them a run has, one row a run."""
    names = list(dict.fromkeys(name for name, _ in cells))
    seeds = sorted({seed for _, seed in cells})
    row = {name: place for place, name in enumerate(names)}
    column = {seed: len(names) + place for place, seed in enumerate(seeds)}
    design = np.zeros((len(cells), len(names) + len(seeds)))
    for line, (name, seed) in enumerate(cells):
        design[line, [row[name], column[seed]]] = 1.0
    return names, seeds, design


def _fit(runs: Mapping[Key, BySeed]) -> _Fit[Key]:
    if len(runs) > MANY:
        cells = [(name, seed) for name, by_seed in runs.items() for seed in by_seed]
        values = np.array([[score] for by_seed in runs.values() for score in by_seed.values()])
        effects_of_all = two_way(cells, values)
        return _Fit(
            dict(zip(effects_of_all.names, effects_of_all.subsets[:, 0].tolist(), strict=True)),  # type: ignore[arg-type]
            dict(zip(effects_of_all.seeds, effects_of_all.luck[:, 0].tolist(), strict=True)),
            effects_of_all.rank >= len(effects_of_all.names) + len(effects_of_all.seeds) - 1,
        )
    names, seeds, design = _design([(name, seed) for name, by_seed in runs.items() for seed in by_seed])
    scores = np.array([score for by_seed in runs.values() for score in by_seed.values()])
    effects, _, rank, _ = np.linalg.lstsq(design, scores, rcond=None)
    return _Fit(
        dict(zip(names, effects[: len(names)].tolist(), strict=True)),
        dict(zip(seeds, effects[len(names) :].tolist(), strict=True)),
        int(rank) >= len(names) + len(seeds) - 1,
    )


def pooled_noise(runs: Mapping[Key, BySeed]) -> PooledNoise | None:
    """Estimate the noise of single runs by least squares on subset and seed.

    Args:
        runs: Subset to seed to score; gaps are allowed.

    Returns:
        ``None`` where subsets and seeds explain every score by themselves.
    """
    cells = [(name, seed) for name, by_seed in runs.items() if len(by_seed) > 1 for seed in by_seed]
    (noise,) = pooled_noises(cells, np.array([[runs[name][seed]] for name, seed in cells])) or (None,)
    return noise


def pooled_noises(cells: Sequence[tuple[Key, int]], scores: Matrix) -> list[PooledNoise | None]:
    """Estimate the noise of several scores of the same runs, each by itself, as :func:`pooled_noise` does.

    Args:
        cells: Subset and seed of each run.
        scores: Shape (runs, scores).

    Returns:
        One a column.
    """
    if not len(cells):
        return []
    if len(cells) > MANY:
        fitted = two_way(cells, scores)
        rank, unexplained = fitted.rank, fitted.left
    else:
        _, _, design = _design(cells)
        effects, _, design_rank, _ = np.linalg.lstsq(design, scores, rcond=None)
        rank = int(design_rank)
        unexplained = scores - design @ effects
    freedom = len(cells) - rank
    if freedom <= 0:
        return [None] * scores.shape[1]
    squares = (unexplained**2).sum(axis=0)
    return [PooledNoise(math.sqrt(value / freedom), freedom) for value in squares.tolist()]


def centred(runs: Mapping[Key, BySeed], baseline: BySeed) -> dict[Key, float]:
    """Average each subset over its seeds, so that subsets with different seeds can be compared.

    A seed moves all subsets alike, by more than subsets differ, so its effect is fitted and left out; where
    every subset has every seed, this is the mean over seeds.

    Args:
        runs: Subset to seed to score.
        baseline: Seed to score without realignment; it takes part as one more subset.

    Returns:
        Effects of the subsets: differences to the baseline, where there is one, else scores at the
        average seed. Plain means where seeds share no subset, so that nothing connects them.
    """
    if not runs:
        return {}
    rows: dict[Key | None, BySeed] = {None: baseline, **{subset: runs[subset] for subset in runs}}
    fit = _fit(rows)
    if not fit.linked:
        return {subset: sum(by_seed.values()) / len(by_seed) for subset, by_seed in runs.items()}
    zero = fit.subsets[None] if baseline else -float(np.mean(list(fit.seeds.values())))
    return {subset: fit.subsets[subset] - zero for subset in runs}
