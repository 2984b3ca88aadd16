"""Tables of traits: shapes, joins, and what standardising does with what is unknown."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays

from subsetsearch.traits import TraitTable


@given(arrays(np.float64, (6, 3), elements=st.floats(-1e3, 1e3) | st.just(np.nan)))
def test_standardised_traits_have_mean_0_and_sd_1_where_known(values: np.ndarray) -> None:
    table = TraitTable(tuple("abcdef"), ("x", "y", "z"), values)
    done = table.standardised()
    assert np.isfinite(done.values).all()
    for name in done.names:
        known = np.isfinite(table[name])
        assert done[name][known].mean() == pytest.approx(0.0, abs=1e-6)
        assert done[name][known].std() == pytest.approx(1.0, rel=1e-6)
        np.testing.assert_array_equal(done[name][~known], 0.0)


def test_a_trait_that_is_the_same_for_all_is_left_out() -> None:
    table = TraitTable.of(("a", "b"), {"same": [3.0, 3.0], "other": [1.0, 2.0]})
    assert table.standardised().names == ("other",)


def test_joined_languages_are_matched_by_key() -> None:
    left = TraitTable.of(("a", "b", "c"), {"x": [1.0, 2.0, 3.0]})
    joined = left.join(TraitTable.of(("c", "a"), {"y": [30.0, 10.0]}))
    np.testing.assert_array_equal(joined["y"], [10.0, np.nan, 30.0])
    np.testing.assert_array_equal(joined["x"], left["x"])
    with pytest.raises(ValueError, match="twice"):
        left.join(left)


def test_a_shape_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        TraitTable(("a",), ("x", "y"), np.zeros((1, 1)))


def test_a_frame_has_a_row_a_language() -> None:
    frame = TraitTable.of(("a", "b"), {"x": [1.0, 2.0]}).to_frame()
    assert frame.index.tolist() == ["a", "b"]
    assert frame.loc["b", "x"] == 2.0
