"""Judge subsets by draws of what they are worth: how good, how sure, how much is lost by choosing them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from subsetsearch.traits.table import Matrix


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What is known of some subsets together; no realignment, which is worth 0, is always compared with.

    Args:
        mean: Expected worth, shape (n,).
        covariance: Shape (n, n).
        better: Probability that each is worth more than no realignment, shape (n,).
        best: Probability that each is worth most of all, shape (n + 1,); the last is no realignment's.
        regret: Expected loss against whichever is best, shape (n + 1,); the last is no realignment's.
    """

    mean: Matrix
    covariance: Matrix
    better: Matrix
    best: Matrix
    regret: Matrix

    @classmethod
    def of(cls, draws: Matrix) -> Judgement:
        """Judge by draws.

        Args:
            draws: Worth of each subset less that of no realignment, shape (n_draws, n).
        """
        n, k = draws.shape
        whole = np.concatenate([draws, np.zeros((n, 1))], axis=1)
        # Subsets that are certainly equal share the first place.
        winners = whole == whole.max(axis=1, keepdims=True)
        return cls(
            draws.mean(axis=0),
            np.cov(draws, rowvar=False).reshape(k, k),
            (draws > 0).mean(axis=0),
            (winners / winners.sum(axis=1, keepdims=True)).mean(axis=0),
            (whole.max(axis=1, keepdims=True) - whole).mean(axis=0),
        )

    @property
    def sd(self) -> Matrix:
        """Standard deviations, shape (n,)."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    def chances(self) -> Matrix:
        """Probability that the first is worth more than the second, by Gaussians.

        Returns:
            Shape (n + 1, n + 1), no realignment last; 1/2 for what is equal for certain.
        """
        n = len(self.mean)
        mean, covariance = np.append(self.mean, 0.0), np.zeros((n + 1, n + 1))
        covariance[:n, :n] = self.covariance
        variances, gap = np.diag(covariance), mean[:, None] - mean[None]
        sd = np.sqrt(np.maximum(variances[:, None] + variances[None] - 2 * covariance, 0.0))
        sure, equal = sd <= _NOTHING, np.abs(gap) <= _NOTHING
        certain = np.where(equal, 0.5, gap > 0)
        return np.asarray(np.where(sure, certain, ndtr(gap / np.where(sure, 1.0, sd))))


_NOTHING = 1e-9
"""Worths are shares; what is smaller is rounding."""
