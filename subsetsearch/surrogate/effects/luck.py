"""What runs have in common that is no effect of their subsets: luck of seeds, noise, and small scale."""

from __future__ import annotations

import numpy as np

from subsetsearch.surrogate.effects.runs import EffectRuns
from subsetsearch.surrogate.effects.subsets import Grams
from subsetsearch.surrogate.effects.variances import NOISE, SEED, SMALL, SMALL_UNTOUCHED, UNTOUCHED, same


def noise_grams(runs: EffectRuns) -> Grams:
    """Compare runs with each other.

    Small-scale runs of a subset say something besides what whole ones do, whatever their seed; of no
    realignment more than of others, as it is what all are held against. That is told apart only where there
    are both: small-scale runs alone are taken at their word.

    Args:
        runs: What is known.

    Returns:
        Part to its matrix, shape (n, n).
    """
    untouched = np.array([float(not subset.languages) for subset in runs.subsets])
    found = {SEED: same(runs.seeds, runs.seeds), NOISE: np.eye(len(runs)), UNTOUCHED: np.diag(untouched)}
    if not runs.mixed:
        return found
    small = np.outer(runs.small, runs.small) * same(runs.scales, runs.scales)
    return found | {
        SMALL: small * same(runs.subsets, runs.subsets),
        SMALL_UNTOUCHED: small * np.outer(untouched, untouched),
    }
