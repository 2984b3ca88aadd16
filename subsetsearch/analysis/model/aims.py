"""What a subset is chosen for: the mean over targets, the worst of them, how many it helps, or routed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from subsetsearch.analysis.model.reading_options import Over
from subsetsearch.errors import ConfigError
from subsetsearch.traits.table import Matrix


@dataclass(frozen=True, slots=True)
class Aim:
    """What a subset is worth, computed from its gains by target; no realignment is worth 0.

    Args:
        name: How it is asked for.
        words: What it is.
        column: Heads a column.
        worth: Computes the worth, shape (...), from two arrays. The first holds gains of targets, shape
            (..., n_targets); the second says whether each target is expected to gain, by development data,
            and has the same shape or one that broadcasts.
        tolerance: How much worth may be given up for a cheaper subset, unless the user says otherwise.
        of_mean: Whether the worth needs only the mean over targets, so that gains need not be drawn target
            by target.
        unit: Name of one hundredth of the worth.
    """

    name: Over
    words: str
    column: str
    worth: Callable[[Matrix, Matrix], Matrix]
    tolerance: float = 0.005
    of_mean: bool = False
    unit: str = "points"


def _mean(gains: Matrix, _: Matrix) -> Matrix:
    return np.asarray(gains.mean(axis=-1))


def _worst(gains: Matrix, _: Matrix) -> Matrix:
    return np.asarray(gains.min(axis=-1))


def _helped(gains: Matrix, _: Matrix) -> Matrix:
    return np.asarray(np.sign(gains).mean(axis=-1))


def _routed(gains: Matrix, route: Matrix) -> Matrix:
    return np.asarray((gains * route).mean(axis=-1))


AIMS: dict[str, Aim] = {
    aim.name: aim
    for aim in (
        Aim("mean", "the mean gain over the targets", "gain", _mean, of_mean=True),
        Aim("worst", "the gain of the target that gains least", "worst gain", _worst),
        Aim(
            "helped",
            "the share of targets that gain less the share that lose",
            "helped",
            _helped,
            0.05,
            unit="% of the targets",
        ),
        Aim(
            "routed",
            "the mean gain where each target gets the realigned or the untouched encoder, whichever is "
            "expected to be better for it",
            "routed gain",
            _routed,
        ),
    )
}
"""Name to aim."""


def find_aim(name: str) -> Aim:
    """Find an aim.

    Raises:
        ConfigError: If there is none of this name.
    """
    if name not in AIMS:
        raise ConfigError(f"'{name}' is nothing to choose by", where="--over", fix=f"write {', '.join(AIMS)}")
    return AIMS[name]
