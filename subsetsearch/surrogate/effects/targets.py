"""Directions in the space of targets along which the model comes apart.

The effect's covariance over targets is a part that all share, plus an own part of each, of which a portion
is common to targets that are typologically alike: a·11' + b·((1 - r) I + r K). Along the mean of all targets
and the principal directions of the centred K, the model is one independent process a direction, all with the
same few variances; that is what makes it fast (Kronecker structure; Rakitsch et al. 2013).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from subsetsearch.traits.table import Matrix


@dataclass(frozen=True, slots=True, eq=False)
class TargetBasis:
    """Orthonormal directions.

    Args:
        directions: Shape (n_targets, n_targets), one a column; the first is the mean of all targets.
        spread: How much of K lies along each direction, 1 on average over all but the first.
    """

    directions: Matrix
    spread: Matrix

    @classmethod
    def of(cls, coordinates: Matrix) -> TargetBasis:
        """Find the directions.

        Args:
            coordinates: Typological coordinates of the targets, shape (n_targets, d).
        """
        n = len(coordinates)
        centred = coordinates - coordinates.mean(axis=0)
        mean = np.full((n, 1), 1.0 / np.sqrt(n))
        if n == 1:
            return cls(mean, np.ones(1))
        left, _, _ = np.linalg.svd(centred, full_matrices=True)
        # The mean comes first; what the others have of it is taken away.
        directions = np.linalg.qr(np.concatenate([mean, left], axis=1))[0][:, :n]
        directions[:, 0] = mean[:, 0]
        spread = np.sum((centred.T @ directions) ** 2, axis=0)
        spread[0] = 0.0
        average = spread[1:].mean()
        return cls(directions, spread / average if average > 0 else np.ones(n))

    def scales(self, alike: float) -> Matrix:
        """Factor of the own part's variance along each direction.

        Args:
            alike: r, the portion that is common to targets that are alike, in [0, 1].
        """
        scales = (1.0 - alike) + alike * self.spread
        scales[0] = 1.0
        return np.asarray(scales)
