from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.analysis.trust import regret


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1)), min_size=1, max_size=7), st.integers(1, 7))
def test_regret_and_chance_by_trying_everything(pairs: list[tuple[int, float]], k: int) -> None:
    scores, truth = [p for p, _ in pairs], [t for _, t in pairs]
    k = min(k, len(pairs))
    found = regret(scores, truth, k)
    draws = [max(t for t in chosen) for chosen in itertools.combinations(truth, k)]
    assert found.by_chance == pytest.approx(max(truth) - sum(draws) / len(draws), abs=1e-9)
    # The worst that a top k, ties broken in any way, can reach.
    orders = (
        sorted(order, key=lambda i: -scores[i])[:k] for order in itertools.permutations(range(len(pairs)))
    )
    worst = min(max(truth[i] for i in top) for top in orders)
    assert found.regret == pytest.approx(max(truth) - worst)


@given(st.lists(st.floats(0, 1), min_size=3, max_size=9))
def test_the_truth_has_no_regret_and_more_is_never_worse(truth: list[float]) -> None:
    assert regret(truth, truth, 1).regret == 0
    losses = [regret([-t for t in truth], truth, k) for k in range(1, len(truth) + 1)]
    assert all(
        a.regret >= b.regret and a.by_chance >= b.by_chance - 1e-12 for a, b in itertools.pairwise(losses)
    )
    assert losses[-1].regret == losses[-1].by_chance == 0


@pytest.mark.parametrize(("scores", "k"), [([1.0], 1), ([1.0, 2.0], 0), ([1.0, 2.0], 3)])
def test_bad_input(scores: list[float], k: int) -> None:
    with pytest.raises(ValueError, match="scores for 2 subsets"):
        regret(scores, [1.0, 2.0], k)
