from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from realign_core.encoder.padding import budget_batches
from realign_core.training.batching import bucketed_batches

lengths = st.lists(st.integers(1, 60), max_size=200).map(lambda x: np.array(x, dtype=np.int64))


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(lengths, st.integers(1, 40))
def test_buckets_hold_each_text_once(sizes: np.ndarray, size: int) -> None:
    batches = bucketed_batches(sizes, size, rng())
    assert sorted(i for b in batches for i in b) == list(range(len(sizes)))
    assert all(0 < len(b) <= size for b in batches)
    assert sum(len(b) < size for b in batches) <= 1


@given(lengths, st.integers(1, 40), st.integers(0, 5))
def test_buckets_depend_on_the_seed_alone(sizes: np.ndarray, size: int, seed: int) -> None:
    first = bucketed_batches(sizes, size, rng(seed))
    again = bucketed_batches(sizes, size, rng(seed))
    assert [b.tolist() for b in first] == [b.tolist() for b in again]


@given(lengths, st.integers(1, 500))
def test_budget_holds_each_text_once_within_the_budget(sizes: np.ndarray, budget: int) -> None:
    batches = budget_batches(sizes, budget)
    assert sorted(i for b in batches for i in b) == list(range(len(sizes)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * sizes[batch].max() <= budget
    longest = [sizes[b].max() for b in batches]
    assert longest == sorted(longest, reverse=True)


def test_buckets_waste_less_padding_than_random_batches() -> None:
    sizes = rng(1).integers(3, 60, size=1024)

    def padded(batches: list[np.ndarray]) -> int:
        return sum(len(b) * int(sizes[b].max()) for b in batches)

    order = rng(2).permutation(len(sizes))
    plain = [order[i : i + 16] for i in range(0, len(order), 16)]
    assert padded(bucketed_batches(sizes, 16, rng())) < 0.7 * padded(plain)
