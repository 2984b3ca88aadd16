from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from subsetsearch.diversity import Constraints, Solution, solve
from subsetsearch.diversity.objectives import (
    FacilityLocation,
    FeatureEntropy,
    GroupBalance,
    MinDispersion,
    Objective,
    PhylogeneticDiversity,
    SumDispersion,
)
from subsetsearch.diversity.solvers import concave_shift, set_at_least
from subsetsearch.errors import ConfigError, SelectionError
from subsetsearch.languages import resolve_all
from subsetsearch.strategies import pool_languages

SMALL = 8


def symmetric(seed: int, n: int = SMALL, *, ties: bool = False) -> np.ndarray:
    rng = np.random.default_rng(seed)
    upper = np.triu(rng.integers(0, 4, (n, n)) / 3.0 if ties else rng.random((n, n)), 1)
    return upper + upper.T


def objectives(seed: int) -> list[Objective]:
    d, tied = symmetric(seed), symmetric(seed, ties=True)
    anchor = symmetric(seed + 1)[0]
    languages = pool_languages("paper65")[seed % 40 : seed % 40 + SMALL]
    rng = np.random.default_rng(seed)
    return [
        SumDispersion(d),
        SumDispersion(tied),
        SumDispersion(d, anchor),
        SumDispersion(d, least=True),
        SumDispersion(tied, anchor, least=True),
        MinDispersion(d),
        MinDispersion(tied),
        MinDispersion(d, anchor + 0.2),
        FacilityLocation(1 - d),
        PhylogeneticDiversity(languages),
        GroupBalance([language.family for language in languages], "families"),
        FeatureEntropy(rng.integers(0, 2, (SMALL, 12)).astype(float)),
    ]


def brute_force(objective: Objective, constraints: Constraints) -> float:
    best = -np.inf
    for size in range(constraints.k_min, constraints.k_max + 1):
        for chosen in itertools.combinations(range(objective.n), size):
            if constraints.holds(chosen):
                best = max(best, objective.value(chosen))
    return best


def check(objective: Objective, constraints: Constraints) -> None:
    truth = brute_force(objective, constraints)
    assume(np.isfinite(truth))
    exact = solve(objective, constraints, solver="exact", time_limit=20)
    assert constraints.holds(exact.chosen)
    assert exact.value == pytest.approx(objective.value(exact.chosen), abs=1e-9)
    assert exact.optimal, objective.name
    assert exact.gap == 0
    assert exact.value == pytest.approx(truth, abs=1e-6), objective.name
    try:
        local = solve(objective, constraints, solver="local")
        greedy = solve(objective, constraints, solver="greedy")
    except SelectionError:
        return
    assert constraints.holds(local.chosen)
    assert constraints.holds(greedy.chosen)
    assert exact.value >= local.value - 1e-9 >= greedy.value - 2e-9
    for solution in (local, greedy):
        if solution.bound is not None:
            assert solution.bound >= truth - 1e-9


@given(seed=st.integers(0, 10_000), k=st.integers(1, 5))
@settings(max_examples=6)
def test_exact_agrees_with_looking_at_all_sets(seed: int, k: int) -> None:
    for objective in objectives(seed):
        check(objective, Constraints(k, k))


@given(seed=st.integers(0, 10_000), data=st.data())
@settings(max_examples=6)
def test_constraints_hold_for_every_solver(seed: int, data: st.DataObject) -> None:
    low = data.draw(st.integers(1, 4))
    high = data.draw(st.integers(low, 5))
    include = data.draw(st.frozensets(st.integers(0, SMALL - 1), max_size=min(2, low)))
    exclude = data.draw(st.frozensets(st.integers(0, SMALL - 1), max_size=2)) - include
    rng = np.random.default_rng(seed)
    costs = rng.integers(1, 10, SMALL).astype(float)
    costs[int(rng.integers(0, SMALL))] = np.inf
    assume(np.isfinite(costs[sorted(include)]).all())
    usable = sorted(costs[[i for i in range(SMALL) if i not in exclude and i not in include]])
    cheapest = costs[sorted(include)].sum() + sum(usable[: low - len(include)])
    assume(np.isfinite(cheapest))
    budget = float(cheapest + data.draw(st.integers(0, 12)))
    constraints = Constraints(low, high, include, exclude, costs, budget)
    for objective in objectives(seed):
        check(objective, constraints)


@given(seed=st.integers(0, 1000))
@settings(max_examples=4)
def test_solutions_do_not_depend_on_the_order_of_the_languages(seed: int) -> None:
    d = symmetric(seed, 14)
    order = np.random.default_rng(seed).permutation(14)
    for make in (SumDispersion, MinDispersion):
        one = solve(make(d), Constraints(5, 5), solver="exact")
        two = solve(make(d[np.ix_(order, order)]), Constraints(5, 5), solver="exact")
        assert one.value == pytest.approx(two.value, abs=1e-9)


