"""Paired differences against scipy's paired test."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from subsetsearch.analysis.paired import paired_difference

SCORES = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=3, max_size=8)


@given(SCORES)
def test_interval_is_that_of_the_paired_t_test(pairs: list[tuple[float, float]]) -> None:
    first, second = zip(*pairs, strict=True)
    found = paired_difference(dict(enumerate(first)), dict(enumerate(second)))
    assert found is not None
    if len({round(a - b, 9) for a, b in pairs}) < 2:
        return  # scipy has no interval for a constant difference
    expected = stats.ttest_rel(first, second).confidence_interval(0.95)
    assert found.low == pytest.approx(expected.low, abs=1e-6)
    assert found.high == pytest.approx(expected.high, abs=1e-6)


def test_only_common_seeds_count() -> None:
    found = paired_difference({1: 0.5, 2: 0.6, 9: 0.0}, {1: 0.4, 2: 0.4, 7: 1.0})
    assert found is not None
    assert found.mean == pytest.approx(0.15)
    assert (found.low, found.high, found.seeds) == (None, None, (1, 2))
    assert found.verdict == "2 common seeds: a hint only"
    assert paired_difference({1: 0.5}, {2: 0.5}) is None


@pytest.mark.parametrize(
    ("shift", "verdict"), [(0.2, "better"), (-0.2, "worse"), (0.0, "no difference shown")]
)
def test_verdict(shift: float, verdict: str) -> None:
    found = paired_difference({1: 0.5 + shift, 2: 0.61 + shift, 3: 0.7 + shift}, {1: 0.5, 2: 0.6, 3: 0.71})
    assert found is not None
    assert found.verdict == verdict
