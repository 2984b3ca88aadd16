"""Make the sum of distances concave without changing it on sets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_LARGEST = 400  # languages up to which the best shift is computed; beyond, one number for all


def concave_shift(matrix: FloatArray) -> FloatArray:
    r"""Diagonal shift ``u`` that makes ``matrix - diag(u)`` negative definite on vectors that sum to 0.

    For a 0/1 vector :math:`x_i^2 = x_i`, so
    :math:`\tfrac12 x^T D x = \tfrac12 x^T (D - \mathrm{diag}(u)) x + \tfrac12 u^T x` for any ``u``. Among
    vectors with the same sum the right side is concave if the shifted matrix is negative definite
    there. Then its continuous maximum is a bound for all sets (quadratic convex reformulation,
    Billionnet, Elloumi & Plateau 2009). Exact cosine distances ``D = 11^T - V V^T`` need no shift,
    masked distances need one.

    The smaller the shift, the tighter the bound. So the sum of the shift is minimised: a semidefinite
    programme, solved by a logarithmic barrier and Newton steps. Every iterate is strictly feasible, so
    the result is valid however early the solver stops.

    Args:
        matrix: Symmetric ``(n, n)``, zero diagonal.

    Returns:
        ``u`` of shape ``(n,)``.
    """
    n = len(matrix)
    if n < 2:
        return np.zeros(n)
    basis = _zero_sum_basis(n)
    inner = basis.T @ matrix @ basis
    top = float(np.linalg.eigvalsh(inner)[-1])
    scale = max(float(np.abs(matrix).max()), 1e-9)
    uniform = np.full(n, max(top, 0.0) + 1e-9 * scale)
    if n < 4 or n > _LARGEST or top <= 1e-9 * scale:
        return uniform
    return _least_trace(inner, basis, np.full(n, top * 1.05 + 1e-6 * scale))


def _zero_sum_basis(n: int) -> FloatArray:
    """Orthonormal basis ``(n, n - 1)`` of the vectors that sum to 0 (a Householder reflection)."""
    axis = np.full(n, 1.0 / np.sqrt(n))
    axis[0] += 1.0
    axis /= np.linalg.norm(axis)
    return np.asarray((np.eye(n) - 2.0 * np.outer(axis, axis))[:, 1:])


def _least_trace(inner: FloatArray, basis: FloatArray, shift: FloatArray) -> FloatArray:
    """Minimise ``t * sum(u) - log det(B^T diag(u) B - inner)`` for growing ``t``."""
    n = len(shift)
    weight = n / float(shift.sum())
    for _ in range(8):
        for _ in range(15):
            slack = (basis * shift[:, None]).T @ basis - inner
            spread = basis @ np.linalg.solve(slack, basis.T)
            gradient = weight - np.diag(spread)
            try:
                step = np.linalg.solve(spread * spread + 1e-12 * np.eye(n), -gradient)
            except np.linalg.LinAlgError:
                return shift
            decrement = float(-gradient @ step)
            if decrement < 1e-2:
                break
            length = 1.0 if decrement < 0.0625 else 1.0 / (1.0 + np.sqrt(decrement))
            while not _definite(inner, basis, shift + length * step):
                length *= 0.5
            shift = shift + length * step
        weight *= 4.0
    return shift


def _definite(inner: FloatArray, basis: FloatArray, shift: FloatArray) -> bool:
    try:
        np.linalg.cholesky((basis * shift[:, None]).T @ basis - inner)
    except np.linalg.LinAlgError:
        return False
    return True
