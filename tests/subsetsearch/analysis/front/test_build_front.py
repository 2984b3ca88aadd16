"""Rows of a front, many at once: the same as one by one."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsetsearch.analysis.front.build_front import mean_distances
from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow, FullRuns
from subsetsearch.subset import NONE, Subset

KEYS = tuple(f"aa{c}_Latn" for c in "abcdefg")
SUBSETS = st.lists(st.frozensets(st.sampled_from([*KEYS, "zzz_Latn"])).map(Subset), max_size=12)


def table(seed: int, unknown: float) -> Any:
    rng = np.random.default_rng(seed)
    values = rng.uniform(size=(len(KEYS), len(KEYS)))
    values = (values + values.T) / 2
    values[rng.uniform(size=values.shape) < unknown] = np.nan
    values = np.where(np.isnan(values.T), np.nan, values)
    return cast("Any", SimpleNamespace(keys=KEYS, values=values))


@settings(max_examples=60, deadline=None)
@given(SUBSETS, st.integers(0, 1000), st.sampled_from([0.0, 0.3, 1.0]))
def test_mean_distances_are_those_of_pairs(subsets: list[Subset], seed: int, unknown: float) -> None:
    distances = table(seed, unknown)
    for subset, found in zip(subsets, mean_distances(distances, subsets), strict=True):
        places = [KEYS.index(key) for key in subset.languages if key in KEYS]
        pairs = [distances.values[a, b] for i, a in enumerate(places) for b in places[:i]]
        known = [pair for pair in pairs if np.isfinite(pair)]
        if known:
            assert found == pytest.approx(sum(known) / len(known), abs=1e-12)
        else:
            assert found is None


def test_a_row_that_is_marked_as_it_is_stays_itself() -> None:
    row = FrontRow(NONE, 0.0, "pairs", on_front=True)
    assert row.marked(on_front=True, tied_with=None) is row
    assert row.marked(on_front=False, tied_with=NONE) == replace(row, on_front=False, tied_with=NONE)


def test_a_short_front_keeps_the_front_named_ones_and_the_best() -> None:
    rows = [
        FrontRow(Subset(frozenset({f"l{i}"})), float(i), "pairs", full=FullRuns(1 - i / 20, None, (1,)))
        for i in range(10)
    ]
    rows[7], rows[8] = replace(rows[7], on_front=True), replace(rows[8], recommended=True)
    rows[9] = replace(rows[9], label="all")
    front = Front(tuple(rows), "many")
    assert [row.cost for row in front.short(5)] == [0, 1, 7, 8, 9]
    assert [row.cost for row in front.short(1)] == [7, 8, 9]
    assert front.short(10) == front.shown == front.rows
