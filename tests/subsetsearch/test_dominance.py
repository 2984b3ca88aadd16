from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.dominance import hypervolume, non_dominated

POINTS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=25)


def beats(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] <= b[0] and a[1] >= b[1] and a != b


@given(POINTS)
def test_flags_are_what_the_definition_says(points: list[tuple[int, int]]) -> None:
    flags = non_dominated([p[0] for p in points], [p[1] for p in points])
    assert flags == [not any(beats(q, p) for q in points) for p in points]


@given(POINTS, st.randoms())
def test_flags_do_not_depend_on_the_order(points: list[tuple[int, int]], rng: object) -> None:
    shuffled = list(points)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    kept = {p for p, k in zip(points, non_dominated(*_columns(points)), strict=True) if k}
    assert kept == {p for p, k in zip(shuffled, non_dominated(*_columns(shuffled)), strict=True) if k}


@given(POINTS)
def test_hypervolume_counts_the_dominated_cells(points: list[tuple[int, int]]) -> None:
    costs, values = _columns(points)
    cells = sum(any(c <= x and v >= y + 1 for c, v in points) for x in range(7) for y in range(7))
    assert hypervolume(costs, values, worst_cost=7, worst_value=0) == cells


@given(POINTS, st.tuples(st.integers(0, 6), st.integers(0, 6)))
def test_another_point_never_shrinks_the_hypervolume(
    points: list[tuple[int, int]], extra: tuple[int, int]
) -> None:
    before = hypervolume(*_columns(points), worst_cost=7, worst_value=-1)
    assert hypervolume(*_columns([*points, extra]), worst_cost=7, worst_value=-1) >= before


def test_hypervolume_agrees_with_optunas() -> None:
    from optuna._hypervolume import compute_hypervolume

    rng = np.random.default_rng(0)
    points = rng.random((40, 2))
    theirs = compute_hypervolume(np.stack([points[:, 0], -points[:, 1]], axis=1), np.array([1.0, 0.0]))
    ours = hypervolume(points[:, 0].tolist(), points[:, 1].tolist(), worst_cost=1.0, worst_value=0.0)
    assert ours == pytest.approx(theirs)


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="2 costs for 1 values"):
        non_dominated([1.0, 2.0], [1.0])


def _columns(points: list[tuple[int, int]]) -> tuple[list[float], list[float]]:
    return [float(p[0]) for p in points], [float(p[1]) for p in points]
