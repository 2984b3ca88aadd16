"""Models that predict the gains of subsets from the runs of others: ours, and what it was chosen from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.effects.cases import Case
from subsetsearch.subset import NONE, Subset
from subsetsearch.surrogate import Observations, SetFeatures, SetModel, choose_kernel
from subsetsearch.surrogate.effects import EffectModel, EffectRuns, Mixes, SubsetKernel
from subsetsearch.surrogate.effects.subsets import Grams
from subsetsearch.traits.table import Matrix


@dataclass(frozen=True, slots=True)
class Predicted:
    """Gains over no realignment, up to a constant a target.

    Args:
        mean: Shape (n, n_targets).
        sd: Their standard deviations, where the model has them.
        noise: Variance of the noise of one seed of the truth, by target, where the model has it: of the run
            of the subset, and of that without realignment.
    """

    mean: Matrix
    sd: Matrix | None = None
    noise: Matrix | None = None


class Fitted(Protocol):
    """A model that is fitted to all runs, and can be asked as if some were not there."""

    def predict(self, subsets: Sequence[Subset], *, unseen: bool) -> Predicted:
        """Predict; if ``unseen``, each subset from the runs of all others."""
        ...


Model = Callable[[Case], Fitted]


@dataclass(frozen=True)
class Effects:
    """The model of effects."""

    model: EffectModel

    def predict(self, subsets: Sequence[Subset], *, unseen: bool) -> Predicted:
        """Variances are those of all runs; leaving a subset out forgets its runs."""
        noise = self.model.noise**2 + self.model.noise_of_none**2
        if not unseen:
            expectation = self.model.expect(subsets)
            return Predicted(expectation.mean, expectation.sd, noise)
        expectations = [self.model.without(subset).expect([subset]) for subset in subsets]
        mean, sd = (np.concatenate([getattr(one, name) for one in expectations]) for name in ("mean", "sd"))
        return Predicted(mean, sd, noise)


def effects(case: Case) -> Effects:
    """Our model, as the product has it."""
    return Effects(EffectModel.fit(case.runs, case.kernel, case.places))


def effects_without(*parts: str) -> Model:
    """Our model without some reasons for an effect; ``traits`` are all of them."""

    def fit(case: Case) -> Effects:
        kernel = case.kernel
        if "traits" in parts:
            kernel = replace(kernel, traits=kernel.traits.only(()))
        dropped = frozenset(parts)
        without = _Without(kernel.traits, kernel.coordinates, kernel.lengths, kernel.rungs, dropped)
        return Effects(EffectModel.fit(case.runs, without, case.places))

    return fit


@dataclass(frozen=True, eq=False)
class _Without(SubsetKernel):
    """A kernel without some of its parts."""

    dropped: frozenset[str] = frozenset()

    def grams(self, left: Mixes, right: Mixes) -> Grams:
        """All parts but those."""
        every = super().grams(left, right)
        return {part: gram for part, gram in every.items() if part not in self.dropped}


@dataclass(frozen=True)
class Refitted:
    """A model of all targets' scores by features of a subset, fitted anew without each subset.

    Args:
        runs: To learn from.
        features: Of subsets.
        fit: Takes features and scores, and returns what predicts.
    """

    runs: EffectRuns
    features: Callable[[Sequence[Subset]], Matrix]
    fit: Callable[[Matrix, Matrix], Callable[[Matrix], Matrix]]

    def predict(self, subsets: Sequence[Subset], *, unseen: bool) -> Predicted:
        """Predict scores; they are gains up to a constant a target."""
        x = self.features(self.runs.subsets)
        if not unseen:
            return Predicted(self.fit(x, self.runs.scores)(self.features(subsets)))
        rows = []
        for subset in subsets:
            keep = [i for i, other in enumerate(self.runs.subsets) if other != subset]
            rows.append(self.fit(x[keep], self.runs.scores[keep])(self.features([subset]))[0])
        return Predicted(np.array(rows))


def ridge(case: Case) -> Refitted:
    """Ridge regression of every target on the means of the traits, with size and whether there is any."""

    def features(subsets: Sequence[Subset]) -> Matrix:
        mixes = case.kernel.read(subsets)
        real = mixes.sizes > 0
        return np.column_stack([mixes.shares @ case.kernel.traits.values, np.log1p(mixes.sizes), real])

    def fit(x: Matrix, y: Matrix) -> Callable[[Matrix], Matrix]:
        model = make_pipeline(StandardScaler(), RidgeCV(np.logspace(-1, 4, 11)))
        return model.fit(x, y).predict  # type: ignore[no-any-return]

    return Refitted(case.runs, features, fit)


def factors(rank: int) -> Model:
    """Low-rank factors: the ridge predicts a run's place along the main directions of the table of runs."""

    def build(case: Case) -> Refitted:
        plain = ridge(case)

        def fit(x: Matrix, y: Matrix) -> Callable[[Matrix], Matrix]:
            mean = y.mean(axis=0)
            _, _, directions = np.linalg.svd(y - mean, full_matrices=False)
            kept = directions[:rank]
            inner = plain.fit(x, (y - mean) @ kept.T)
            return lambda new: mean + np.reshape(inner(new), (len(new), -1)) @ kept

        return replace(plain, fit=fit)

    return build


