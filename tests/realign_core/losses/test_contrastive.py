from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from realign_core.losses import contrastive_loss


def oracle(source: Any, target: Any, tau: float, strong: bool, source_pool: Any, target_pool: Any) -> float:
    """Sum the formula term by term in float64, one anchor at a time."""

    def unit(rows: Any) -> Any:
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    left, right = unit(source), unit(target)
    left_pool = left if source_pool is None else unit(source_pool)
    right_pool = right if target_pool is None else unit(target_pool)
    total = 0.0
    sides = ((left, right, left_pool, right_pool), (right, left, right_pool, left_pool))
    for anchors, positives, own, other in sides:
        for anchor, positive in zip(anchors, positives, strict=True):
            skipped_other = skipped_own = False
            weights = [np.exp(anchor @ positive / tau)]
            for row in other:
                if not skipped_other and np.array_equal(row, positive):
                    skipped_other = True
                    continue
                weights.append(np.exp(anchor @ row / tau))
            for row in own if strong else []:
                if not skipped_own and np.array_equal(row, anchor):
                    skipped_own = True
                    continue
                weights.append(np.exp(anchor @ row / tau))
            total -= np.log(weights[0] / np.sum(weights))
    return float(total / (2 * len(source)))


def rows(seed: int, n: int = 7, d: int = 5) -> Any:
    return np.random.default_rng(seed).normal(size=(n, d))


def loss(source: Any, target: Any, **options: Any) -> float:
    tensors = {k: torch.from_numpy(v) if isinstance(v, np.ndarray) else v for k, v in options.items()}
    return float(contrastive_loss(torch.from_numpy(source), torch.from_numpy(target), **tensors))


@pytest.mark.parametrize("strong", [True, False])
@pytest.mark.parametrize("tau", [0.1, 1.0])
@pytest.mark.parametrize("pools", [False, True])
def test_equals_the_formula(strong: bool, tau: float, pools: bool) -> None:
    source, target = rows(0), rows(1)
    source_pool = np.concatenate([rows(2, 4), source]) if pools else None
    target_pool = np.concatenate([target, rows(3, 6)]) if pools else None
    expected = oracle(source, target, tau, strong, source_pool, target_pool)
    options = {"temperature": tau, "strong": strong, "source_pool": source_pool, "target_pool": target_pool}
    assert loss(source, target, **options) == pytest.approx(expected, abs=1e-9)
    singles = {k: v.astype(np.float32) if isinstance(v, np.ndarray) else v for k, v in options.items()}
    single = loss(source.astype(np.float32), target.astype(np.float32), **singles)
    assert single == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_repeated_words_in_a_pool_stay_negatives() -> None:
    """A word that occurs twice in the pool is masked once: the other occurrence is a candidate."""
    source, target = rows(0, 3), rows(1, 3)
    pool = np.concatenate([target, target[:1]])
    assert loss(source, target, target_pool=pool) == pytest.approx(
        oracle(source, target, 0.1, True, None, pool), abs=1e-9
    )


finite = st.floats(-5, 5).filter(lambda x: abs(x) > 1e-3)
pairs = st.integers(1, 6).flatmap(
    lambda n: st.tuples(*[arrays(np.float64, (n, 4), elements=finite, unique=True)] * 2)
)


@given(pairs, st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(data: tuple[Any, Any], random: Any) -> None:
    source, target = data
    order = list(range(len(source)))
    random.shuffle(order)
    assert loss(source[order], target[order]) == pytest.approx(loss(source, target), abs=1e-9)


@given(pairs, st.booleans())
def test_sides_are_symmetric(data: tuple[Any, Any], strong: bool) -> None:
    source, target = data
    assert loss(source, target, strong=strong) == pytest.approx(loss(target, source, strong=strong), abs=1e-9)


@given(pairs)
def test_strong_is_never_below_weak(data: tuple[Any, Any]) -> None:
    source, target = data
    assert loss(source, target) >= loss(source, target, strong=False) - 1e-12


@given(pairs, st.floats(0.1, 10))
def test_lengths_of_vectors_do_not_matter(data: tuple[Any, Any], factor: float) -> None:
    source, target = data
    assert loss(source * factor, target) == pytest.approx(loss(source, target), abs=1e-8)


@given(pairs)
def test_more_candidates_cost_more(data: tuple[Any, Any]) -> None:
    source, target = data
    pool = np.concatenate([target, rows(9, 3, 4)])
    assert loss(source, target, target_pool=pool) >= loss(source, target) - 1e-12


def test_gradient_pulls_translations_together() -> None:
    source = torch.from_numpy(rows(0)).requires_grad_()
    target = torch.from_numpy(rows(1))
    before = contrastive_loss(source, target)
    before.backward()
    assert source.grad is not None
    assert contrastive_loss(source.detach() - 0.05 * source.grad, target) < before


@pytest.mark.parametrize(
    ("source", "target", "options", "match"),
    [
        (rows(0, 3), rows(1, 4), {}, r"must both be \(n, d\)"),
        (rows(0, 0), rows(1, 0), {}, "n > 0"),
        (rows(0, 3), rows(1, 3), {"temperature": 0.0}, "temperature must be above 0"),
    ],
)
def test_refuses(source: Any, target: Any, options: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        loss(source, target, **options)
