from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.rungs.linear.gram import (
    GramStatistics,
    PoolStatistics,
    folded_square,
    mapped_probe,
    moments,
    stacked_moments,
    subset_map,
)

D, K = 6, 3


@pytest.fixture
def statistics() -> GramStatistics:
    rng = np.random.default_rng(0)
    pairs = [moments(rng.normal(size=(n, D)), rng.normal(size=(n, D))) for n in (9, 30, 14)]
    source = rng.normal(size=(40, D))
    return GramStatistics(
        ("a", "b", "c"),
        np.stack([g for g, _ in pairs]),
        np.stack([c for _, c in pairs]),
        source.T @ source / 40,
    )


PROBE = np.random.default_rng(1).normal(size=(D, K))


@pytest.mark.parametrize("subset", [[0], [1, 2], [0, 1, 2]])
def test_agrees_with_the_map_written_out(statistics: GramStatistics, subset: list[int]) -> None:
    lam = 3.0 * np.trace(statistics.source) / D
    weight = 1 / len(subset)
    left = sum(weight * statistics.grams[i] for i in subset) + statistics.source + lam * np.eye(D)
    right = sum(weight * statistics.crosses[i] for i in subset) + statistics.source + lam * np.eye(D)
    expected = np.linalg.inv(left) @ right @ PROBE
    np.testing.assert_allclose(mapped_probe(statistics, subset, PROBE, 3.0), expected, rtol=1e-9)


def test_it_is_the_ridge_regression_of_its_description() -> None:
    rng = np.random.default_rng(2)
    x, e, s = rng.normal(size=(12, D)), rng.normal(size=(12, D)), rng.normal(size=(20, D))
    gram, cross = moments(x, e)
    statistics = GramStatistics(("a",), gram[None], cross[None], s.T @ s / 20)
    lam = 2.0 * statistics.scale
    # Stack translations -> source, source -> source, and the pull of W to the identity.
    rows = np.vstack([x / np.sqrt(12), s / np.sqrt(20), np.sqrt(lam) * np.eye(D)])
    goal = np.vstack([e / np.sqrt(12), s / np.sqrt(20), np.sqrt(lam) * np.eye(D)])
    w = np.linalg.lstsq(rows, goal, rcond=None)[0]
    np.testing.assert_allclose(mapped_probe(statistics, [0], PROBE, 2.0), w @ PROBE, rtol=1e-8)


@pytest.mark.parametrize("subset", [[], [1], [0, 2]])
def test_the_map_itself_maps_a_probe_likewise(statistics: GramStatistics, subset: list[int]) -> None:
    w = subset_map(statistics, subset, 3.0)
    np.testing.assert_allclose(w @ PROBE, mapped_probe(statistics, subset, PROBE, 3.0), rtol=1e-9)


def test_no_language_leaves_the_probe_as_it_is(statistics: GramStatistics) -> None:
    assert mapped_probe(statistics, [], PROBE, 1.0) is PROBE


def test_a_strong_ridge_pulls_to_the_identity(statistics: GramStatistics) -> None:
    np.testing.assert_allclose(mapped_probe(statistics, [0, 1], PROBE, 1e9), PROBE, rtol=1e-6)


@given(st.permutations([0, 1, 2]))
def test_the_order_of_languages_does_not_matter(order: list[int]) -> None:
    rng = np.random.default_rng(3)
    grams = np.stack([np.eye(D) * (i + 1) for i in range(3)])
    statistics = GramStatistics(("a", "b", "c"), grams, rng.normal(size=(3, D, D)), np.eye(D))
    np.testing.assert_allclose(
        mapped_probe(statistics, order, PROBE, 1.0),
        mapped_probe(statistics, [0, 1, 2], PROBE, 1.0),
        rtol=1e-9,
    )


def test_moments_need_matching_rows() -> None:
    with pytest.raises(ValueError, match="n > 0 rows"):
        moments(np.ones((2, 3)), np.ones((3, 3)))


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 99))
def test_statistics_of_a_prefix_are_those_of_the_cut_text(length: int, most: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(80, D)).astype(np.float32)
    rows = [(rng.integers(80, size=n).tolist(), rng.integers(80, size=n).tolist()) for n in (length, 12)]
    grams, crosses = stacked_moments(vectors, rows, most)
    for gram, cross, (left, right) in zip(grams, crosses, rows, strict=True):
        cut = moments(vectors[left][:most], vectors[right][:most])
        np.testing.assert_allclose((gram, cross), cut, rtol=1e-12)


def test_nothing_that_is_shared_is_overwritten(statistics: GramStatistics) -> None:
    kept = [a.copy() for a in (statistics.grams, statistics.crosses, statistics.source, PROBE)]
    first = subset_map(statistics, [0, 2], 3.0), mapped_probe(statistics, [0, 2], PROBE, 3.0)
    again = subset_map(statistics, [0, 2], 3.0), mapped_probe(statistics, [0, 2], PROBE, 3.0)
    for before, after in zip(
        kept, (statistics.grams, statistics.crosses, statistics.source, PROBE), strict=True
    ):
        np.testing.assert_array_equal(before, after)
    for before, after in zip(first, again, strict=True):
        np.testing.assert_array_equal(before, after)


@given(st.integers(1, 9), st.integers(0, 99))
def test_a_folded_square_gives_the_trace_of_a_symmetric_form(d: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    m, x = rng.normal(size=(d, d)), rng.normal(size=(2 * d, d))
    gram = x.T @ x
    assert np.vdot(gram, folded_square(m)) == pytest.approx(np.trace(m.T @ gram @ m))
    assert np.vdot(gram, folded_square(np.eye(d))) == pytest.approx(np.trace(gram))


def test_moments_of_a_number_of_pairs_are_asked_for_by_it(statistics: GramStatistics) -> None:
    pool = PoolStatistics(statistics, np.zeros(D), {5: statistics})
    assert pool.at(None) is pool.at(5) is statistics
    with pytest.raises(KeyError, match="7"):
        pool.at(7)
