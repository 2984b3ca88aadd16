"""The effect of subsets on one number, such as the mean over all targets: a search follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from subsetsearch.surrogate.effects.subsets import Grams, Mixes, SubsetKernel
from subsetsearch.surrogate.effects.variances import (
    JITTER,
    LEVEL,
    NOISE,
    PLAIN,
    SEED,
    SHARED,
    UNTOUCHED,
    Columns,
    Prior,
    estimate,
    same,
)
from subsetsearch.surrogate.features import Indices
from subsetsearch.surrogate.gp import Prediction
from subsetsearch.traits.table import Matrix

Seeds = Sequence[int]
"""One a run."""


@dataclass(frozen=True, slots=True, eq=False)
class ScalarEffects:
    """A Gaussian process over subsets, conditioned on one number a run.

    Args:
        kernel: Compares subsets.
        sizes: Part of the kernel, and noise, to its variance in units of the numbers' variance.
        mixes: The subsets that were run.
        offset: Mean of the numbers.
        unit: Their standard deviation.
        inverse: Of the covariance of the standardised numbers, shape (n, n).
        weights: That inverse times these numbers, shape (n,).
        seeds: Of the runs, shape (n,): what runs of one seed have in common is its luck.
    """

    kernel: SubsetKernel
    sizes: dict[str, float]
    mixes: Mixes
    offset: float
    unit: float
    inverse: Matrix
    weights: Matrix
    seeds: Seeds

    @classmethod
    def estimate(
        cls,
        kernel: SubsetKernel,
        mixes: Mixes,
        values: Matrix,
        seeds: Seeds | None = None,
        prior: Prior = PLAIN,
    ) -> dict[str, float]:
        """Find the variances of highest density.

        Args:
            kernel: Compares subsets.
            mixes: Subsets that were run.
            values: Shape (n,), not all equal.
            seeds: Of the runs; one of all, if left out.
            prior: Of the variances.

        Returns:
            Part to its variance, as :meth:`fit` takes them.
        """
        seeds = _one_seed(mixes) if seeds is None else seeds
        grams = dict(kernel.grams(mixes, mixes)) | {
            SEED: same(seeds, seeds),
            NOISE: np.eye(len(values)),
            UNTOUCHED: np.diag(mixes.untouched),
        }
        standard = (values - values.mean()) / values.std()
        columns = [Columns(SHARED, 1.0, standard[:, None])]
        variances, _ = estimate(grams, np.ones((len(values), len(values))), columns, prior)
        return dict(zip(grams, variances[SHARED].tolist(), strict=True))

    @classmethod
    def fit(
        cls,
        kernel: SubsetKernel,
        mixes: Mixes,
        values: Matrix,
        sizes: dict[str, float],
        seeds: Seeds | None = None,
    ) -> ScalarEffects:
        """Condition on runs under given variances.

        Args:
            kernel: Compares subsets.
            mixes: Subsets that were run.
            values: Shape (n,), not all equal.
            sizes: From :meth:`estimate`.
            seeds: Of the runs; one of all, if left out.
        """
        offset, unit = float(values.mean()), float(values.std())
        seeds = _one_seed(mixes) if seeds is None else seeds
        covariance = kernel.mixed(mixes, mixes, sizes) + LEVEL
        covariance += sizes.get(SEED, 0.0) * same(seeds, seeds)
        noise = sizes[NOISE] + JITTER + sizes.get(UNTOUCHED, 0.0) * mixes.untouched
        inverse = np.asarray(np.linalg.inv(covariance + np.diag(noise)), np.float64)
        weights = inverse @ ((values - offset) / unit)
        return cls(kernel, sizes, mixes, offset, unit, inverse, weights, tuple(seeds))

    def predict(self, mixes: Mixes) -> Prediction:
        """Predict the number of each subset, not of a noisy run of it; shape (n,) each."""
        cross = self.kernel.mixed(mixes, self.mixes, self.sizes) + LEVEL
        prior = _mix(self.kernel.priors(mixes), self.sizes) + LEVEL
        explained = np.einsum("ij,ij->i", cross @ self.inverse, cross)
        sd = np.sqrt(np.maximum(prior - explained, 1e-12))
        return Prediction(self.offset + self.unit * (cross @ self.weights), self.unit * sd)

    def moves(self, subsets: Mixes, runs: Indices, seeds: Seeds) -> Matrix:
        """How far one more run moves what is expected of subsets, by a standard deviation of what it says.

        Args:
            subsets: Whose expected number moves.
            runs: What one may run next: places among the subsets, each as often as one likes.
            seeds: With which seeds, known ones or new.

        Returns:
            Shape (n_subsets, n_runs).
        """
        luck = self.sizes.get(SEED, 0.0)
        ours = self.kernel.mixed(subsets, self.mixes, self.sizes)
        theirs = ours[runs] + LEVEL + luck * same(seeds, self.seeds)
        weights = theirs @ self.inverse
        joint = self.kernel.mixed(subsets, subsets, self.sizes)[:, runs] - ours @ weights.T
        prior = _mix(self.kernel.priors(subsets), self.sizes)[runs]
        alone = prior + LEVEL + luck - np.einsum("ij,ij->i", weights, theirs)
        noise = self.sizes[NOISE] + JITTER + self.sizes.get(UNTOUCHED, 0.0) * subsets.untouched[runs]
        return np.asarray(self.unit * joint / np.sqrt(np.maximum(alone, 0.0) + noise))

    @property
    def noise(self) -> float:
        """Standard deviation of a run around what is predicted."""
        return self.unit * float(np.sqrt(self.sizes[NOISE]))


def _one_seed(mixes: Mixes) -> Seeds:
    return (0,) * len(mixes.sizes)


def _mix(grams: Grams, sizes: dict[str, float]) -> Matrix:
    return np.asarray(sum(sizes[part] * gram for part, gram in grams.items()))
