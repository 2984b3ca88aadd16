r"""Noise of many targets, each estimated with a few runs, borrowed from each other.

The noise variances of the targets are taken for draws from one distribution, a scaled inverse
:math:`\chi^2` with :math:`d_0` degrees of freedom around :math:`s_0^2`. Both are estimated from the spread of
the targets' own estimates :math:`s^2` (:math:`d` degrees of freedom); then every target has

.. math:: \tilde s^2 = \frac{d_0 s_0^2 + d s^2}{d_0 + d}

with :math:`d_0 + d` degrees of freedom: a target whose few runs agree by luck is not taken for one without
noise, and one that is noisier than the others stays so.

Reference: Smyth 2004, "Linear models and empirical Bayes methods for assessing differential expression in
microarray experiments", Stat. Appl. Genet. Mol. Biol. 3(1), section 6.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import TypeVar

import numpy as np
from scipy.optimize import brentq
from scipy.special import digamma, polygamma

from subsetsearch.analysis.statistics.seed_noise import PooledNoise

Key = TypeVar("Key", bound=Hashable)

FEWEST = 5
"""With fewer targets the spread of the noise is not estimated."""

_NOTHING = 1e-9
"""Scores are shares; what is smaller is rounding."""

_BOUNDS = (1e-4, 1e6)


def moderated(noises: Mapping[Key, PooledNoise]) -> dict[Key, PooledNoise]:
    """Draw each target's noise towards that of all.

    Args:
        noises: Target to its own estimate. One without any noise tells nothing of the others'.

    Returns:
        The same targets; as they were, if there are fewer than five.
    """
    informative = [noise for noise in noises.values() if noise.spread > _NOTHING]
    if len(informative) < FEWEST:
        return dict(noises)
    half = np.array([noise.freedom / 2 for noise in informative])
    logs = 2 * np.log([noise.spread for noise in informative]) - digamma(half) + np.log(half)
    excess = float(logs.var(ddof=1) - polygamma(1, half).mean())
    prior = 2 * _inverse_trigamma(excess) if excess > 0 else math.inf
    level = float(logs.mean()) + (
        float(digamma(prior / 2)) - math.log(prior / 2) if prior < math.inf else 0.0
    )
    return {key: _moderated(noise, math.exp(level), prior) for key, noise in noises.items()}


def _moderated(noise: PooledNoise, variance: float, prior: float) -> PooledNoise:
    if prior == math.inf:
        return PooledNoise(math.sqrt(variance), math.inf)
    freedom = prior + noise.freedom
    return PooledNoise(math.sqrt((prior * variance + noise.freedom * noise.spread**2) / freedom), freedom)


def _inverse_trigamma(value: float) -> float:
    """Find x with trigamma(x) = value; it falls from infinity to 0."""
    low, high = _BOUNDS
    clipped = min(max(value, float(polygamma(1, high))), float(polygamma(1, low)))
    return float(brentq(lambda x: float(polygamma(1, x)) - clipped, low, high))
