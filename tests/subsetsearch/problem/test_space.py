from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsetsearch.errors import SelectionError
from subsetsearch.problem.space import SearchSpace
from subsetsearch.sampler.subset_matrix import SubsetMatrix
from subsetsearch.subset import Subset

KEYS = tuple(f"aa{c}_Latn" for c in "abcdefgh")


def cost(subset: Subset) -> float:
    return float(sum(10 + KEYS.index(key) for key in subset.languages))


SUBSETS = st.builds(Subset, st.frozensets(st.sampled_from(KEYS)))


@given(SUBSETS)
def test_parameters_carry_the_set(subset: Subset) -> None:
    space = SearchSpace(KEYS, cost)
    assert space.subset(space.params(subset)) == subset
    assert set(space.params(subset)) == set(space.distributions())


def test_violations_measure_each_constraint() -> None:
    space = SearchSpace(KEYS, cost, min_size=2, max_size=3, must_include=frozenset({KEYS[0]}), budget=40)
    assert space.allows(Subset(frozenset(KEYS[:3])))
    five = Subset(frozenset(KEYS[1:6]))
    broken = space.violations(five)
    assert broken["max_size"] == 2
    assert broken["must_include"] == 1
    assert broken["budget"] == pytest.approx(cost(five) - 40)


def test_a_budget_below_the_cheapest_set_is_refused() -> None:
    with pytest.raises(SelectionError, match=r"costs 21, more than the budget 20"):
        SearchSpace(KEYS, cost, min_size=2, budget=20)
    with pytest.raises(SelectionError, match="min_size is 9"):
        SearchSpace(KEYS, cost, min_size=9)


FAMILIES = dict(zip(KEYS, "AAABBBCC", strict=True))


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"min_size": 4, "max_per_family": 1}, r"no set under max_per_family has more than 3 languages"),
        ({"must_include": frozenset(KEYS[:2]), "max_per_family": 1}, r"are all A, but max_per_family is 1"),
        ({"must_include": frozenset(KEYS[:1]), "exclude": frozenset(KEYS[:2])}, "both required and excluded"),
        ({"exclude": frozenset(KEYS)}, "every language of the pool is excluded"),
        ({"exclude": frozenset(KEYS[:5]), "min_size": 4}, "no set after exclude has more than 3 languages"),
        ({"must_include": frozenset(KEYS[:3]), "max_size": 2}, "it names 3 languages, but max_size is 2"),
        ({"budget": 9.0}, "the cheapest allowed subset costs 10, more than the budget 9"),
        (
            {"budget": 30.0, "exclude": frozenset(KEYS[:2]), "min_size": 3},
            "the cheapest allowed subset costs 39",
        ),
        ({"budget": 35.0, "min_size": 3, "max_per_family": 1}, "the cheapest allowed subset costs 39"),
    ],
)
def test_what_no_set_can_keep_is_refused(limits: dict[str, object], message: str) -> None:
    with pytest.raises(SelectionError, match=message):
        SearchSpace(KEYS, cost, families=FAMILIES, **limits)  # type: ignore[arg-type]


LIMITS = st.fixed_dictionaries(
    {
        "min_size": st.integers(1, 5),
        "max_size": st.integers(1, 8),
        "must_include": st.frozensets(st.sampled_from(KEYS), max_size=2),
        "exclude": st.frozensets(st.sampled_from(KEYS), max_size=3),
        "max_per_family": st.none() | st.integers(1, 3),
        "budget": st.none() | st.floats(10, 120),
    }
)


@settings(max_examples=60, deadline=None)
@given(LIMITS)
def test_a_space_is_refused_exactly_if_no_subset_is_allowed(limits: dict[str, Any]) -> None:
    everything = [Subset(frozenset(c)) for n in range(1, 9) for c in itertools.combinations(KEYS, n)]
    try:
        space = SearchSpace(KEYS, cost, families=FAMILIES, **limits)
    except SelectionError:
        assert not any(allowed(subset, limits) for subset in everything)
        return
    kept = [subset for subset in everything if allowed(subset, limits)]
    assert kept
    assert [subset for subset in everything if space.allows(subset)] == kept
    assert space.cost(space.cheapest()) == min(map(cost, kept))
    assert space.largest_cost() >= max(map(cost, kept)) - 1e-9
    matrix = SubsetMatrix(space)
    listed = matrix.every()
    assert listed is not None
    assert {matrix.subset(row) for row in listed} == set(kept)


def allowed(subset: Subset, limits: dict[str, Any]) -> bool:
    """The constraints, one by one."""
    most, languages = limits["max_per_family"], subset.languages
    return (
        limits["min_size"] <= len(languages) <= limits["max_size"]
        and limits["must_include"] <= languages
        and not limits["exclude"] & languages
        and (limits["budget"] is None or cost(subset) <= limits["budget"])
        and (most is None or all(sum(FAMILIES[k] == f for k in languages) <= most for f in "ABC"))
    )


@settings(max_examples=60, deadline=None)
@given(LIMITS, st.integers(0, 2**16))
def test_random_sets_and_neighbours_know_their_limits(limits: dict[str, Any], seed: int) -> None:
    try:
        space = SearchSpace(KEYS, cost, families=FAMILIES, **limits)
    except SelectionError:
        return
    matrix, rng = SubsetMatrix(space), np.random.default_rng(seed)
    rows = np.concatenate([matrix.random(20, rng), matrix.neighbours(matrix.random(3, rng), 20, rng)])
    for row, kept in zip(rows, matrix.allowed(rows), strict=True):
        subset = matrix.subset(row)
        assert space.must_include <= subset.languages
        assert not space.exclude & subset.languages
        assert kept == space.allows(subset)
