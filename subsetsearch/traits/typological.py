"""Languages as points: principal coordinates of their typological features."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from subsetsearch.traits.table import Matrix
from subsetsearch.typology import load_typology

DIMENSIONS = 16


def coordinates(keys: Sequence[str]) -> Matrix:
    """Place languages by their URIEL features.

    Args:
        keys: Language keys.

    Returns:
        Shape (n_languages, at most 16), see :func:`principal`.
    """
    return principal(load_typology().features(keys).values)


def principal(values: Matrix) -> Matrix:
    """Reduce features to a few coordinates.

    Args:
        values: Features, one row a language, ``NaN`` where unknown.

    Returns:
        Principal coordinates, shape (n_languages, at most 16), of mean squared length 1. What is
        unknown is put at the mean: it says nothing, for or against.
    """
    finite = np.isfinite(values)
    usable = finite.any(axis=0)
    values, finite = values[:, usable], finite[:, usable]
    if not values.size:
        return np.zeros((len(values), 0))
    mean = np.where(finite, values, 0.0).sum(axis=0) / finite.sum(axis=0)
    centred = np.where(finite, values - mean, 0.0)
    left, singular, _ = np.linalg.svd(centred, full_matrices=False)
    keep = singular[:DIMENSIONS] > 1e-9
    projected = left[:, :DIMENSIONS][:, keep] * singular[:DIMENSIONS][keep]
    scale = np.sqrt(np.mean(np.sum(projected**2, axis=1))) if projected.size else 1.0
    return np.asarray(projected / scale)
