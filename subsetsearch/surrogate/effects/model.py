"""The model of effects: the score of every target with every subset, from all runs together.

A score is the level of its target, plus the effect of the subset on it, plus the luck of the seed, plus
noise. The effect is a Gaussian process over subsets and targets (:mod:`.subsets`, :mod:`.targets`), whose
variances are estimated (:mod:`.variances`). So each run says something of every subset: the more, the more
alike they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from subsetsearch.subset import NONE, Subset
from subsetsearch.surrogate.effects.expectation import Expectation, GroupExpectation
from subsetsearch.surrogate.effects.joint import JointExpectation, Level
from subsetsearch.surrogate.effects.luck import cautious, noise_grams
from subsetsearch.surrogate.effects.runs import EffectRuns
from subsetsearch.surrogate.effects.subsets import Grams, Mixes, SubsetKernel
from subsetsearch.surrogate.effects.targets import TargetBasis
from subsetsearch.surrogate.effects.variances import (
    JITTER,
    LEVEL,
    NOISE,
    OWN,
    PLAIN,
    SHARED,
    SMALL,
    UNTOUCHED,
    Columns,
    Prior,
    Variances,
    estimate,
    same,
)
from subsetsearch.traits.table import Matrix

ALIKE = (0.0, 0.5)
"""Portions of alike targets that are tried."""

LEVELS = 4
"""Directions of similar spread are taken together, so that few matrices are inverted."""

FEWEST = 3
"""Runs of different subsets that a model needs."""


@dataclass(frozen=True, eq=False)
class EffectModel:
    """A model with its variances, conditioned on runs.

    Args:
        kernel: Compares subsets.
        basis: Of the targets.
        runs: What is known.
        variances: Estimated.
    """

    kernel: SubsetKernel
    basis: TargetBasis
    runs: EffectRuns
    variances: Variances

    @classmethod
    def fit(
        cls, runs: EffectRuns, kernel: SubsetKernel, coordinates: Matrix, prior: Prior = PLAIN
    ) -> EffectModel:
        """Estimate the variances, and condition on the runs.

        Args:
            runs: At least three, of different subsets.
            kernel: Compares subsets.
            coordinates: Typological coordinates of the targets, shape (n_targets, d).
            prior: Of the variances.

        Raises:
            ValueError: If there are fewer runs, or all have the same scores.
        """
        if len(set(runs.subsets)) < FEWEST:
            raise ValueError(f"a model of effects needs runs of {FEWEST} subsets")
        basis, mixes = TargetBasis.of(coordinates), kernel.read(runs.subsets)
        grams = {**kernel.grams(mixes, mixes), **noise_grams(runs)}
        values, units = _standardised(runs, basis)
        estimates = [
            (estimate(grams, same(runs.parts, runs.parts), _columns(values, basis, alike), prior), alike)
            for alike in (ALIKE if len(runs.targets) > 2 else ALIKE[:1])
        ]
        (likely, density), alike = max(estimates, key=lambda one: one[0][1])
        variances = cautious(tuple(grams), likely, runs, prior)
        return cls(kernel, basis, runs, Variances(tuple(grams), variances, alike, units, density))

    def on(self, runs: EffectRuns) -> EffectModel:
        """The same variances, conditioned on other runs."""
        return replace(self, runs=runs)

    def without(self, subset: Subset) -> EffectModel:
        """The same variances, conditioned on the runs of all other subsets."""
        return self.on(self.runs.take([i for i, s in enumerate(self.runs.subsets) if s != subset]))

    def joint(self, subsets: Sequence[Subset]) -> JointExpectation:
        """Expect the gain of each target with each subset over no realignment, jointly for all of them.

        Args:
            subsets: Any subsets of the pool.
        """
        against, n = self._against([*subsets, NONE]), len(subsets)
        contrast = np.concatenate([np.eye(n), -np.ones((n, 1))], axis=1)
        along, levels = np.zeros((n, len(self.runs.targets))), []
        for group in self._groups:
            cross, covariance = self._posterior(against, group)
            along[:, group.columns] = contrast @ (cross @ group.weights) * group.unit
            levels.append(Level(group.columns, group.unit, contrast @ covariance @ contrast.T))
        return JointExpectation(
            tuple(subsets), self.runs.targets, self.basis.directions, along, tuple(levels)
        )

    def expect(self, subsets: Sequence[Subset]) -> Expectation:
        """Expect the gain of each target with each subset over no realignment, one by one.

        Args:
            subsets: Any subsets of the pool.
        """
        return self.joint(subsets).single

    def expect_group(
        self, subsets: Sequence[Subset], targets: Sequence[str] | None = None
    ) -> GroupExpectation:
        """Expect the gain of the mean of some targets, jointly for all subsets.

        Args:
            subsets: Any subsets of the pool.
            targets: The group; all targets, if left out.

        Raises:
            KeyError: If the runs have no such target.
        """
        return self.joint(subsets).group(targets)

    def reasons(self, subset: Subset, targets: Sequence[str]) -> dict[str, float]:
        """Split an expected gain of the mean of some targets into what each part of the kernel adds to it.

        Args:
            subset: Any subset of the pool.
            targets: The group.

        Returns:
            Part to its share; they add up to the expected gain.

        Raises:
            KeyError: If the runs have no such target.
        """
        place = {target: i for i, target in enumerate(self.runs.targets)}
        share = self.basis.directions[[place[target] for target in targets]].mean(axis=0)
        grams, _ = self._against([subset, NONE])
        contributions = dict.fromkeys(grams, 0.0)
        for group in self._groups:
            pull = group.weights @ share[group.columns] * group.unit * group.scale
            sizes = dict(zip(self.variances.parts, self.variances.values[group.row], strict=True))
            for part, gram in grams.items():
                contributions[part] += float(sizes[part] * (gram[0] - gram[1]) @ pull)
        return contributions

    @property
    def noise(self) -> Matrix:
        """Standard deviation of the noise of a run's score of each target, besides the seed's luck."""
        return self._noise(NOISE)

    @property
    def noise_of_none(self) -> Matrix:
        """The same of a run without realignment."""
        return self._noise(NOISE, UNTOUCHED)

    def group_noise(self, targets: Sequence[str], *, untouched: bool = False) -> float:
        """Standard deviation of the noise of a run's mean over some targets, besides the seed's luck.

        Args:
            targets: Their keys.
            untouched: Of a run without realignment, which has more of it.

        Raises:
            KeyError: If the runs have no such target.
        """
        place = {target: i for i, target in enumerate(self.runs.targets)}
        share = self.basis.directions[[place[target] for target in targets]].mean(axis=0)
        parts = (NOISE, UNTOUCHED) if untouched else (NOISE,)
        return float(np.sqrt(share**2 @ self._along(*parts)))

    def _noise(self, *parts: str) -> Matrix:
        return np.asarray(np.sqrt(self.basis.directions**2 @ self._along(*parts)))

    def _along(self, *parts: str) -> Matrix:
        """Variance along each direction."""
        shared_variance, own_variance = (
            sum(self.variances.of(part, row) for part in parts) for row in (SHARED, OWN)
        )
        return np.array([shared_variance] + [own_variance] * (len(self.runs.targets) - 1))

    @cached_property
    def _mixes(self) -> Mixes:
        return self.kernel.read(self.runs.subsets)

    @cached_property
    def _groups(self) -> list[_Group]:
        """Directions with one covariance, solved."""
        runs, groups = self.runs, []
        grams = self.kernel.grams(self._mixes, self._mixes)
        noise = {part: gram for part, gram in noise_grams(runs).items() if part in self.variances.parts}
        values, _ = _standardised(runs, self.basis, self.variances.units)
        for columns, (row, scale) in _levels(self.basis, self.variances.alike):
            size = self.variances.values[row]
            covariance = self._mix(grams, row, scale) + LEVEL * same(runs.parts, runs.parts)
            for part, gram in noise.items():
                covariance += size[self.variances.parts.index(part)] * gram
            inverse = np.asarray(np.linalg.inv(covariance + JITTER * np.eye(len(runs))), np.float64)
            unit = float(np.sqrt(self.variances.units[row]))
            groups.append(_Group(columns, row, scale, unit, inverse, inverse @ values[:, columns]))
        return groups

    @property
    def weight_of_small(self) -> float | None:
        """How much a small-scale run tells of the mean of a subset, as a share of what a whole one does.

        ``None`` where there are not both.
        """
        if SMALL not in self.variances.parts:
            return None
        noise = self.variances.of(NOISE, SHARED)
        return noise / (noise + self.variances.of(SMALL, SHARED))

    def _mix(self, grams: Grams, row: int, scale: float) -> Matrix:
        sizes = dict(zip(self.variances.parts, self.variances.values[row], strict=True))
        return np.asarray(sum(scale * sizes[part] * gram for part, gram in grams.items()))

    def _against(self, subsets: Sequence[Subset]) -> tuple[Grams, Grams]:
        """Compare subsets with the runs, and with each other."""
        mixes = self.kernel.read(subsets)
        return self.kernel.grams(mixes, self._mixes), self.kernel.grams(mixes, mixes)

    def _posterior(self, against: tuple[Grams, Grams], group: _Group) -> tuple[Matrix, Matrix]:
        """Kernel of subsets with the runs, and their posterior covariance, in the group's unit."""
        cross, prior = (self._mix(grams, group.row, group.scale) for grams in against)
        return cross, prior - cross @ group.inverse @ cross.T


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Directions with one covariance: which, the scale of their signal, and the solved system."""

    columns: Matrix
    row: int
    scale: float
    unit: float
    inverse: Matrix
    weights: Matrix


def _standardised(
    runs: EffectRuns, basis: TargetBasis, units: tuple[float, float] | None = None
) -> tuple[Matrix, tuple[float, float]]:
    """Scores along the directions, less their mean in each part of the data, in units of their spread."""
    values = runs.scores @ basis.directions
    for part in set(runs.parts):
        rows = [i for i, other in enumerate(runs.parts) if other == part]
        values[rows] -= values[rows].mean(axis=0)
    if units is None:
        n = max(1, len(runs) - 1)
        shared_variance = float(np.sum(values[:, 0] ** 2)) / n
        own_variance = float(np.sum(values[:, 1:] ** 2)) / n / max(1, values.shape[1] - 1)
        if shared_variance + own_variance <= 0:
            raise ValueError("all runs have the same scores")
        units = max(shared_variance, JITTER), max(own_variance, JITTER)
    values[:, 0] /= np.sqrt(units[SHARED])
    values[:, 1:] /= np.sqrt(units[OWN])
    return values, units


def _levels(basis: TargetBasis, alike: float) -> list[tuple[Matrix, tuple[int, float]]]:
    """Directions that share one covariance: their columns, whether shared or own, and the signal's scale."""
    scales = basis.scales(alike)
    levels = [(np.array([0]), (SHARED, 1.0))]
    own_columns = np.arange(1, len(scales))
    if not len(own_columns):
        return levels
    if alike == 0:
        return [*levels, (own_columns, (OWN, 1.0))]
    order = own_columns[np.argsort(scales[own_columns], kind="stable")]
    return levels + [
        (columns, (OWN, float(scales[columns].mean())))
        for columns in np.array_split(order, LEVELS)
        if len(columns)
    ]


def _columns(values: Matrix, basis: TargetBasis, alike: float) -> list[Columns]:
    return [Columns(row, scale, values[:, columns]) for columns, (row, scale) in _levels(basis, alike)]
