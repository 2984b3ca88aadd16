"""What a model of sets expects of each set by all others, without a fit for each.

The inverse of a matrix that lacks a row and a column follows from the inverse of the whole (Rasmussen and
Williams 2006, section 5.4.2). So one decomposition tells, for each point, what would be known without it.
The mean is that of the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.linalg import cho_factor, cho_solve, eigh

from subsetsearch.surrogate.features import Matrix, Members, SetFeatures
from subsetsearch.surrogate.gp import JITTER, log_evidence
from subsetsearch.surrogate.kernel import KernelChoice, SetKernel
from subsetsearch.surrogate.model import FEWEST, MOST_FOR_CHOICE, NOISES, even_share, kernel_grid


def left_out(features: SetFeatures, members: Members, values: Matrix) -> Matrix:
    """Expect each set by all others: kernel and fit are those without its score.

    What embeddings are divided by, and which sets a kernel is chosen by, follows from the sets alone and is
    the same for all.

    Args:
        features: Of the pool.
        members: One row a set.
        values: Their scores, shape (n,), two or more.

    Returns:
        Expected differences to the mean of the others, shape (n,). That mean is lower for a better set, so
        a model that knows nothing but it would rank the sets backwards.

    Raises:
        ValueError: If there are fewer than two sets.
    """
    if len(values) < 2:
        raise ValueError(f"{len(values)} sets leave nothing to learn from")
    chosen, expected = _kernels_without(features, members, values), np.empty(len(values))
    for choice in set(chosen):
        rows = [row for row, other in enumerate(chosen) if other == choice]
        gram = SetKernel(features, choice, members).gram()
        expected[rows] = left_out_means(gram, values, choice.noise)[rows]
    return expected


def _kernels_without(features: SetFeatures, members: Members, values: Matrix) -> list[KernelChoice]:
    """For each set, the kernel that :func:`.model.choose_kernel` would choose by the others."""
    n, share = len(values), even_share(len(values), MOST_FOR_CHOICE)
    seen, best, likeliest = values[share], [KernelChoice()] * n, np.full(n, -np.inf)
    tells = np.array([_tells(values[share[share != row]]) for row in range(n)])
    if not tells.any():
        return best
    for choice, gram in kernel_grid(features, members[share]):
        evidence = np.full((len(NOISES), n), -np.inf)
        if n > len(share):
            evidence[:] = log_evidence(gram, seen, NOISES)[:, None]
        evidence[:, share] = left_out_evidence(gram, seen, NOISES)
        highest = evidence.max(axis=0)
        for row in np.flatnonzero(tells & (highest > likeliest)).tolist():
            best[row] = replace(choice, noise=NOISES[int(evidence[:, row].argmax())])
        likeliest = np.maximum(likeliest, highest)
    return best


def _tells(values: Matrix) -> bool:
    return len(values) >= FEWEST and float(np.ptp(values)) > 0


def left_out_evidence(gram: Matrix, values: Matrix, noises: Sequence[float]) -> Matrix:
    """Log marginal likelihood of all values but one, as :func:`.gp.log_evidence` has it, for each of them.

    Args:
        gram: Kernel among the points, shape (n, n).
        values: Shape (n,), two or more.
        noises: As in :func:`.gp.condition`.

    Returns:
        Shape (n_noises, n), up to the same constant.
    """
    n = len(values)
    spectrum, vectors = eigh(gram, check_finite=False)
    rotated = vectors.T @ _others(values)
    evidence = np.empty((len(noises), n))
    for row, noise in enumerate(noises):
        total = np.maximum(spectrum, 0.0) + noise + JITTER
        precision = vectors**2 @ (1.0 / total)
        pull = np.einsum("ij,ji->i", vectors / total, rotated)
        square = (1.0 / total) @ rotated**2 - pull**2 / precision
        scale = np.maximum(square / (n - 1), 1e-300)
        evidence[row] = -0.5 * ((n - 1) * np.log(scale) + float(np.sum(np.log(total))) + np.log(precision))
    return evidence


def left_out_means(gram: Matrix, values: Matrix, noise: float) -> Matrix:
    """Expect each value by all others, less the mean of these.

    Args:
        gram: Kernel among the points, shape (n, n).
        values: Shape (n,), two or more.
        noise: As in :func:`.gp.condition`.
    """
    n = len(values)
    factor = cho_factor(gram + (noise + JITTER) * np.eye(n), lower=True, check_finite=False)
    inverse = cho_solve(factor, np.eye(n), check_finite=False)
    return np.asarray(-np.einsum("ij,ji->i", inverse, _others(values)) / np.diag(inverse))


def _others(values: Matrix) -> Matrix:
    """One column a point: the values less the mean of all but its own, which is put at that mean."""
    n = len(values)
    with_none = np.where(np.eye(n, dtype=bool), 0.0, values[:, None])
    means = with_none.sum(axis=0) / (n - 1)
    return np.where(np.eye(n, dtype=bool), 0.0, values[:, None] - means)
