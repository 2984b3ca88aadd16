from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from subsetsearch.typology import great_circle, masked_distances
from subsetsearch.typology._masked import VectorMetric

METRICS: tuple[VectorMetric, ...] = ("cosine", "angular", "hamming")
tables = arrays(
    np.float64,
    st.tuples(st.integers(1, 7), st.integers(1, 9)),
    elements=st.sampled_from([0.0, 1.0, 0.5, float("nan")]),
)


def by_hand(x: np.ndarray, y: np.ndarray, metric: str) -> float:
    both = [(a, b) for a, b in zip(x, y, strict=True) if not np.isnan(a) and not np.isnan(b)]
    if not both:
        return float("nan")
    if metric == "hamming":
        return sum((a - b) ** 2 for a, b in both) / len(both)
    xx, yy = sum(a * a for a, _ in both), sum(b * b for _, b in both)
    if xx == 0 and yy == 0:
        cosine = 1.0
    elif xx == 0 or yy == 0:
        cosine = 0.0
    else:
        cosine = min(1.0, sum(a * b for a, b in both) / (xx * yy) ** 0.5)
    return 1 - cosine if metric == "cosine" else float(np.arccos(cosine) * 2 / np.pi)


@pytest.mark.parametrize("metric", METRICS)
@given(values=tables)
@settings(max_examples=60, deadline=None)
def test_distances_agree_with_a_loop_over_pairs(metric: VectorMetric, values: np.ndarray) -> None:
    found = masked_distances(values, metric)
    for i in range(len(values)):
        for j in range(len(values)):
            known = int((np.isfinite(values[i]) & np.isfinite(values[j])).sum())
            assert found.shared[i, j] == known
            expected = 0.0 if i == j else by_hand(values[i], values[j], metric)
            assert found.values[i, j] == pytest.approx(expected, abs=2e-3, nan_ok=True)


@pytest.mark.parametrize("metric", METRICS)
def test_blocks_do_not_change_the_result(metric: VectorMetric) -> None:
    rng = np.random.default_rng(0)
    values = np.where(rng.random((1100, 12)) < 0.3, np.nan, rng.integers(0, 2, (1100, 12)).astype(float))
    whole = masked_distances(values, metric)
    part = masked_distances(values[500:530], metric)
    np.testing.assert_allclose(whole.values[500:530, 500:530], part.values, atol=1e-6)
    np.testing.assert_array_equal(whole.values, whole.values.T)


def test_a_row_without_any_value_is_far_from_nothing_and_near_to_nothing() -> None:
    values = np.array([[1.0, 0.0, 1.0], [np.nan] * 3, [1.0, 0.0, 1.0]])
    found = masked_distances(values, "cosine")
    assert np.isnan(found.values[0, 1])
    assert found.values[0, 2] == 0.0
    assert found.values[1, 1] == 0.0
    assert found.shared[1].tolist() == [0, 0, 0]


def test_great_circle_of_known_places() -> None:
    places = np.array(
        [[0.0, 0.0], [0.0, 180.0], [90.0, 0.0], [52.52, 13.405], [48.857, 2.352], [np.nan, 0.0]]
    )
    arcs = great_circle(places)
    assert arcs[0, 1] == pytest.approx(1.0)
    assert arcs[0, 2] == pytest.approx(0.5)
    assert arcs[3, 4] * np.pi * 6371 == pytest.approx(878, abs=3)  # Berlin - Paris in km
    assert np.isnan(arcs[0, 5])
