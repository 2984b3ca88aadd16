"""The model of effects against brute force, and on effects that are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime

from subsetsearch.subset import NONE, Subset
from subsetsearch.surrogate.effects import PLAIN, EffectModel, EffectRuns, SubsetKernel, Variances
from subsetsearch.surrogate.effects.targets import TargetBasis
from subsetsearch.surrogate.effects.variances import (
    LEVEL,
    NOISE,
    SEED,
    UNTOUCHED,
    Columns,
    Prior,
    _evidence,
    estimate,
)
from subsetsearch.traits import TraitTable

KEYS = tuple("abcdefghij")
TARGETS = ("t", "u", "v", "w")


def random_subsets(n: int, rng: np.random.Generator) -> tuple[Subset, ...]:
    drawn = [Subset(frozenset(rng.choice(KEYS, rng.integers(1, 5), replace=False))) for _ in range(n)]
    return (NONE, *drawn)


def known_model(seed: int = 0, n: int = 14) -> EffectModel:
    """A model with given variances, conditioned on noise."""
    rng = np.random.default_rng(seed)
    subsets = random_subsets(n, rng)
    runs = EffectRuns(
        subsets,
        tuple(int(s) for s in rng.integers(0, 3, n + 1)),
        tuple(str(p) for p in rng.choice(["dev", "test"], n + 1)),
        TARGETS,
        0.5 + 0.1 * rng.normal(size=(n + 1, len(TARGETS))),
    )
    traits = TraitTable(KEYS, ("x", "y"), rng.normal(size=(len(KEYS), 2)))
    kernel = SubsetKernel(traits, rng.normal(size=(len(KEYS), 3)))
    parts = (*kernel.parts, SEED, NOISE, UNTOUCHED)
    variances = Variances(parts, rng.uniform(0.1, 1.0, (2, len(parts))), 0.0, (0.02, 0.01), 0.0)
    return EffectModel(kernel, TargetBasis.of(rng.normal(size=(len(TARGETS), 2))), runs, variances)


def brute_force(model: EffectModel, subsets: list[Subset]) -> tuple[np.ndarray, np.ndarray]:
    """Condition one dense Gaussian over all subsets × targets; gains over none, and their covariance."""
    runs, sizes = model.runs, model.variances.values
    n, m, k = len(runs), len(subsets) + 1, len(TARGETS)
    every = [*runs.subsets, *subsets, NONE]
    mixes = model.kernel.read(every)
    grams = model.kernel.grams(mixes, mixes)
    average = np.full((k, k), 1.0 / k)
    over = [average * model.variances.units[0], (np.eye(k) - average) * model.variances.units[1]]
    signal, extra = np.zeros(((n + m) * k,) * 2), np.zeros((n * k, n * k))
    for row in (0, 1):
        mixed = sum(size * gram for size, gram in zip(sizes[row], grams.values(), strict=False))
        signal += np.kron(mixed, over[row])
        seed = np.equal.outer(runs.seeds, runs.seeds) * sizes[row][-3]
        more = np.diag([float(subset == NONE) for subset in runs.subsets]) * sizes[row][-1]
        extra += np.kron(seed + more + np.eye(n) * (sizes[row][-2] + 1e-9), over[row])
        extra += np.kron(LEVEL * np.equal.outer(np.array(runs.parts), np.array(runs.parts)), over[row])
    known = slice(0, n * k)
    inverse = np.linalg.inv(signal[known, known] + extra)
    centred = runs.scores.copy()
    for part in set(runs.parts):
        rows = np.array(runs.parts) == part
        centred[rows] -= centred[rows].mean(axis=0)
    cross = signal[n * k :, known]
    mean = (cross @ inverse @ centred.ravel()).reshape(m, k)
    covariance = signal[n * k :, n * k :] - cross @ inverse @ cross.T
    contrast = np.kron(np.concatenate([np.eye(m - 1), -np.ones((m - 1, 1))], axis=1), np.eye(k))
    return mean[:-1] - mean[-1], contrast @ covariance @ contrast.T


def test_gains_are_those_of_one_dense_gaussian() -> None:
    model = known_model()
    asked = [Subset(frozenset("ab")), Subset(frozenset("j")), model.runs.subsets[3]]
    mean, covariance = brute_force(model, asked)
    found = model.expect(asked)
    np.testing.assert_allclose(found.mean, mean, atol=1e-7)
    np.testing.assert_allclose(found.sd.ravel(), np.sqrt(np.diag(covariance)), rtol=1e-5)


@pytest.mark.parametrize("group", [None, ("t",), ("u", "w")])
def test_a_group_is_the_mean_of_its_targets(group: tuple[str, ...] | None) -> None:
    model = known_model(1)
    asked = [Subset(frozenset("abc")), Subset(frozenset("d")), Subset(frozenset("ij"))]
    mean, covariance = brute_force(model, asked)
    weights = np.array([float(t in (group or TARGETS)) for t in TARGETS])
    weights /= weights.sum()
    over = np.kron(np.eye(len(asked)), weights)
    found = model.expect_group(asked, group)
    np.testing.assert_allclose(found.mean, mean @ weights, atol=1e-7)
    np.testing.assert_allclose(found.covariance, over @ covariance @ over.T, atol=1e-8)


def test_the_noise_of_a_group_of_one_is_that_of_its_target() -> None:
    model = known_model(3)
    assert [model.group_noise([target]) for target in TARGETS] == pytest.approx(model.noise.tolist())
    assert model.group_noise(TARGETS) <= max(model.noise)


@pytest.mark.parametrize("group", [TARGETS, ("t",), ("u", "w")])
def test_the_reasons_of_a_gain_add_up_to_it(group: tuple[str, ...]) -> None:
    model = known_model(2)
    for subset in (Subset(frozenset("abc")), Subset(frozenset("j")), model.runs.subsets[2]):
        reasons = model.reasons(subset, group)
        assert sum(reasons.values()) == pytest.approx(model.expect_group([subset], group).mean[0], abs=1e-9)
        assert {"none", "size", "identity"} <= reasons.keys()


def test_an_unknown_target_is_an_error() -> None:
    with pytest.raises(KeyError):
        known_model().expect_group([NONE], ["z"])


def test_none_gains_nothing_for_certain() -> None:
    found = known_model().expect([NONE])
    np.testing.assert_allclose(found.mean, 0.0, atol=1e-9)
    np.testing.assert_allclose(found.sd, 0.0, atol=1e-5)


def test_the_slope_of_the_evidence_is_right() -> None:
    rng = np.random.default_rng(2)
    roots = rng.normal(size=(3, 6, 6))
    stack = roots @ roots.transpose(0, 2, 1)
    values = rng.normal(size=(6, 2))

    def evidence(sizes: np.ndarray) -> float:
        return _evidence(np.tensordot(sizes, stack, axes=1), values, stack)[0]

    sizes = np.array([0.5, 1.0, 2.0])
    _, slope = _evidence(np.tensordot(sizes, stack, axes=1), values, stack)
    np.testing.assert_allclose(slope, approx_fprime(sizes, evidence, 1e-7), rtol=1e-4)


def test_variances_are_found_again() -> None:
    """Many independent columns drawn with known variances."""
    rng = np.random.default_rng(4)
    n, columns = 40, 400
    x = rng.normal(size=(n, 2))
    grams = {"a": x[:, :1] @ x[:, :1].T, "b": x[:, 1:] @ x[:, 1:].T, SEED: np.zeros((n, n)), NOISE: np.eye(n)}
    truth = {"a": 0.8, "b": 0.01, NOISE: 0.3}
    root = np.linalg.cholesky(sum(size * grams[name] for name, size in truth.items()) + 1e-9 * np.eye(n))
    values = root @ rng.normal(size=(n, columns))
    found, _ = estimate(grams, np.ones((n, n)), [Columns(1, 1.0, values)], PLAIN)
    np.testing.assert_allclose(found[1, [0, 3]], [0.8, 0.3], rtol=0.15)
    assert found[1, 1] < 0.02


def simulated(seed: int, n: int = 60, noise: float = 0.005) -> tuple[EffectRuns, SubsetKernel, np.ndarray]:
    """Runs whose effect is a trait's mean, on all targets, and another's on the first target alone."""
    rng = np.random.default_rng(seed)
    traits = TraitTable(KEYS, ("x", "y"), rng.normal(size=(len(KEYS), 2))).standardised()
    subsets = random_subsets(n, rng)
    means = np.array(
        [
            [
                np.mean([traits[name][KEYS.index(key)] for key in s.languages]) if s.languages else -1.0
                for name in "xy"
            ]
            for s in subsets
        ]
    )
    effects = 0.03 * means[:, :1] + np.zeros((1, 4))
    effects[:, 0] += 0.03 * means[:, 1]
    scores = np.array([0.5, 0.6, 0.4, 0.7]) + effects + noise * rng.normal(size=effects.shape)
    runs = EffectRuns(subsets, (1,) * len(subsets), ("dev",) * len(subsets), TARGETS, scores)
    return runs, SubsetKernel(traits, np.zeros((len(KEYS), 0))), effects - effects[0]


def test_effects_of_unseen_subsets_are_found_by_traits() -> None:
    runs, kernel, gains = simulated(0)
    model = EffectModel.fit(runs.take(range(40)), kernel, np.zeros((4, 0)))
    rest = list(range(40, 61))
    found = model.expect([runs.subsets[i] for i in rest])
    assert np.corrcoef(found.mean[:, 1], gains[rest, 1])[0, 1] > 0.95
    assert np.corrcoef(found.mean[:, 0], gains[rest, 0])[0, 1] > 0.95


@pytest.mark.parametrize(("of_none", "most"), [(1, 0.995), (8, 0.97)])
def test_intervals_cover(of_none: int, most: float) -> None:
    inside = []
    for seed in range(12):
        runs, kernel, gains = simulated(seed, noise=0.02)
        rng = np.random.default_rng(seed)
        known = runs.take(range(30))
        more = np.array([0.44, 0.57, 0.37, 0.67]) + 0.02 * rng.normal(size=(of_none - 1, 4))
        learned = EffectRuns(
            (*known.subsets, *[NONE] * (of_none - 1)),
            (1,) * (29 + of_none),
            ("dev",) * (29 + of_none),
            TARGETS,
            np.concatenate([known.scores, more]),
        )
        model = EffectModel.fit(learned, kernel, np.zeros((4, 0)))
        rest = list(range(30, 61))
        found = model.expect([runs.subsets[i] for i in rest])
        inside.append(np.mean(np.abs(found.mean - gains[rest]) < 1.645 * found.sd))
    # One run of none tells nothing of its noise, which has often been more than that of other runs.
    assert 0.75 < np.mean(inside) < most


def test_leaving_a_subset_out_forgets_its_runs() -> None:
    runs, kernel, _ = simulated(1)
    model = EffectModel.fit(runs, kernel, np.zeros((4, 0)))
    left = runs.subsets[5]
    assert left not in model.without(left).runs.subsets
    assert model.without(left).expect([left]).sd.mean() > model.expect([left]).sd.mean()


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_runs_are_refused(n: int) -> None:
    runs, kernel, _ = simulated(0)
    with pytest.raises(ValueError, match="3 subsets"):
        EffectModel.fit(runs.take(range(n)), kernel, np.zeros((4, 0)))


def test_equal_scores_are_refused() -> None:
    runs, kernel, _ = simulated(0)
    flat = EffectRuns(runs.subsets, runs.seeds, runs.parts, TARGETS, np.full_like(runs.scores, 0.5))
    with pytest.raises(ValueError, match="same scores"):
        EffectModel.fit(flat, kernel, np.zeros((4, 0)))


def test_a_prior_holds_what_few_runs_leave_open() -> None:
    runs, kernel, _ = simulated(2)
    firm = Prior({"x": (-6.0, -6.0)}, {"x": (0.01, 0.01)})
    model = EffectModel.fit(runs, kernel, np.zeros((4, 0)), firm)
    place = model.variances.parts.index("x")
    np.testing.assert_allclose(np.log(model.variances.values[:, place]), -6.0, atol=0.2)


def at_two_scales(apart: float, seed: int = 0) -> EffectRuns:
    """Twelve subsets and none at small scale, five of them whole as well; small ones differ by ``apart``."""
    rng = np.random.default_rng(seed)
    subsets = (NONE, *dict.fromkeys(s for s in random_subsets(40, rng) if s != NONE))[:13]
    effect = np.array([0.0, *(0.05 * len(s.languages & frozenset("abc")) for s in subsets[1:])])
    whole = [*range(5)] * 2
    own = apart * rng.normal(size=13)
    level = effect + own - 0.1
    scores = np.concatenate([level, effect[whole] + 0.5])[:, None] + np.zeros((1, len(TARGETS)))
    scores = scores + 0.002 * rng.normal(size=scores.shape)
    return EffectRuns(
        (*subsets, *(subsets[i] for i in whole)), (1,) * 13 + (2,) * 5 + (3,) * 5, ("dev at 0.1",) * 13 + ("test",) * 10,
        TARGETS, scores, (0.1,) * 13 + (1.0,) * 10,
    )  # fmt: skip


def of_runs(runs: EffectRuns) -> EffectModel:
    rng = np.random.default_rng(5)
    kernel = SubsetKernel(TraitTable(KEYS, ("x",), rng.normal(size=(10, 1))), rng.normal(size=(10, 2)))
    return EffectModel.fit(runs, kernel, rng.normal(size=(len(TARGETS), 2)))


def test_small_scale_runs_have_the_weight_that_they_earn() -> None:
    good, bad = (of_runs(at_two_scales(apart)) for apart in (0.0, 0.2))
    assert good.weight_of_small is not None
    assert bad.weight_of_small is not None
    assert good.weight_of_small > 2 * bad.weight_of_small
    # One that was run at small scale alone: what it said is believed as far as the others were right.
    alone = good.runs.subsets[10]
    said = float(bad.runs.scores[10].mean() - bad.runs.scores[0].mean())
    assert abs(bad.expect_group([alone]).mean[0]) < 0.5 * abs(said)
    assert bad.expect_group([alone]).sd[0] > 2 * good.expect_group([alone]).sd[0]


def test_small_scale_runs_alone_are_taken_at_their_word() -> None:
    runs = at_two_scales(0.1)
    small = runs.take([*range(13)])
    assert of_runs(small).weight_of_small is None
    same = EffectRuns(small.subsets, small.seeds, small.parts, TARGETS, small.scores)
    asked = list(small.subsets[1:4])
    assert of_runs(small).expect(asked).mean == pytest.approx(of_runs(same).expect(asked).mean)
