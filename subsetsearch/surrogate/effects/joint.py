"""What the model of effects knows of some subsets together: gains of every target, with covariances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from subsetsearch.subset import Subset
from subsetsearch.surrogate.effects.expectation import Expectation, GroupExpectation, gaussian_draws
from subsetsearch.traits.table import Matrix

MOST_NUMBERS = 6_000_000
"""Drawn at once: a draw has one number a subset and target."""

FEWEST_DRAWS, MOST_DRAWS = 200, 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """Directions of the targets that share one covariance over subsets.

    Args:
        columns: Which directions.
        unit: Scale of the covariance.
        covariance: Of the gains along each of them, shape (n, n), in squared units.
    """

    columns: Matrix
    unit: float
    covariance: Matrix


@dataclass(frozen=True, slots=True, eq=False)
class JointExpectation:
    """Gains over no realignment of some subsets, jointly over subsets and targets.

    Args:
        subsets: Rows.
        targets: Columns of what is asked for.
        directions: Orthonormal, shape (n_targets, n_targets), one a column.
        along: Expected gains along the directions, shape (n, n_targets).
        levels: Covariances by direction; gains along different directions are independent.
    """

    subsets: tuple[Subset, ...]
    targets: tuple[str, ...]
    directions: Matrix
    along: Matrix
    levels: tuple[Level, ...]

    @property
    def single(self) -> Expectation:
        """The gain of each subset and target by itself."""
        variance = np.zeros_like(self.along)
        for level in self.levels:
            variance[:, level.columns] = np.diag(level.covariance)[:, None] * level.unit**2
        turned = self.directions.T
        spread = np.sqrt(np.maximum(variance, 0.0) @ turned**2)
        return Expectation(self.subsets, self.targets, self.along @ turned, spread)

    def group(self, targets: Sequence[str] | None = None) -> GroupExpectation:
        """The gain of the mean of some targets.

        Args:
            targets: The group; all targets, if left out.

        Raises:
            KeyError: If there is no such target.
        """
        places = self.places(self.targets if targets is None else targets)
        share = self.directions[places].mean(axis=0)
        covariance = np.zeros((len(self.subsets), len(self.subsets)))
        for level in self.levels:
            part = share[level.columns] * level.unit
            covariance += float(part @ part) * level.covariance
        return GroupExpectation(self.subsets, self.along @ share, covariance)

    def places(self, targets: Sequence[str]) -> list[int]:
        """Columns of some targets.

        Raises:
            KeyError: If there is no such target.
        """
        place = {target: i for i, target in enumerate(self.targets)}
        return [place[target] for target in targets]

    def draws(self, targets: Sequence[str] | None = None, seed: int = 0) -> Matrix:
        """Draw the gains of all subsets and of some targets jointly; the same seed draws the same.

        Args:
            targets: Columns; all targets, if left out.
            seed: Of the draws.

        Returns:
            Gains as fractions, shape (n_draws, n_subsets, n_targets).
        """
        places = self.places(self.targets if targets is None else targets)
        numbers = len(self.subsets) * len(self.targets)
        n = min(MOST_DRAWS, max(FEWEST_DRAWS, MOST_NUMBERS // max(1, numbers))) // 2 * 2
        noise, turned = np.random.default_rng(seed), self.directions[places].T
        gains = np.broadcast_to(self.along @ turned, (n, len(self.subsets), len(places))).copy()
        for columns, drawn in self._drawn(n, noise):
            gains += drawn @ turned[columns]
        return gains

    def _drawn(self, n: int, noise: np.random.Generator) -> Iterator[tuple[Matrix, Matrix]]:
        """By level: the directions, and deviations along them, shape (n, n_subsets, n_directions)."""
        for level in self.levels:
            deviations = [gaussian_draws(level.covariance, n, noise) for _ in level.columns]
            yield level.columns, np.stack(deviations, axis=-1) * level.unit
