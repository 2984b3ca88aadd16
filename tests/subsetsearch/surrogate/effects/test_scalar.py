"""The model of one number a run: equal to the model of one target."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from subsetsearch.subset import NONE, Subset
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


def test_how_far_a_run_moves_expectations_is_known_before_it() -> None:
    mixes, seeds = KERNEL.read(SUBSETS), (5,) * 7 + (6,)
    sizes = ScalarEffects.estimate(KERNEL, mixes, VALUES, seeds)
    model = ScalarEffects.fit(KERNEL, mixes, VALUES, sizes, seeds)
    asked = KERNEL.read([Subset(frozenset("ab")), Subset(frozenset("f")), NONE])
    before = model.predict(asked).mean
    for run, seed in ((Subset(frozenset("bc")), 6), (SUBSETS[0], 7), (NONE, 5)):
        both = KERNEL.read([Subset(frozenset("ab")), Subset(frozenset("f")), NONE, run])
        moves = model.moves(both, np.array([3]), (seed,))[:3, 0]
        shifts = []
        for value in (0.5, 0.6):
            values = np.append(VALUES, value)
            scaled = {part: size * VALUES.var() / values.var() for part, size in sizes.items()}
            after = ScalarEffects.fit(
                KERNEL, KERNEL.read([*SUBSETS, run]), values, scaled, (*seeds, seed)
            ).predict(asked)
            shifts.append(after.mean - before)
        # What is expected is linear in what the run says, up to what all subsets share.
        slope = (shifts[1] - shifts[0]) / 0.1
        contrasts = slope - slope[0], moves - moves[0]
        np.testing.assert_allclose(
            contrasts[0][1] * contrasts[1][2], contrasts[0][2] * contrasts[1][1], rtol=0.02
        )


def test_a_further_seed_says_less_than_a_known_one_where_seeds_have_luck() -> None:
    mixes, seeds = KERNEL.read(SUBSETS), (5,) * 8
    sizes = ScalarEffects.estimate(KERNEL, mixes, VALUES, seeds) | {SEED: 1.0}
    model = ScalarEffects.fit(KERNEL, mixes, VALUES, sizes, seeds)
    asked = KERNEL.read([Subset(frozenset("ab")), Subset(frozenset("f"))])
    known, further = (
        abs(float(np.diff(model.moves(asked, np.array([0]), (seed,))[:, 0])[0])) for seed in (5, 6)
    )
    assert further < known


def test_the_sum_of_the_parts_is_made_without_making_them() -> None:
    kernel = replace(KERNEL, lengths={key: 10 * place + 5 for place, key in enumerate(KEYS)}, rungs={"r": {}})
    left, right = kernel.read([*SUBSETS, NONE]), kernel.read(SUBSETS[:3])
    sizes = {part: 0.1 + 0.3 * place for place, part in enumerate(kernel.parts)}
    left, right = (replace(m, rungs={"r": RNG.normal(size=len(m.sizes))}) for m in (left, right))
    plain = sum(sizes[part] * gram for part, gram in kernel.grams(left, right).items())
    np.testing.assert_allclose(kernel.mixed(left, right, sizes), plain, rtol=1e-12)
