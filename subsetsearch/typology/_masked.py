"""Distances between vectors with unknown entries, all pairs at once.

Each sum runs over the entries known in both vectors only; products of matrices of values and of
masks give these sums for all pairs without a loop.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

VectorMetric = Literal["cosine", "angular", "hamming"]

_BLOCK_ROWS = 512


class MaskedDistances(NamedTuple):
    """Distances, shared entries, evidence, baseline; each ``(n, n)`` (see :func:`masked_distances`)."""

    values: NDArray[np.float64]
    shared: NDArray[np.int32]
    evidence: NDArray[np.float32]
    baseline: NDArray[np.float32]


def masked_distances(
    values: NDArray[np.float64], metric: VectorMetric, rates: NDArray[np.float64] | None = None
) -> MaskedDistances:
    r"""Distances over the entries known in both rows.

    ``cosine`` is :math:`1 - \frac{\sum x_i y_i}{\sqrt{\sum x_i^2 \sum y_i^2}}`, ``angular``
    :math:`\frac{2}{\pi}\arccos` of the same cosine (both in [0, 1] for non-negative values),
    ``hamming`` the mean squared difference, which for binary features is the share that differs.
    Two rows that are zero in all shared entries are at distance 0; a zero row is at cosine distance 1
    from any other.

    Args:
        values: Rows of shape ``(n, d)``, ``NaN`` where unknown.
        metric: Which distance.
        rates: How common each entry is among all languages, ``(d,)``, in [0, 1]; for the baseline.

    Returns:
        Distances ``(n, n)``, ``NaN`` where nothing is shared, with a zero diagonal; the numbers of shared
        entries ``(n, n)``; and the evidence ``(n, n)``: how many entries the distance really rests on. That
        is all shared ones for ``hamming``, but a cosine only sees what is present, so for it the evidence is
        :math:`\sqrt{\sum x_i^2 \sum y_i^2}`; and the baseline ``(n, n)``: how far two average
        languages are over the shared entries, relative to all entries. Languages differ more in syntax
        than in their sounds, so one of which only the syntax is known seems far from all; its baseline is
        above 1.
    """
    n = len(values)
    finite = np.isfinite(values)
    mask = finite.astype(np.float32)
    filled = np.where(finite, values, 0.0).astype(np.float32)
    squares = filled * filled
    baseline = np.ones((n, n), dtype=np.float32)
    distances = np.empty((n, n))
    shared = np.empty((n, n), dtype=np.int32)
    evidence = np.empty((n, n), dtype=np.float32)
    for start in range(0, n, _BLOCK_ROWS):
        rows = slice(start, min(n, start + _BLOCK_ROWS))
        shared[rows] = np.rint(mask[rows] @ mask.T)
        product = (filled[rows] @ filled.T).astype(np.float64)
        left = (squares[rows] @ mask.T).astype(np.float64)
        right = (mask[rows] @ squares.T).astype(np.float64)
        evidence[rows] = shared[rows] if metric == "hamming" else np.sqrt(left * right)
        if rates is not None:
            baseline[rows] = _baseline(mask[rows], mask, rates, metric)
            baseline[rows][shared[rows] == values.shape[1]] = 1.0
        distances[rows] = _combine(product, left, right, shared[rows], metric)
    np.copyto(distances, 0.5 * (distances + distances.T))
    np.fill_diagonal(distances, 0.0)
    return MaskedDistances(distances, shared, evidence, baseline)


def _baseline(
    left: NDArray[np.float32], right: NDArray[np.float32], rates: NDArray[np.float64], metric: VectorMetric
) -> NDArray[np.float64]:
    """Expected distance of two average languages over the shared entries, relative to all entries."""
    p = np.clip(np.nan_to_num(rates, nan=0.0), 0.0, 1.0)
    top, bottom = (2.0 * p * (1.0 - p), np.ones_like(p)) if metric == "hamming" else (p * p, p)
    above = left @ (right * top.astype(np.float32)).T
    below = left @ (right * bottom.astype(np.float32)).T
    share = np.divide(
        above, below, out=np.full_like(above, top.sum() / max(bottom.sum(), 1e-9)), where=below > 0
    )
    whole = np.asarray(top.sum() / max(bottom.sum(), 1e-9))
    if metric == "cosine":
        share, whole = 1.0 - share, 1.0 - whole
    elif metric == "angular":
        share, whole = np.arccos(np.clip(share, 0.0, 1.0)), np.arccos(np.clip(whole, 0.0, 1.0))
    return np.asarray(np.clip(share / max(float(whole), 1e-9), 0.05, 20.0))


def _combine(
    product: NDArray[np.float64],
    left: NDArray[np.float64],
    right: NDArray[np.float64],
    shared: NDArray[np.int32],
    metric: VectorMetric,
) -> NDArray[np.float64]:
    """From the sums of xy, x², y² over shared entries to a distance."""
    nothing = shared == 0
    if metric == "hamming":
        result = np.maximum(0.0, left + right - 2.0 * product) / np.maximum(1, shared)
    else:
        norms = np.sqrt(left * right)
        cosine = np.divide(product, norms, out=np.zeros_like(product), where=norms > 0)
        cosine[(left == 0) & (right == 0)] = 1.0
        cosine = np.clip(cosine, -1.0, 1.0)
        result = 1.0 - cosine if metric == "cosine" else np.arccos(cosine) * (2.0 / np.pi)
        result[np.abs(result) < 1e-7] = 0.0
    result[nothing] = np.nan
    return result


def great_circle(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Great-circle distances as a share of half the Earth's circumference.

    Args:
        coordinates: Latitude and longitude in degrees, ``(n, 2)``; ``NaN`` where unknown.

    Returns:
        Distances ``(n, n)`` in [0, 1]; 1 is the antipode; ``NaN`` where a place is unknown.
    """
    latitude, longitude = np.radians(coordinates[:, 0]), np.radians(coordinates[:, 1])
    north = np.sin((latitude[:, None] - latitude[None, :]) / 2.0) ** 2
    east = np.sin((longitude[:, None] - longitude[None, :]) / 2.0) ** 2
    half_chord = north + np.cos(latitude)[:, None] * np.cos(latitude)[None, :] * east
    result = 2.0 * np.arcsin(np.sqrt(np.clip(half_chord, 0.0, 1.0))) / np.pi
    np.fill_diagonal(result, 0.0)
    return np.asarray(result)
