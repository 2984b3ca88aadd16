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
    known = np.isfinite(values)
    usable = known.any(axis=0)
    values, known = values[:, usable], known[:, usable]
    if not values.size:
        return np.zeros((len(values), 0))
    mean = np.where(known, values, 0.0).sum(axis=0) / known.sum(axis=0)
    centred = np.where(known, values - mean, 0.0)
    left, singular, _ = np.linalg.svd(centred, full_matrices=False)
    keep = singular[:DIMENSIONS] > 1e-9
    found = left[:, :DIMENSIONS][:, keep] * singular[:DIMENSIONS][keep]
    scale = np.sqrt(np.mean(np.sum(found**2, axis=1))) if found.size else 1.0
    return np.asarray(found / scale)
