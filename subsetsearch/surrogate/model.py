"""The surrogate: what the rungs said of some sets, and so what to expect of others."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from subsetsearch.surrogate.features import Indices, Matrix, Members, SetFeatures
from subsetsearch.surrogate.gp import Conditioned, Prediction, condition, log_evidence
from subsetsearch.surrogate.kernel import KernelChoice, SetKernel, gram_of

NOISES = (1e-4, 1e-2, 1e-1, 1.0)
FEWEST = 8
"""Observations that hyperparameters are chosen by, at least."""

MOST_FOR_CHOICE = 160
"""The same, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """Scored sets.

    Args:
        members: One row a set, as :class:`subsetsearch.surrogate.SetFeatures` reads them.
        values: Their scores, shape (n,).
        rung: Scores by a cheaper rung of the same sets, shape (n,), if there is one.
        seeds: Numbers of the seeds that they were scored with, shape (n,); one for all, if left out.
    """

    members: Members
    values: Matrix
    rung: Matrix | None = None
    seeds: Indices | None = None

    def __len__(self) -> int:
        return len(self.values)

    def share(self, most: int) -> Observations:
        """Keep an even share, if there are more than a number."""
        return self if len(self) <= most else self.take(even_share(len(self), most))

    def take(self, rows: Indices) -> Observations:
        """Keep some rows."""
        rung = None if self.rung is None else self.rung[rows]
        seeds = None if self.seeds is None else self.seeds[rows]
        return Observations(self.members[rows], self.values[rows], rung, seeds)


def even_share(n: int, most: int) -> Indices:
    """Places of an even share, if there are more than a number; else all places."""
    return np.linspace(0, n - 1, min(n, most)).astype(np.intp)


@dataclass(frozen=True, slots=True)
class RungScale:
    """Mean and standard deviation of a cheap rung's scores.

    Args:
        mean: Of the scores.
        sd: Above 0.
    """

    mean: float
    sd: float

    @classmethod
    def of(cls, rung: Matrix | None) -> RungScale | None:
        """Measure scores; ``None`` if there are none, or they do not vary."""
        if rung is None or not float(np.ptp(rung)) > 0:
            return None
        return cls(float(rung.mean()), float(rung.std()))

    def standard(self, rung: Matrix) -> Matrix:
        """Bring scores to mean 0 and standard deviation 1."""
        return (rung - self.mean) / self.sd


@dataclass(frozen=True, slots=True, eq=False)
class SetModel:
    """A Gaussian process over sets, conditioned on observations.

    Args:
        kernel: Between the data and other sets.
        process: Conditioned on the data.
        rung: The data's standardised scores by the cheaper rung, if it is used.
        scale: Of those scores.
    """

    kernel: SetKernel
    process: Conditioned
    rung: Matrix | None
    scale: RungScale | None

    @classmethod
    def fit(cls, features: SetFeatures, data: Observations, choice: KernelChoice) -> SetModel:
        """Condition on data under given hyperparameters.

        Args:
            features: Of the pool.
            data: At least one observation.
            choice: From :func:`choose_kernel`.
        """
        kernel = SetKernel(features, choice, data.members)
        scale = RungScale.of(data.rung)
        rung = None if scale is None or data.rung is None else scale.standard(data.rung)
        gram = kernel.gram()
        if rung is not None:
            gram += choice.rung * np.outer(rung, rung)
        return cls(kernel, condition(gram, data.values, choice.noise), rung, scale)

    def predict(self, members: Members, rung: Matrix | None = None) -> Prediction:
        """Predict scores.

        Args:
            members: One row a set.
            rung: Their scores by the cheaper rung; needed if the data had them.
        """
        cross, prior = self.kernel.cross(members), self.kernel.prior(members)
        if self.rung is not None and self.scale is not None and rung is not None:
            theirs = self.scale.standard(rung)
            cross += self.kernel.choice.rung * np.outer(theirs, self.rung)
            prior = prior + self.kernel.choice.rung * theirs**2
        return self.process.predict(cross, prior)

    @property
    def noise(self) -> float:
        """Standard deviation of what is measured around what is predicted."""
        return float(np.sqrt(self.process.scale * self.kernel.choice.noise))


def choose_kernel(features: SetFeatures, data: Observations) -> KernelChoice:
    """Choose hyperparameters by marginal likelihood, on a small grid.

    Args:
        features: Of the pool.
        data: Of many observations, an even share of 160 is used.

    Returns:
        The likeliest; the defaults with fewer than eight observations or no variation.
    """
    data = data.share(MOST_FOR_CHOICE)
    if len(data) < FEWEST or not float(np.ptp(data.values)) > 0:
        return KernelChoice()
    scale = RungScale.of(data.rung)
    rung = None if scale is None or data.rung is None else scale.standard(data.rung)
    best, likeliest = KernelChoice(), -np.inf
    for choice, gram in kernel_grid(features, data.members, rung):
        evidence = log_evidence(gram, data.values, NOISES)
        if evidence.max() > likeliest:
            likeliest = float(evidence.max())
            best = replace(choice, noise=NOISES[int(evidence.argmax())])
    return best


def kernel_grid(
    features: SetFeatures, members: Members, rung: Matrix | None = None
) -> Iterator[tuple[KernelChoice, Matrix]]:
    """Give the kernels that are chosen among, each with its matrix.

    Args:
        features: Of the pool.
        members: The data's sets.
        rung: Their standardised scores by a cheaper rung, if there is one.
    """
    typologies = (0.0, 0.5) if features.traits.shape[1] else (0.0,)
    for power, typology in itertools.product((0.0, 0.5, 1.0), typologies):
        inner, distance = SetKernel(features, KernelChoice(power, typology), members).parts
        for linear, width, weight in itertools.product(
            (0.3, 0.9), (0.7, 2.0), (0.0, 1.0) if rung is not None else (0.0,)
        ):
            choice = KernelChoice(power, typology, linear, width, weight)
            gram = gram_of(inner, distance, choice)
            if rung is not None and weight:
                gram += weight * np.outer(rung, rung)
            yield choice, gram
