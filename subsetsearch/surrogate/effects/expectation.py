"""What the model of effects expects: gains over no realignment, with how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
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

    def to_frame(self) -> pd.DataFrame:
        """A row a subset and target: ``subset``, ``target``, ``gain``, ``sd`` and ``better`` (than none)."""
        names = [subset.name for subset in self.subsets]
        return pd.DataFrame(
            {
                "subset": np.repeat(names, len(self.targets)),
                "target": np.tile(self.targets, len(names)),
                "gain": self.mean.ravel(),
                "sd": self.sd.ravel(),
                "better": probability_above_zero(self.mean, self.sd).ravel(),
            }
        )


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
        values, vectors = np.linalg.eigh(self.covariance)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        noise = np.random.default_rng(seed).standard_normal((n, len(self.mean)))
        return np.asarray(self.mean + noise @ root.T)

    def best(self) -> Matrix:
        """Probability that each subset is the best of them and of none, shape (n,); the rest is none's."""
        drawn = self.draws()
        winner, top = drawn.argmax(axis=1), drawn.max(axis=1)
        return np.asarray(np.bincount(winner[top > 0], minlength=len(self.mean)) / len(drawn))

    def regret(self) -> Matrix:
        """Expected loss against the best of them and of none, shape (n + 1,); the last is none's."""
        drawn = np.concatenate([self.draws(), np.zeros((DRAWS, 1))], axis=1)
        return np.asarray((drawn.max(axis=1, keepdims=True) - drawn).mean(axis=0))


def probability_above_zero(mean: Matrix, sd: Matrix) -> Matrix:
    """Probability that a Gaussian is above 0; where it is certain, 1, 0, or 1/2 for 0 itself."""
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(sd > 0, mean / np.where(sd > 0, sd, 1.0), np.sign(mean) * np.inf)
    return np.asarray(np.where((sd <= 0) & (mean == 0), 0.5, ndtr(z)))
