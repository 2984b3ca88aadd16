"""The model of one number a run: equal to the model of one target."""

from __future__ import annotations

import numpy as np
import pytest

from subsetsearch.subset import Subset
from subsetsearch.surrogate.effects import EffectModel, EffectRuns, ScalarEffects, SubsetKernel
from subsetsearch.surrogate.effects.variances import NOISE, SEED, UNTOUCHED
from subsetsearch.traits import TraitTable

KEYS = tuple("abcdef")
RNG = np.random.default_rng(11)
KERNEL = SubsetKernel(TraitTable(KEYS, ("x",), RNG.normal(size=(6, 1))), RNG.normal(size=(6, 2)))
SUBSETS = tuple(Subset(frozenset(RNG.choice(KEYS, n, replace=False))) for n in (1, 1, 2, 2, 3, 3, 4, 5))
VALUES = 0.5 + 0.05 * RNG.normal(size=len(SUBSETS))


def test_it_is_the_model_of_one_target() -> None:
    runs = EffectRuns(SUBSETS, tuple(range(8)), ("dev",) * 8, ("t",), VALUES[:, None])
    whole = EffectModel.fit(runs, KERNEL, np.zeros((1, 0)))
    # Seeds that no two runs share are noise: one number knows only both together.
    sizes = dict(
        zip(whole.variances.parts, whole.variances.values[0] * whole.variances.units[0], strict=True)
    )
    sizes[NOISE] += sizes.pop(SEED)
    sizes.pop(UNTOUCHED)
    sizes = {part: size / VALUES.var() for part, size in sizes.items()}
    asked = [Subset(frozenset("ab")), Subset(frozenset("f"))]
    found = ScalarEffects.fit(KERNEL, KERNEL.read(SUBSETS), VALUES, sizes).predict(KERNEL.read(asked))
    gains = whole.expect(asked).mean[:, 0]
    np.testing.assert_allclose(found.mean[0] - found.mean[1], gains[0] - gains[1], rtol=1e-3)


def test_what_was_run_is_better_known_than_what_was_not() -> None:
    mixes = KERNEL.read(SUBSETS)
    sizes = ScalarEffects.estimate(KERNEL, mixes, VALUES)
    model = ScalarEffects.fit(KERNEL, mixes, VALUES, sizes)
    assert model.noise == pytest.approx(VALUES.std() * np.sqrt(sizes[NOISE]))
    before = ScalarEffects.fit(KERNEL, KERNEL.read(SUBSETS[:-1]), VALUES[:-1], sizes)
    last = KERNEL.read(SUBSETS[-1:])
    assert model.predict(last).sd[0] / model.unit < before.predict(last).sd[0] / before.unit
