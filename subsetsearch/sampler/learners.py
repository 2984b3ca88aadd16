"""How the sampler learns from what was measured: a model of sets for cheap rungs, one of effects for runs.

A cheap rung scores by fixed data and seeds: it hardly scatters, and trials are many, so languages can be
learned one by one. Runs scatter as much as subsets differ and are few, so what is known of the languages must
help.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from subsetsearch.surrogate import (
    KernelChoice,
    Observations,
    Prediction,
    SetFeatures,
    SetModel,
    choose_kernel,
)
from subsetsearch.surrogate.effects import Mixes, ScalarEffects, SubsetKernel
from subsetsearch.surrogate.features import Indices, Matrix, Members
from subsetsearch.surrogate.model import MOST_FOR_CHOICE, RungScale

RUNG1 = "rung 1"


class Surrogate(Protocol):
    """A model that is conditioned on observations."""

    def predict(self, members: Members, rung: Matrix | None = None) -> Prediction:
        """Predict scores of sets, given theirs by the cheaper rung where the data had them."""
        ...

    @property
    def noise(self) -> float:
        """Standard deviation of what is measured around what is predicted."""
        ...


class Learner(Protocol):
    """Makes surrogates."""

    @property
    def denoises(self) -> bool:
        """Whether what was measured is better told by the model than by the number itself."""
        ...

    def choose(self, data: Observations) -> Any:
        """Choose hyperparameters, which is slow."""
        ...

    def fit(self, data: Observations, choice: Any) -> Surrogate:
        """Condition on data, given hyperparameters; ``None`` for the defaults."""
        ...


@dataclass(frozen=True)
class SetLearner:
    """Learns by a Gaussian process over sets (:mod:`subsetsearch.surrogate.kernel`).

    Args:
        features: Of the pool.
    """

    features: SetFeatures
    denoises: bool = False

    def choose(self, data: Observations) -> KernelChoice:
        """Choose by marginal likelihood on a grid."""
        return choose_kernel(self.features, data)

    def fit(self, data: Observations, choice: KernelChoice | None) -> SetModel:
        """Condition on data."""
        return SetModel.fit(self.features, data, choice or KernelChoice())


@dataclass(frozen=True)
class EffectLearner:
    """Learns by the model of effects (:mod:`subsetsearch.surrogate.effects`), from the mean over targets.

    Args:
        features: Of the pool.
        kernel: Compares subsets, by the traits of the pool's languages in the features' order.
    """

    features: SetFeatures
    kernel: SubsetKernel
    denoises: bool = True

    def choose(self, data: Observations) -> dict[str, float]:
        """Estimate the variances of the parts of the kernel."""
        data = data.share(MOST_FOR_CHOICE)
        scale = RungScale.of(data.rung)
        mixes = self._mixes(data.members, data.rung, scale)
        return ScalarEffects.estimate(self._kernel(scale), mixes, data.values, _seeds(data))

    def fit(self, data: Observations, choice: dict[str, float] | None) -> EffectSurrogate:
        """Condition on data."""
        sizes = choice or self.choose(data)
        scale = RungScale.of(data.rung) if RUNG1 in sizes else None
        mixes = self._mixes(data.members, data.rung, scale)
        model = ScalarEffects.fit(self._kernel(scale), mixes, data.values, sizes, _seeds(data))
        return EffectSurrogate(self, scale, model)

    def _kernel(self, scale: RungScale | None) -> SubsetKernel:
        return self.kernel if scale is None else replace(self.kernel, rungs={RUNG1: {}})

    def _mixes(self, members: Members, rung: Matrix | None, scale: RungScale | None) -> Mixes:
        rows, table = self.features.languages(members), self.features.pair_table
        lengths = self.kernel.lengths or dict.fromkeys(self.kernel.traits.keys, 1)
        pairs = np.array([lengths[key] for key in self.kernel.traits.keys], dtype=np.float64)
        if table is not None:
            pairs = np.minimum(pairs, table.pairs[self.features.choice(members)])
        rungs = {} if scale is None or rung is None else {RUNG1: scale.standard(rung)}
        return Mixes.of_rows(rows, pairs, rungs)


def _seeds(data: Observations) -> tuple[int, ...] | None:
    return None if data.seeds is None else tuple(int(seed) for seed in data.seeds)


@dataclass(frozen=True, slots=True)
class EffectSurrogate:
    """The model of effects, asked by rows."""

    learner: EffectLearner
    scale: RungScale | None
    model: ScalarEffects

    def predict(self, members: Members, rung: Matrix | None = None) -> Prediction:
        """Predict scores of sets, not of noisy runs of them."""
        return self.model.predict(self._mixes(members, rung))

    def moves(self, members: Members, runs: Indices, seeds: Sequence[int], rung: Matrix | None) -> Matrix:
        """How far one more run moves what is expected of sets (:meth:`ScalarEffects.moves`).

        Args:
            members: Sets, one a row.
            runs: What one may run next: places among these sets.
            seeds: With which seeds.
            rung: Scores of the sets by the cheaper rung, where the data had them.
        """
        return self.model.moves(self._mixes(members, rung), runs, seeds)

    def _mixes(self, members: Members, rung: Matrix | None) -> Mixes:
        given = np.full(len(members), self.scale.mean) if self.scale and rung is None else rung
        return self.learner._mixes(members, given, self.scale)

    @property
    def noise(self) -> float:
        """Standard deviation of a run around what is predicted."""
        return self.model.noise
