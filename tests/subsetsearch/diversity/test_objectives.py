from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsetsearch.diversity.objectives import (
    FacilityLocation,
    FeatureEntropy,
    GroupBalance,
    LogDeterminant,
    MinDispersion,
    Objective,
    PhylogeneticDiversity,
    SumDispersion,
    ValueInclusion,
    facility_location,
    feature_entropy,
    group_entropy,
    log_determinant,
    mean_pairwise,
    pairwise_sum,
    positive_kernel,
    smallest_distance,
    value_inclusion,
)
from subsetsearch.languages import resolve_all

LANGUAGES = resolve_all(["deu", "nld", "fra", "swh", "zul", "tur", "kaz", "eus", "jpn"])
N = len(LANGUAGES)


def distances(seed: int) -> np.ndarray:
    upper = np.triu(np.random.default_rng(seed).random((N, N)), 1)
    return upper + upper.T


def features(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.where(rng.random((N, 15)) < 0.25, np.nan, rng.integers(0, 2, (N, 15)).astype(float))


def every_objective(seed: int) -> list[Objective]:
    d, x = distances(seed), features(seed)
    return [
        SumDispersion(d),
        SumDispersion(d, d[0]),
        SumDispersion(d, least=True),
        MinDispersion(d),
        FacilityLocation(1 - d),
        FeatureEntropy(x),
        ValueInclusion(x),
        PhylogeneticDiversity(LANGUAGES),
        GroupBalance([language.family for language in LANGUAGES], "families"),
        LogDeterminant(positive_kernel(d)),
    ]


seeds = st.integers(0, 10_000)
subsets = st.lists(st.integers(0, N - 1), min_size=1, max_size=N, unique=True)


@given(seed=seeds, chosen=subsets)
@settings(max_examples=30)
def test_value_does_not_depend_on_the_order(seed: int, chosen: list[int]) -> None:
    for objective in every_objective(seed):
        assert objective.value(chosen) == pytest.approx(objective.value(sorted(chosen)))


@given(seed=seeds, chosen=subsets)
@settings(max_examples=30)
def test_gains_are_differences_of_values(seed: int, chosen: list[int]) -> None:
    for objective in every_objective(seed):
        gains = objective.gains(chosen)
        assert all(gains[index] == -np.inf for index in chosen)
        if isinstance(objective, MinDispersion):
            continue
        for index in set(range(N)) - set(chosen):
            difference = objective.value([*chosen, index]) - objective.value(chosen)
            assert gains[index] == pytest.approx(difference, abs=1e-9)


@given(seed=seeds, small=subsets, more=subsets)
@settings(max_examples=40)
def test_monotone_and_submodular_where_claimed(seed: int, small: list[int], more: list[int]) -> None:
    large = sorted({*small, *more})
    for objective in every_objective(seed):
        if objective.monotone:
            assert objective.value(large) >= objective.value(small) - 1e-9
        if objective.submodular:
            outside = sorted(set(range(N)) - set(large))
            assert (objective.gains(large)[outside] <= objective.gains(small)[outside] + 1e-9).all()


@given(seed=seeds, chosen=st.lists(st.integers(0, N - 1), min_size=2, max_size=6, unique=True))
@settings(max_examples=30)
def test_best_swap_is_the_best_of_all_swaps_that_gain(seed: int, chosen: list[int]) -> None:
    index = np.asarray(chosen)
    allowed = np.ones((len(chosen), N), dtype=bool)
    allowed[:, index] = False
    for objective in every_objective(seed):
        gains = [
            objective.value([*chosen[:p], j, *chosen[p + 1 :]]) - objective.value(chosen)
            for p in range(len(chosen))
            for j in set(range(N)) - set(chosen)
        ]
        move = objective.best_swap(index, allowed)
        assert move is not None
        swapped = index.copy()
        swapped[move[0]] = move[1]
        gained = objective.value(swapped) - objective.value(chosen)
        assert max(gained, 0.0) == pytest.approx(max(*gains, 0.0), abs=1e-8)


def test_dispersion_by_hand() -> None:
    d = np.array([[0, 1, 4], [1, 0, 2], [4, 2, 0]], dtype=float)
    assert pairwise_sum([0, 1, 2], d) == 7
    assert mean_pairwise([0, 1, 2], d) == pytest.approx(7 / 3)
    assert smallest_distance([0, 1, 2], d) == 1
    assert mean_pairwise([0], d) == 0
    assert smallest_distance([0], d) == math.inf
    assert SumDispersion(d, np.array([1.0, 1, 1])).value([0, 2]) == 6
    assert MinDispersion(d, np.array([0.5, 9, 9])).value([0, 2]) == 0.5


def test_entropy_by_hand() -> None:
    x = np.array([[1, 1, np.nan], [0, 1, 1], [1, 1, np.nan], [0, 1, np.nan]])
    assert feature_entropy([0, 1, 2, 3], x) == pytest.approx(1 / 3)
    assert feature_entropy([], x) == 0
    assert value_inclusion([0], x) == pytest.approx(2 / 4)  # attested: 1/0 of the first, 1 of the others
    assert value_inclusion([0, 1], x) == 1


def test_missing_values_do_not_raise_the_entropy() -> None:
    x = np.array([[1.0, 0.0], [1.0, 0.0], [np.nan, np.nan]])
    assert feature_entropy([0, 2], x) == 0


def test_group_entropy_by_hand() -> None:
    assert group_entropy([0, 1, 2, 3], "aabb") == pytest.approx(1)
    assert group_entropy([0, 1], "aabb") == 0
    assert group_entropy([], "aabb") == 0
    balance = GroupBalance(list("aaab"), "families")
    assert balance.value([0, 3]) == 2
    assert balance.value([0, 1]) == pytest.approx(math.sqrt(2))


def test_facility_location_by_hand() -> None:
    s = np.array([[1.0, 0.2], [0.1, 0.9]])
    assert facility_location([0], s) == pytest.approx(0.6)
    assert facility_location([0, 1], s) == pytest.approx(0.95)
    assert facility_location([], s) == 0
    assert facility_location([0], s, np.array([3.0, 1.0])) == pytest.approx(0.8)


def test_phylogenetic_diversity_is_the_length_of_the_branches_that_a_set_spans() -> None:
    objective = PhylogeneticDiversity(LANGUAGES)
    paths = [(*(language.lineage_codes or (language.iso639_3,)), language.key) for language in LANGUAGES]
    for chosen in itertools.combinations(range(N), 3):
        branches = {paths[i][:depth] for i in chosen for depth in range(1, len(paths[i]) + 1)}
        assert objective.value(chosen) == pytest.approx(sum(1 / len(branch) for branch in branches))
    keys = [language.key for language in LANGUAGES]
    german, dutch, turkish = (keys.index(key) for key in ("deu_Latn", "nld_Latn", "tur_Latn"))
    assert objective.value([german, dutch]) < objective.value([german, turkish])


def test_log_determinant_by_hand() -> None:
    kernel = np.array([[1.0, 0.5], [0.5, 1.0]])
    assert log_determinant([0], kernel) == pytest.approx(math.log(2))
    assert log_determinant([0, 1], kernel) == pytest.approx(math.log(4 - 0.25))
    assert log_determinant([], kernel) == 0
    assert np.linalg.eigvalsh(positive_kernel(distances(3)))[0] > -1e-9
