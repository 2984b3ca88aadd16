"""Gaussian process regression, given a Gram matrix (Rasmussen and Williams 2006, chapter 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve, eigh

from subsetsearch.surrogate.features import Matrix

JITTER = 1e-8


class Prediction(NamedTuple):
    """Mean and standard deviation of the function (not of a noisy observation), shape (m,) each."""

    mean: Matrix
    sd: Matrix


@dataclass(frozen=True, slots=True, eq=False)
class Conditioned:
    """A process conditioned on data.

    Args:
        inverse: Inverse of Gram matrix plus noise, shape (n, n).
        weights: That inverse times the centred values, shape (n,).
        offset: Mean of the values.
        scale: Variance of the process, in units of squared values.
    """

    inverse: Matrix
    weights: Matrix
    offset: float
    scale: float

    def predict(self, cross: Matrix, prior: Matrix) -> Prediction:
        """Predict at m points.

        Args:
            cross: Kernel between the points and the data, shape (m, n).
            prior: Kernel of each point with itself, shape (m,).
        """
        mean = self.offset + cross @ self.weights
        explained = np.einsum("ij,ij->i", cross @ self.inverse, cross)
        return Prediction(mean, np.sqrt(self.scale * np.maximum(prior - explained, 1e-12)))


def condition(gram: Matrix, values: Matrix, noise: float) -> Conditioned:
    """Condition a process with a constant mean on data.

    The mean is that of the values; the process's variance is the one of highest likelihood.

    Args:
        gram: Kernel among the data, shape (n, n).
        values: Shape (n,).
        noise: Variance of the observations in units of the process's variance.
    """
    n = len(values)
    factor = cho_factor(gram + (noise + JITTER) * np.eye(n), lower=True, check_finite=False)
    inverse = cho_solve(factor, np.eye(n), check_finite=False)
    offset = float(values.mean())
    centred = values - offset
    weights = inverse @ centred
    return Conditioned(inverse, weights, offset, max(float(centred @ weights) / n, 1e-12))


def log_evidence(gram: Matrix, values: Matrix, noises: Sequence[float]) -> Matrix:
    """Log marginal likelihood of centred data, with the process's variance at its maximum.

    One eigendecomposition serves all noises.

    Args:
        gram: Shape (n, n).
        values: Shape (n,).
        noises: As in :func:`condition`.

    Returns:
        One number a noise, up to a constant.
    """
    n = len(values)
    spectrum, vectors = eigh(gram, check_finite=False)
    rotated = vectors.T @ (values - values.mean())
    likelihoods = []
    for noise in noises:
        total = np.maximum(spectrum, 0.0) + noise + JITTER
        scale = max(float(np.sum(rotated**2 / total)) / n, 1e-300)
        likelihoods.append(-0.5 * (n * np.log(scale) + float(np.sum(np.log(total)))))
    return np.asarray(likelihoods)
