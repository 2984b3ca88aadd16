"""A set surrogate and its leave-one-out predictions: a Gaussian process on a handful of set features.

Nothing of a left-out subset reaches its prediction: standardisation, the mean and the hyperparameters
come from the other subsets, anew for each. Many columns of values are predicted at once, so that a
permutation test can repeat the whole procedure, choice of hyperparameters included.
"""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LENGTHS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Candidate length scales, times the root of the number of features."""
NOISES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Candidate ratios of noise variance to signal variance."""


class Kernel(Enum):
    """Covariance of the surrogate: smooth (``GP``) or linear in the features (``RIDGE``)."""

    GP = "gp"
    RIDGE = "ridge"


def covariance(kernel: Kernel, left: Floats, right: Floats, length: float) -> Floats:
    r"""Covariances of standardised features.

    ``GP`` is :math:`\exp(-\|x - y\|^2 / (2 \ell^2 d))`, ``RIDGE`` is :math:`x^\top y / d`, under which the
    posterior mean of a Gaussian process is ridge regression (Rasmussen & Williams 2006, section 2.2).

    Args:
        kernel: Which.
        left: Features ``(n, d)``.
        right: Features ``(m, d)``.
        length: Length scale in units of the root of ``d``; unused by ``RIDGE``.

    Returns:
        Covariances ``(n, m)``.
    """
    d = left.shape[1]
    if kernel is Kernel.RIDGE:
        return np.asarray(left @ right.T / d)
    squares = ((left[:, None, :] - right[None, :, :]) ** 2).sum(axis=2)
    return np.asarray(np.exp(-squares / (2.0 * length**2 * d)))


def predict(kernel: Kernel, features: Floats, values: Floats, new: Floats) -> Floats:
    r"""Fit to some subsets and predict another.

    Length scale and noise maximise the marginal likelihood of ``values``, whose signal variance has a
    closed form: :math:`\hat\sigma^2 = y^\top (K + \rho I)^{-1} y / n`.

    Args:
        kernel: Which covariance.
        features: Features of the known subsets, ``(n, d)``.
        values: Their values, ``(n, m)``, each column a problem of its own.
        new: Features of the subset to predict, ``(d,)``.

    Returns:
        Predictions ``(m,)``.
    """
    centre, scale = features.mean(axis=0), features.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    train, test = (features - centre) / scale, (new[None, :] - centre) / scale
    mean = values.mean(axis=0)
    rest = values - mean
    n = len(values)
    best = np.full(values.shape[1], -np.inf)
    predictions = mean.copy()
    for length in LENGTHS if kernel is Kernel.GP else (1.0,):
        eigenvalues, vectors = np.linalg.eigh(covariance(kernel, train, train, length))
        eigenvalues = np.maximum(eigenvalues, 0.0)
        turned = vectors.T @ rest
        toward = covariance(kernel, test, train, length)[0] @ vectors
        for noise in NOISES:
            spectrum = eigenvalues + noise
            variance = np.maximum((turned**2 / spectrum[:, None]).mean(axis=0), 1e-300)
            likelihood = -0.5 * (n * np.log(variance) + np.log(spectrum).sum())
            better = likelihood > best
            best = np.where(better, likelihood, best)
            predictions = np.where(better, mean + (toward / spectrum) @ turned, predictions)
    return np.asarray(predictions)


def leave_one_out(kernel: Kernel, features: Floats, values: Floats) -> Floats:
    """Predict each subset from all others.

    Args:
        kernel: Which covariance.
        features: Features ``(n, d)``.
        values: Values ``(n, m)``.

    Returns:
        Predictions ``(n, m)``; row ``i`` does not depend on row ``i`` of ``values``.
    """
    rows = np.arange(len(values))
    return np.stack([
        predict(kernel, features[rows != row], values[rows != row], features[row]) for row in rows
    ])  # fmt: skip
