from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, spearmanr

from subsetsearch.analysis.trust import FEWEST, Interval, ranking

VALUES = st.lists(st.integers(0, 6), min_size=FEWEST, max_size=9)


def brute_kendall(x: list[float], y: list[float], groups: list[int]) -> float | None:
    """Tau-b over the pairs of each group, counted one by one."""
    concordant = discordant = only_x = only_y = 0
    for i, j in itertools.combinations(range(len(x)), 2):
        if groups[i] != groups[j]:
            continue
        dx, dy = x[i] - x[j], y[i] - y[j]
        concordant += dx * dy > 0
        discordant += dx * dy < 0
        only_x += dx == 0 and dy != 0
        only_y += dy == 0 and dx != 0
    decided = concordant + discordant
    scale = (decided + only_x) * (decided + only_y)
    return (concordant - discordant) / math.sqrt(scale) if scale else None


def value(interval: Interval | None) -> float | None:
    return None if interval is None else interval.value


@given(st.data())
def test_kendall_within_groups_is_what_counting_gives(data: st.DataObject) -> None:
    x = data.draw(VALUES)
    y = data.draw(st.lists(st.integers(0, 6), min_size=len(x), max_size=len(x)))
    groups = data.draw(st.lists(st.integers(0, 2), min_size=len(x), max_size=len(x)))
    found = ranking(x, y, groups)
    paired = [g for g in groups if groups.count(g) > 1]
    assert (found.n, found.groups) == (len(paired), len(set(paired)))
    expected = brute_kendall(list(map(float, x)), list(map(float, y)), groups) if found.n >= FEWEST else None
    assert value(found.kendall) == (None if expected is None else pytest.approx(expected))


@given(st.data())
def test_without_groups_they_are_the_usual_coefficients(data: st.DataObject) -> None:
    x = data.draw(VALUES)
    y = data.draw(st.lists(st.integers(0, 6), min_size=len(x), max_size=len(x)))
    found = ranking(x, y)
    if len(set(x)) == 1 or len(set(y)) == 1:
        assert (found.spearman, found.kendall) == (None, None)
    else:
        assert value(found.spearman) == pytest.approx(spearmanr(x, y).statistic, abs=1e-9)
        assert value(found.kendall) == pytest.approx(kendalltau(x, y).statistic, abs=1e-9)


def test_size_alone_cannot_fake_a_ranking_within_sizes() -> None:
    sizes = [1, 1, 1, 1, 4, 4, 4, 4, 16, 16, 16, 16]
    inner = [1, 2, 3, 4]
    # Larger is better by both numbers; within a size the score has nothing to do with the truth.
    scores = [10 * s + i for s, i in zip(sizes, inner * 3, strict=True)]
    truth = [10 * s + i for s, i in zip(sizes, [2, 4, 1, 3] * 3, strict=True)]
    overall, within = ranking(scores, truth), ranking(scores, truth, sizes)
    assert value(overall.spearman) > 0.85  # type: ignore[operator]
    assert value(within.spearman) == pytest.approx(0)
    assert value(within.kendall) == pytest.approx(0)
    assert within.groups == 3


def test_a_perfect_ranking_within_sizes_may_be_reversed_over_all() -> None:
    sizes = [1, 1, 1, 2, 2, 2]
    scores, truth = [1, 2, 3, 11, 12, 13], [11, 12, 13, 1, 2, 3]
    within = ranking(scores, truth, sizes)
    assert within.spearman == Interval(pytest.approx(1), pytest.approx(1), pytest.approx(1))  # type: ignore[arg-type]
    assert value(within.kendall) == pytest.approx(1)
    assert value(ranking(scores, truth).kendall) < 0  # type: ignore[operator]


@given(st.lists(st.floats(-1e3, 1e3), min_size=6, max_size=10, unique=True), st.randoms())
def test_only_order_counts_and_intervals_hold_ends(x: list[float], random: object) -> None:
    y = sorted(x)
    found, squashed = ranking(x, y), ranking([math.atan(v) for v in x], y)
    if len({math.atan(v) for v in x}) == len(x):
        assert found == squashed
    for interval in (found.spearman, found.kendall):
        assert interval is not None
        assert -1 - 1e-9 <= interval.low <= interval.high <= 1 + 1e-9
    reverse = ranking([-v for v in x], y)
    assert value(reverse.kendall) == pytest.approx(-found.kendall.value)  # type: ignore[union-attr]


def test_noise_has_an_interval_around_nothing() -> None:
    rng = np.random.default_rng(1)
    found = ranking(rng.random(12).tolist(), rng.random(12).tolist())
    assert found.spearman is not None
    assert found.spearman.low < 0 < found.spearman.high
    assert str(Interval(0.451, 0.1, 0.714)) == "0.45 (0.10 to 0.71)"


def test_too_few_constant_and_unequal_numbers() -> None:
    assert ranking([1, 2], [1, 2]).spearman is None
    assert ranking([], []).n == 0
    assert ranking([1] * 6, list(range(6))).kendall is None
    assert ranking([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]).n == 0
    with pytest.raises(ValueError, match="5 scores for 4 subsets"):
        ranking([1] * 5, [1] * 4)