def test_greedy_and_local_beat_random_sets() -> None:
    d = symmetric(0, 60)
    rng = np.random.default_rng(0)
    for objective in (SumDispersion(d), MinDispersion(d), FacilityLocation(1 - d)):
        greedy = solve(objective, Constraints(8, 8), solver="greedy").value
        local = solve(objective, Constraints(8, 8), solver="local").value
        random = [objective.value(rng.choice(60, 8, replace=False)) for _ in range(50)]
        assert local >= greedy >= float(np.mean(random))


@pytest.mark.parametrize("seed", range(5))
def test_the_shift_makes_the_relaxation_concave(seed: int) -> None:
    d = symmetric(seed, 25)
    shift = concave_shift(d)
    projector = np.eye(25) - 1 / 25
    assert np.linalg.eigvalsh(projector @ (d - np.diag(shift)) @ projector)[-1] < 1e-6


def test_exact_cosine_distances_need_no_shift() -> None:
    vectors = np.random.default_rng(0).random((30, 50))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert concave_shift(1 - vectors @ vectors.T).max() < 1e-6


def test_the_bound_holds_when_time_runs_out() -> None:
    d = symmetric(5, 60)
    rushed = solve(SumDispersion(d), Constraints(12, 12), solver="exact", time_limit=0.0)
    assert rushed.gap is not None
    assert rushed.bound is not None
    patient = solve(SumDispersion(d), Constraints(12, 12), solver="exact", time_limit=1.0)
    assert patient.bound is not None
    assert rushed.bound >= patient.value - 1e-9
    assert rushed.gap >= 0


def test_sum_is_the_closed_form_for_unit_vectors() -> None:
    vectors = np.random.default_rng(1).random((40, 20))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    solution = solve(SumDispersion(1 - vectors @ vectors.T), Constraints(6, 6), solver="exact")
    total = vectors[list(solution.chosen)].sum(axis=0)
    assert solution.optimal
    assert solution.value == pytest.approx(6**2 / 2 - total @ total / 2)


def test_cliques_in_threshold_graphs() -> None:
    d = symmetric(3, 12)
    best = max(
        min(d[i, j] for i, j in itertools.combinations(chosen, 2))
        for chosen in itertools.combinations(range(12), 4)
    )
    found, _ = set_at_least(d, best, 4)
    assert found is not None
    assert min(d[i, j] for i, j in itertools.combinations(found, 2)) == pytest.approx(best)
    assert set_at_least(d, best + 1e-6, 4)[0] is None


@pytest.mark.parametrize(
    ("constraints", "match"),
    [
        (Constraints(9, 9), "k is 9, but only 4 languages can be chosen"),
        (Constraints(3, 2), "a size from 3 to 2 is empty"),
        (Constraints(2, 2, frozenset({0}), frozenset({0})), "both included and excluded: deu_Latn"),
        (Constraints(1, 1, frozenset({0, 1})), "k is 1, but include names 2 languages"),
        (
            Constraints(2, 2, frozenset({1}), costs=np.array([1, np.inf, 1, 1])),
            "must be included, but cannot be chosen; without a price: fra_Latn",
        ),
        (
            Constraints(1, 1, frozenset({0}), costs=np.array([9.0, 1, 1, 1]), budget=5),
            "must be included, but cannot be chosen; cost more than there is: deu_Latn",
        ),
        (
            Constraints(3, 3, exclude=frozenset({3}), costs=np.array([np.inf, 9, 1, 1]), budget=5),
            "only 1 language can be chosen; without a price: deu_Latn; cost more than there is: fra_Latn; "
            "excluded: zul_Latn",
        ),
        (
            Constraints(3, 3, costs=np.array([2.0, 2, 2, 2]), budget=5),
            "k is 3 and costs 6 or more, but the budget",
        ),
    ],
)
def test_contradictions_name_the_languages(constraints: Constraints, match: str) -> None:
    names = [language.key for language in resolve_all(["deu", "fra", "swh", "zul"])]
    with pytest.raises(SelectionError, match=match):
        solve(SumDispersion(symmetric(0, 4)), constraints, names=names)


def test_an_unknown_solver_is_an_error() -> None:
    with pytest.raises(ConfigError, match="unknown solver 'magic'"):
        solve(SumDispersion(symmetric(0, 4)), Constraints(2, 2), solver="magic")  # type: ignore[arg-type]


def test_gap_of_solutions() -> None:
    assert Solution((0,), 4.0, "x", "exact", bound=5.0).gap == pytest.approx(0.25)
    assert Solution((0,), 4.0, "x", "exact", optimal=True, bound=4.0).gap == 0
    assert Solution((0,), 4.0, "x", "greedy").gap is None
