"""What runs have in common that is no effect of their subsets: luck of seeds, noise, and small scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from subsetsearch.surrogate.effects.runs import EffectRuns
from subsetsearch.surrogate.effects.subsets import NONE_PART, Grams
from subsetsearch.surrogate.effects.variances import (
    LEVEL,
    NOISE,
    SEED,
    SHARED,
    SMALL,
    SMALL_UNTOUCHED,
    UNTOUCHED,
    Prior,
    same,
)
from subsetsearch.traits.table import Matrix

LEVEL_OF_INTERVALS = 0.9
"""Intervals of what is expected hold the truth so often."""

REACH = float(ndtri((1 + LEVEL_OF_INTERVALS) / 2))


def cautious(parts: Sequence[str], values: Matrix, runs: EffectRuns, prior: Prior) -> Matrix:
    """Take account of how little runs tell of no realignment.

    Every gain is over a few runs of no realignment, and a single run tells nothing of their noise. Then the
    logarithm of its variance is as uncertain as the prior says, and intervals by the most likely variance are
    too narrow. So the variance is made so large that the intervals hold as often as they say. How much
    realigning gains at all follows from the runs; nothing draws it to 0.

    Args:
        parts: Of the kernel and the noise.
        values: Their most likely variances, shape (2, n_parts).
        runs: What is known.
        prior: Of the variances.
    """
    variances, place = values.copy(), list(parts).index(UNTOUCHED)
    _, widths = prior.arrays([UNTOUCHED])
    untouched = [part for part, subset in zip(runs.parts, runs.subsets, strict=True) if not subset.languages]
    further = len(untouched) - len(set(untouched))
    freedom = further * np.array([1.0, len(runs.targets) - 1.0])
    uncertain = np.sqrt(1.0 / (widths[:, 0] ** -2.0 + freedom / 2.0))
    variances[:, place] *= [widened(width) for width in uncertain.tolist()]
    variances[SHARED, list(parts).index(NONE_PART)] = LEVEL
    return variances


def widened(width: float) -> float:
    """How much larger a variance must be taken than its most likely value, so that 90 % intervals hold.

    Args:
        width: Standard deviation of its logarithm, which is taken for normal.
    """
    places, weights = np.polynomial.hermite_e.hermegauss(40)
    sds, weights = np.exp(width * places / 2), weights / weights.sum()

    def beyond(reach: float) -> float:
        return float(weights @ (2.0 * ndtr(reach * REACH / sds) - 1.0)) - LEVEL_OF_INTERVALS

    return float(brentq(beyond, 0.5, 100.0)) ** 2


def noise_grams(runs: EffectRuns) -> Grams:
    """Compare runs with each other.

    Small-scale runs of a subset differ from its whole runs by a part that is the same for every seed. It is
    larger for no realignment, with which all subsets are compared. This part is told apart only where there
    are runs of both scales: small-scale runs alone are treated as whole ones.

    Args:
        runs: What is known.

    Returns:
        Part to its matrix, shape (n, n).
    """
    untouched = np.array([float(not subset.languages) for subset in runs.subsets])
    grams = {SEED: same(runs.seeds, runs.seeds), NOISE: np.eye(len(runs)), UNTOUCHED: np.diag(untouched)}
    if not runs.mixed:
        return grams
    small = np.outer(runs.small, runs.small) * same(runs.scales, runs.scales)
    return grams | {
        SMALL: small * same(runs.subsets, runs.subsets),
        SMALL_UNTOUCHED: small * np.outer(untouched, untouched),
    }
