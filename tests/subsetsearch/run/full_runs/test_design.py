from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsetsearch.errors import SelectionError
from subsetsearch.problem.space import SearchSpace
from subsetsearch.run.full_runs.design import design
from subsetsearch.subset import Subset

KEYS = tuple(f"l{i:02d}" for i in range(30))


def price(subset: Subset) -> float:
    return float(sum(int(key[1:]) + 1 for key in subset.languages))


def space(**options: object) -> SearchSpace:
    return SearchSpace(KEYS, price, **options)  # type: ignore[arg-type]


def test_sizes_are_spread_and_each_has_low_high_and_random() -> None:
    found = design(space(max_size=20), price, 12)
    sizes = Counter(len(drawn.languages) for drawn in found)
    assert sizes == {1: 3, 3: 3, 7: 3, 20: 3}
    for size in sizes:
        by_origin = {origin: c for c, origin in found.items() if len(c.languages) == size}
        assert set(by_origin) == {"low", "random", "high"}
        assert price(by_origin["low"]) < price(by_origin["random"]) < price(by_origin["high"])


def test_it_is_the_same_every_time_and_another_with_another_seed() -> None:
    first = design(space(), price, 12)
    assert design(space(), price, 12) == first
    assert design(space(), price, 12, seed=1) != first


@settings(max_examples=25)
@given(
    st.integers(3, 20), st.integers(1, 4), st.integers(4, 30), st.sets(st.sampled_from(KEYS), max_size=4),
    st.none() | st.floats(250, 465),
)  # fmt: skip
def test_only_feasible_subsets_and_no_more_than_asked_for(
    subsets: int, low: int, high: int, required: set[str], budget: float | None
) -> None:
    limited = space(min_size=low, max_size=high, must_include=frozenset(required), budget=budget)
    found = design(limited, price, subsets)
    assert len(found) <= subsets
    assert all(limited.allows(drawn) for drawn in found)


def test_small_spaces_give_what_they_have() -> None:
    tiny = SearchSpace(("a0", "a1", "a2"), lambda subset: float(len(subset.languages)), max_size=3)
    found = design(tiny, lambda found: len(found.languages), 12)
    assert len(found) == 3 + 3 + 1


def test_excluded_languages_stay_out() -> None:
    limited = space(exclude=frozenset(KEYS[:20]), max_size=8)
    assert all(not drawn.languages & frozenset(KEYS[:20]) for drawn in design(limited, price, 12))


def test_too_few() -> None:
    with pytest.raises(SelectionError, match="ask for 3 or more"):
        design(space(), price, 2)
