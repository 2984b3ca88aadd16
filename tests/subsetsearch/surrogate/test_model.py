from __future__ import annotations

import numpy as np
import pytest

from subsetsearch.surrogate import (
    KernelChoice,
    Observations,
    SetFeatures,
    SetKernel,
    SetModel,
    choose_kernel,
    condition,
    log_evidence,
)

RNG = np.random.default_rng(3)
LANGUAGES = 12
FEATURES = SetFeatures(RNG.uniform(50, 150, LANGUAGES), RNG.normal(size=(LANGUAGES, 4)) / 2)


def sets(n: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).random((n, LANGUAGES)) < 0.3
    rows[0] = False  # the empty set has a place in the kernel, too
    return rows


@pytest.mark.parametrize("noise", [1e-4, 0.1])
def test_the_posterior_is_that_of_the_joint_gaussian(noise: float) -> None:
    kernel = SetKernel(FEATURES, KernelChoice(noise=noise), sets(20))
    new, values = sets(5, 1), RNG.normal(size=20)
    found = condition(kernel.gram(), values, noise).predict(kernel.cross(new), kernel.prior(new))
    noisy = kernel.gram() + noise * np.eye(20)
    centred = values - values.mean()
    mean = values.mean() + kernel.cross(new) @ np.linalg.solve(noisy, centred)
    scale = centred @ np.linalg.solve(noisy, centred) / 20
    both = SetKernel(FEATURES, KernelChoice(noise=noise), new)
    # The prior among the new sets is scaled by the old ones, so it is written out here.
    prior = np.array([_by_hand(kernel, row, row) for row in new])
    explained = np.array([k @ np.linalg.solve(noisy, k) for k in kernel.cross(new)])
    np.testing.assert_allclose(found.mean, mean, rtol=1e-5)
    np.testing.assert_allclose(found.sd**2, scale * (prior - explained), rtol=1e-4, atol=1e-6)
    assert both.gram().shape == (5, 5)


def _by_hand(kernel: SetKernel, s: np.ndarray, t: np.ndarray) -> float:
    """The kernel's formula for two sets, one language at a time."""
    choice = kernel.choice

    def embed(row: np.ndarray) -> np.ndarray:
        size = max(1, int(row.sum()))
        total = np.zeros(LANGUAGES + FEATURES.traits.shape[1])
        for language in np.flatnonzero(row):
            axis = np.eye(LANGUAGES)[language]
            total += np.r_[
                np.sqrt(1 - choice.typology) * axis, np.sqrt(choice.typology) * FEATURES.traits[language]
            ]
        return total / size**choice.power

    scale = np.mean([embed(row) @ embed(row) for row in kernel.members])
    x, y = embed(s), embed(t)
    top = np.log1p(FEATURES.prices.sum() / FEATURES.prices.min())
    z, w = (
        np.array(
            [
                np.log1p(row.sum()) / np.log1p(LANGUAGES),
                np.log1p(FEATURES.prices[row].sum() / FEATURES.prices.min()) / top,
            ]
        )
        for row in (s, t)
    )
    distance = (x - y) @ (x - y) / scale + (z - w) @ (z - w)
    return float(
        choice.linear * (x @ y) / scale + (1 - choice.linear) * np.exp(-distance / (2 * choice.width**2))
    )


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_the_kernel_is_its_formula(power: float) -> None:
    data, new = sets(6), sets(4, 2)
    kernel = SetKernel(FEATURES, KernelChoice(power=power, typology=0.3, linear=0.6, width=0.8), data)
    expected = np.array([[_by_hand(kernel, s, t) for t in data] for s in new])
    np.testing.assert_allclose(kernel.cross(new), expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(kernel.cross(data), kernel.gram(), rtol=1e-9, atol=1e-12)
    assert np.linalg.eigvalsh(kernel.gram()).min() > -1e-9


def test_the_evidence_is_that_of_a_gaussian_at_its_best_scale() -> None:
    gram, values = SetKernel(FEATURES, KernelChoice(), sets(15)).gram(), RNG.normal(size=15)
    noisy = gram + (0.1 + 1e-8) * np.eye(15)
    centred = values - values.mean()

    def density(scale: float) -> float:
        _, logdet = np.linalg.slogdet(scale * noisy)
        return float(-0.5 * (logdet + centred @ np.linalg.solve(scale * noisy, centred)))

    best = centred @ np.linalg.solve(noisy, centred) / 15
    assert density(best) > max(density(0.9 * best), density(1.1 * best))
    assert log_evidence(gram, values, [0.1])[0] == pytest.approx(density(best) + 7.5)


def test_predictions_of_known_sets_are_what_was_seen() -> None:
    members, values = sets(30), RNG.normal(size=30)
    members = np.unique(members, axis=0)
    values = values[: len(members)]
    model = SetModel.fit(FEATURES, Observations(members, values), KernelChoice(linear=0.3, noise=1e-6))
    mean, sd = model.predict(members)
    np.testing.assert_allclose(mean, values, atol=1e-2)
    away = model.predict(~members)
    assert away.sd.mean() > 5 * sd.mean()


def mean_effect(members: np.ndarray, effects: np.ndarray) -> np.ndarray:
    return members @ effects / np.maximum(1, members.sum(axis=1))


def test_the_grid_finds_whether_effects_are_summed_or_averaged() -> None:
    effects = RNG.normal(size=LANGUAGES)
    data = sets(80, 5)
    averaged = choose_kernel(FEATURES, Observations(data, mean_effect(data, effects)))
    summed = choose_kernel(FEATURES, Observations(data, data @ effects))
    assert (averaged.power, summed.power) == (1.0, 0.0)


def test_an_informative_rung_is_used_and_an_idle_one_is_not() -> None:
    data, new = sets(60, 6), sets(200, 7)
    truth, other = RNG.normal(size=60), RNG.normal(size=60)
    seen = Observations(data, truth + 0.01 * RNG.normal(size=60), truth)
    idle = Observations(data, mean_effect(data, RNG.normal(size=LANGUAGES)), other)
    assert choose_kernel(FEATURES, seen).rung > 0
    assert choose_kernel(FEATURES, idle).rung == 0
    rung = np.random.default_rng(9).normal(size=200)
    found = SetModel.fit(FEATURES, seen, choose_kernel(FEATURES, seen)).predict(new, rung).mean
    assert np.corrcoef(found, rung)[0, 1] > 0.9


def test_few_or_equal_observations_keep_the_defaults() -> None:
    assert choose_kernel(FEATURES, Observations(sets(5), RNG.normal(size=5))) == KernelChoice()
    assert choose_kernel(FEATURES, Observations(sets(20), np.ones(20))) == KernelChoice()
