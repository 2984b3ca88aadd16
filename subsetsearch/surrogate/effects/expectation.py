"""What the model of effects expects: gains over no realignment, with how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from subsetsearch.subset import Subset
from subsetsearch.traits.table import Matrix

DRAWS = 4_000
"""Of the posterior, for the probability of being best: their error is below one percentage point."""


@dataclass(frozen=True, slots=True, eq=False)
class Expectation:
    """Gains by subset and target.

    Args:
        subsets: Rows.
        targets: Columns.
        mean: Expected gains as fractions, shape (n_subsets, n_targets).
        sd: Their standard deviations.
    """

    subsets: tuple[Subset, ...]
    targets: tuple[str, ...]
    mean: Matrix
    sd: Matrix


@dataclass(frozen=True, slots=True, eq=False)
class GroupExpectation:
    """Gain of the mean of a group of targets, jointly for some subsets.

    Args:
        subsets: What is compared.
        mean: Expected gains over no realignment as fractions, shape (n,).
        covariance: Their covariance, shape (n, n).
    """

    subsets: tuple[Subset, ...]
    mean: Matrix
    covariance: Matrix

    @property
    def sd(self) -> Matrix:
        """Standard deviations, shape (n,)."""
        return np.asarray(np.sqrt(np.maximum(np.diag(self.covariance), 0.0)))

    @property
    def better_than_none(self) -> Matrix:
        """Probability of a gain above 0, shape (n,)."""
        return probability_above_zero(self.mean, self.sd)

    def draws(self, n: int = DRAWS, seed: int = 0) -> Matrix:
        """Draw gains jointly, shape (n, n_subsets); the same seed draws the same."""
        return self.mean + gaussian_draws(self.covariance, n, np.random.default_rng(seed))


def gaussian_draws(covariance: Matrix, n: int, noise: np.random.Generator) -> Matrix:
    """Draw from a Gaussian around 0.

    Args:
        covariance: Shape (k, k); rounding may have made it slightly indefinite.
        n: How many, an even number: they come in pairs of opposite sign, so that their mean is 0.
        noise: Where chance comes from.

    Returns:
        Shape (n, k).
    """
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    half = noise.standard_normal((n // 2, len(covariance))) @ root.T
    return np.concatenate([half, -half])


def probability_above_zero(mean: Matrix, sd: Matrix) -> Matrix:
    """Probability that a Gaussian is above 0; where it is certain, 1, 0, or 1/2 for 0 itself."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(sd > 0, mean / np.where(sd > 0, sd, 1.0), np.sign(mean) * np.inf)
    return np.asarray(np.where((sd <= 0) & (mean == 0), 0.5, ndtr(z)))
