"""How much each reason for an effect is worth: variances of highest posterior density.

Every part of the kernel has two variances, one of the effect that all targets share and one of each
target's own. They are those of highest marginal likelihood times a log-normal prior, which holds them where
few runs say little (Rasmussen and Williams 2006, chapter 5; the levels of the targets are free, so this is
restricted maximum likelihood).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize

from subsetsearch.traits.table import Matrix

SEED, NOISE, UNTOUCHED = "seed", "noise", "noise of none"
"""What runs of one seed have in common, what no two runs have, and what those of none have besides.

Fine-tuning scatters more where the encoder was not realigned, and every gain is one over such runs.
"""

SMALL, SMALL_UNTOUCHED = "small scale", "small scale of none"
"""What small-scale runs of a subset say besides what whole ones do, and those of none more than others."""

APART = (SEED, NOISE, UNTOUCHED, SMALL, SMALL_UNTOUCHED)
"""Parts that are no effect of a subset."""

SHARED, OWN = 0, 1
"""Rows of the variances: of the effect on the mean of all targets, and on each of them beyond it."""

LEVEL = 1e2
"""Variance of the free level of the scores of one part of the data."""

JITTER = 1e-9
_BOUNDS = (-12.0, 5.0)
_STEPS = 60

_FEW = (-2.5, -3.5)
_CENTRES = {
    "none": (0.0, -0.5),
    SEED: (-1.5, -1.5),
    NOISE: (-1.0, -0.5),
    UNTOUCHED: (-1.0, -0.5),
    SMALL: (-1.0, -1.0),
    SMALL_UNTOUCHED: (-0.5, -0.5),
    **dict.fromkeys(("size", "identity", "typology", "similar", "pairs"), _FEW),
}
_CENTRE = (-1.5, -2.5)
"""Of a trait, in units of what all traits are worth together."""

_WIDTH = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Prior:
    """Log-normal prior of the variances, in units of the scores' variance.

    Args:
        centres: Part to the logarithms of its two variances, ``shared`` and ``own``.
        widths: Part to their standard deviations.
    """

    centres: Mapping[str, tuple[float, float]]
    widths: Mapping[str, tuple[float, float]]

    def arrays(self, parts: Sequence[str]) -> tuple[Matrix, Matrix]:
        """Centres and widths of parts, shape (2, n_parts) each; one that it does not name is a trait."""
        centres = [self.centres.get(part, _CENTRE) for part in parts]
        widths = [self.widths.get(part, (_WIDTH, _WIDTH)) for part in parts]
        return np.array(centres, dtype=np.float64).T, np.array(widths, dtype=np.float64).T


PLAIN = Prior(_CENTRES, {})
"""What is assumed without a recorded study."""


@dataclass(frozen=True, slots=True, eq=False)
class Variances:
    """Estimated variances.

    Args:
        parts: Parts of the kernel, then ``seed`` and ``noise``.
        values: In units of ``units``, shape (2, n_parts): shared and own.
        alike: Portion of the targets' own effects that is common to targets that are alike, in [0, 1].
        units: Variance of the scores' mean over targets (times their number), and of what remains.
        density: Logarithm of the posterior density, up to a constant.
    """

    parts: tuple[str, ...]
    values: Matrix
    alike: float
    units: tuple[float, float]
    density: float

    def of(self, part: str, row: int) -> float:
        """One variance, in units of squared scores."""
        return float(self.values[row, self.parts.index(part)] * self.units[row])


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Directions that share one covariance.

    Args:
        row: ``SHARED`` or ``OWN``.
        scale: Factor of their signal's variance.
        values: Standardised scores along them, shape (n, k).
    """

    row: int
    scale: float
    values: Matrix


def estimate(
    grams: Mapping[str, Matrix], same_part: Matrix, columns: Sequence[Columns], prior: Prior
) -> tuple[Matrix, float]:
    """Find the variances of highest density.

    Args:
        grams: Part to its matrix among the runs, ``seed`` and ``noise`` among them, shape (n, n) each.
        same_part: Whether two runs were scored by the same part of the data, shape (n, n).
        columns: Scores by direction.
        prior: Of the variances.

    Returns:
        Variances, shape (2, n_parts), and the logarithm of their density.
    """
    parts = tuple(grams)
    centres, widths = prior.arrays(parts)
    stack = np.stack([grams[part] for part in parts])
    n = len(same_part)
    level = LEVEL * same_part + JITTER * np.eye(n)
    signal = np.array([part not in APART for part in parts])

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        logs = flat.reshape(centres.shape)
        variances = np.exp(logs)
        value = 0.5 * float(np.sum(((logs - centres) / widths) ** 2))
        slope = (logs - centres) / widths**2
        for column in columns:
            weights = variances[column.row] * np.where(signal, column.scale, 1.0)
            cost, gradient = _evidence(np.tensordot(weights, stack, axes=1) + level, column.values, stack)
            value += cost
            slope[column.row] += weights * gradient
        return value, slope.ravel()

    result = minimize(
        loss,
        centres.ravel(),
        jac=True,
        method="L-BFGS-B",
        bounds=[_BOUNDS] * centres.size,
        options={"maxiter": _STEPS},
    )
    return np.exp(result.x.reshape(centres.shape)), -float(result.fun)


def same(left: Sequence[object], right: Sequence[object]) -> Matrix:
    """Whether two runs have the same name, 1 or 0; shape (n_left, n_right)."""
    places = {name: place for place, name in enumerate(dict.fromkeys([*left, *right]))}
    ids = [np.array([places[name] for name in names], dtype=np.intp) for names in (left, right)]
    return np.asarray(ids[0][:, None] == ids[1][None], dtype=np.float64)


def _evidence(covariance: Matrix, values: Matrix, stack: Matrix) -> tuple[float, Matrix]:
    """Minus the log evidence of columns, and its slope along each matrix of a stack."""
    n, k = values.shape
    factor = cho_factor(covariance, lower=True, check_finite=False)
    inverse = cho_solve(factor, np.eye(n), check_finite=False)
    weights = inverse @ values
    value = 0.5 * float(np.sum(values * weights)) + k * float(np.sum(np.log(np.diag(factor[0]))))
    return value, 0.5 * np.tensordot(stack, k * inverse - weights @ weights.T, axes=([1, 2], [0, 1]))
