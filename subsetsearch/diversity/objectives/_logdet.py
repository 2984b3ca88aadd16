"""Log-determinant of a similarity kernel: volume spanned by the chosen languages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from subsetsearch.diversity.objectives._base import FloatArray, IntArray, Objective


def positive_kernel(distances: FloatArray) -> FloatArray:
    """Similarities 1 - d, with negative eigenvalues (masked distances have some) set to 0.

    Args:
        distances: Symmetric ``(n, n)`` without ``NaN``.
    """
    values, vectors = np.linalg.eigh(1.0 - distances)
    return np.asarray((vectors * np.maximum(values, 0.0)) @ vectors.T)


def log_determinant(chosen: Sequence[int] | IntArray, kernel: FloatArray) -> float:
    r""":math:`\log\det(I + K_S)`, natural logarithm; 0 for no language.

    The volume criterion of determinantal point processes (Kulesza & Taskar 2012). With the identity it is
    monotone and submodular, and at least 0.
    """
    index = np.asarray(chosen, dtype=np.intp)
    if not len(index):
        return 0.0
    return float(np.linalg.slogdet(np.eye(len(index)) + kernel[np.ix_(index, index)])[1])


class LogDeterminant(Objective):
    """Log-determinant as an objective (see :func:`log_determinant`).

    Args:
        kernel: Positive semi-definite ``(n, n)``, see :func:`positive_kernel`.
    """

    name = "log-det"
    monotone = True
    submodular = True

    def __init__(self, kernel: FloatArray) -> None:
        super().__init__(len(kernel))
        self.kernel = kernel

    def value(self, chosen: Sequence[int] | IntArray) -> float:
        return log_determinant(chosen, self.kernel)

    def gains(self, chosen: Sequence[int] | IntArray) -> FloatArray:
        index = np.asarray(chosen, dtype=np.intp)
        diagonal = 1.0 + np.diag(self.kernel)
        if len(index):
            block = np.eye(len(index)) + self.kernel[np.ix_(index, index)]
            cross = self.kernel[index]
            diagonal = diagonal - (cross * np.linalg.solve(block, cross)).sum(axis=0)
        gains = np.log(np.maximum(diagonal, 1e-12))
        gains[index] = -np.inf
        return np.asarray(gains)
