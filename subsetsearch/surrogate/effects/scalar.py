"""The effect of subsets on one number, such as the mean over all targets: what a search climbs by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from subsetsearch.surrogate.effects.subsets import Grams, Mixes, SubsetKernel
from subsetsearch.surrogate.effects.variances import (
    JITTER,
    LEVEL,
    NOISE,
    PLAIN,
    SHARED,
    Columns,
    Prior,
    estimate,
)
from subsetsearch.surrogate.gp import Prediction
from subsetsearch.traits.table import Matrix


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
    """

    kernel: SubsetKernel
    sizes: dict[str, float]
    mixes: Mixes
    offset: float
    unit: float
    inverse: Matrix
    weights: Matrix

    @classmethod
    def estimate(
        cls, kernel: SubsetKernel, mixes: Mixes, values: Matrix, prior: Prior = PLAIN
    ) -> dict[str, float]:
        """Find the variances of highest density.

        Args:
            kernel: Compares subsets.
            mixes: Subsets that were run.
            values: Shape (n,), not all equal.
            prior: Of the variances.

        Returns:
            Part to its variance, as :meth:`fit` takes them.
        """
        grams = dict(kernel.grams(mixes, mixes)) | {NOISE: np.eye(len(values))}
        standard = (values - values.mean()) / values.std()
        columns = [Columns(SHARED, 1.0, standard[:, None])]
        found, _ = estimate(grams, np.ones((len(values), len(values))), columns, prior)
        return dict(zip(grams, found[SHARED].tolist(), strict=True))

    @classmethod
    def fit(
        cls, kernel: SubsetKernel, mixes: Mixes, values: Matrix, sizes: dict[str, float]
    ) -> ScalarEffects:
        """Condition on runs under given variances.

        Args:
            kernel: Compares subsets.
            mixes: Subsets that were run.
            values: Shape (n,), not all equal.
            sizes: From :meth:`estimate`.
        """
        offset, unit = float(values.mean()), float(values.std())
        covariance = _mix(kernel.grams(mixes, mixes), sizes) + LEVEL
        inverse = np.asarray(
            np.linalg.inv(covariance + (sizes[NOISE] + JITTER) * np.eye(len(values))), np.float64
        )
        return cls(kernel, sizes, mixes, offset, unit, inverse, inverse @ ((values - offset) / unit))

    def predict(self, mixes: Mixes) -> Prediction:
        """Predict the number of each subset, not of a noisy run of it; shape (n,) each."""
        cross = _mix(self.kernel.grams(mixes, self.mixes), self.sizes) + LEVEL
        prior = _mix(self.kernel.priors(mixes), self.sizes) + LEVEL
        explained = np.einsum("ij,ij->i", cross @ self.inverse, cross)
        sd = np.sqrt(np.maximum(prior - explained, 1e-12))
        return Prediction(self.offset + self.unit * (cross @ self.weights), self.unit * sd)

    @property
    def noise(self) -> float:
        """Standard deviation of a run around what is predicted."""
        return self.unit * float(np.sqrt(self.sizes[NOISE]))


def _mix(grams: Grams, sizes: dict[str, float]) -> Matrix:
    return np.asarray(sum(sizes[part] * gram for part, gram in grams.items()))