def sets(case: Case) -> Refitted:
    """What was there before: a Gaussian process over sets, of the mean over targets."""
    width = len(case.kernel.traits.keys)
    features = SetFeatures(np.ones(width), case.kernel.coordinates)

    def rows(subsets: Sequence[Subset]) -> Matrix:
        return case.kernel.read(subsets).shares

    def fit(x: Matrix, y: Matrix) -> Callable[[Matrix], Matrix]:
        data = Observations(x > 0, y.mean(axis=1))
        model = SetModel.fit(features, data, choose_kernel(features, data))
        return lambda new: np.repeat(model.predict(new > 0).mean[:, None], y.shape[1], axis=1)

    return Refitted(case.runs, rows, fit)


def trait(name: str) -> Model:
    """A line through the means over targets, by a trait's mean over the languages of a subset."""

    def build(case: Case) -> Refitted:
        column = case.kernel.traits[name]

        def features(subsets: Sequence[Subset]) -> Matrix:
            return case.kernel.read(subsets).shares @ column[:, None]

        def fit(x: Matrix, y: Matrix) -> Callable[[Matrix], Matrix]:
            real = x[:, 0] != 0
            slope, level = np.polyfit(x[real, 0], y[real].mean(axis=1), 1)
            return lambda new: np.repeat(level + slope * new, y.shape[1], axis=1)

        return Refitted(case.runs, features, fit)

    return build


@dataclass(frozen=True)
class OwnRun:
    """A subset's own runs, and the mean of all for a subset that has none."""

    runs: EffectRuns

    def predict(self, subsets: Sequence[Subset], *, unseen: bool) -> Predicted:
        """Scores as they were measured."""
        rest = self.runs.scores[[s != NONE for s in self.runs.subsets]].mean(axis=0)
        rows = []
        for subset in subsets:
            places = [i for i, other in enumerate(self.runs.subsets) if other == subset and not unseen]
            rows.append(self.runs.scores[places].mean(axis=0) if places else rest)
        return Predicted(np.array(rows))


MODELS: Mapping[str, Model] = {
    "effects": effects,
    "effects without traits": effects_without("traits"),
    "effects without similar mixes": effects_without("similar"),
    "effects without languages": effects_without("identity"),
    "effects without typology": effects_without("typology"),
    "ridge on traits": ridge,
    "two factors, ridge on traits": factors(2),
    "process over sets (before)": sets,
    "share of other scripts": trait("other_script"),
    "own run": lambda case: OwnRun(case.runs),
}
"""By name; the first is ours."""
