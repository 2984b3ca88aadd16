"""How the sampler learns from runs."""

from __future__ import annotations

import numpy as np
import pytest

from subsetsearch.sampler.learners import RUNG1, EffectLearner, Learner, SetLearner
from subsetsearch.surrogate import Observations, SetFeatures
from subsetsearch.surrogate.effects import SubsetKernel
from subsetsearch.surrogate.features import PairTable
from subsetsearch.traits import TraitTable

LANGUAGES = 60
KEYS = tuple(f"l{i:02d}" for i in range(LANGUAGES))
RNG = np.random.default_rng(1)
TRAITS = TraitTable(KEYS, ("x", "y"), RNG.normal(size=(LANGUAGES, 2))).standardised()
FEATURES = SetFeatures(np.ones(LANGUAGES), np.zeros((LANGUAGES, 0)))
KERNEL = SubsetKernel(TRAITS, np.zeros((LANGUAGES, 0)))
LEARNERS: list[Learner] = [SetLearner(FEATURES), EffectLearner(FEATURES, KERNEL)]


def rows(n: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    found = np.zeros((n, LANGUAGES), dtype=bool)
    for row in found:
        row[rng.choice(LANGUAGES, rng.integers(1, 6), replace=False)] = True
    return found


def effect(members: np.ndarray) -> np.ndarray:
    return (members / members.sum(axis=1, keepdims=True)) @ TRAITS["x"]


@pytest.mark.parametrize("learner", LEARNERS, ids=lambda learner: type(learner).__name__)
def test_every_learner_keeps_the_contract(learner: Learner) -> None:
    members = rows(30, 0)
    data = Observations(members, effect(members), RNG.normal(size=30))
    new = rows(7, 1)
    for choice in (learner.choose(data), None):
        model = learner.fit(data, choice)
        for rung in (None, RNG.normal(size=7)):
            if rung is None and isinstance(learner, SetLearner):
                continue
            found = model.predict(new, rung)
            assert found.mean.shape == found.sd.shape == (7,)
            assert np.isfinite(found.mean).all()
            assert (found.sd > 0).all()
        assert model.noise > 0


def test_traits_tell_more_of_noisy_runs_than_languages_do() -> None:
    members, new = rows(25, 2), rows(200, 3)
    values = effect(members) + 0.3 * np.random.default_rng(4).normal(size=25)
    data = Observations(members, values)
    found = [
        np.corrcoef(learner.fit(data, learner.choose(data)).predict(new).mean, effect(new))[0, 1]
        for learner in LEARNERS
    ]
    assert found[1] > 0.8 > found[0]


def test_a_cheap_rung_is_used_where_it_tells_and_not_where_it_does_not() -> None:
    members = rows(60, 5)
    truth, idle = np.random.default_rng(6).normal(size=(2, 60))
    learner = EffectLearner(FEATURES, KERNEL)
    telling = learner.choose(Observations(members, truth + 0.1 * effect(members), truth))
    useless = learner.choose(Observations(members, effect(members), idle))
    assert telling[RUNG1] > 0.3
    assert useless[RUNG1] < 0.05
    assert RUNG1 not in learner.choose(Observations(members, truth, np.ones(60)))


def test_pairs_per_language_are_told_apart() -> None:
    pairs = np.array([np.full(LANGUAGES, 100.0), np.full(LANGUAGES, 1000.0)])
    features = SetFeatures(np.ones(LANGUAGES), np.zeros((LANGUAGES, 0)), PairTable(pairs, pairs))
    kernel = SubsetKernel(TRAITS, np.zeros((LANGUAGES, 0)), dict.fromkeys(KEYS, 1000))
    many = np.arange(40) % 2 == 1
    members = np.concatenate([rows(40, 7), ~many[:, None], many[:, None]], axis=1)
    data = Observations(members, many + 0.05 * np.random.default_rng(8).normal(size=40))
    learner = EffectLearner(features, kernel)
    model = learner.fit(data, learner.choose(data))
    one = rows(1, 9)
    asked = np.concatenate([np.repeat(one, 2, axis=0), np.eye(2, dtype=bool)], axis=1)
    low, high = model.predict(asked).mean
    assert high - low == pytest.approx(1.0, abs=0.2)
