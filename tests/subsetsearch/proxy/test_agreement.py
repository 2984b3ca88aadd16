from __future__ import annotations

import numpy as np
import pytest

from subsetsearch.proxy.agreement import agreement


def test_a_perfect_ranking() -> None:
    found = agreement([1, 2, 3, 4, 5, 6], [10, 20, 30, 40, 50, 60])
    assert found.spearman == pytest.approx(1)
    assert found.low == pytest.approx(1)
    assert "usefully" in found.verdict("rung 1")


def test_noise_is_called_noise() -> None:
    rng = np.random.default_rng(1)
    found = agreement(rng.random(12).tolist(), rng.random(12).tolist())
    assert found.low is not None
    assert found.low < 0
    assert "cannot be told from chance" in found.verdict("rung 1")


def test_a_reversed_ranking_is_not_useful() -> None:
    assert "cannot be told from chance" in agreement([1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]).verdict("rung 2")


@pytest.mark.parametrize("scores", [([1, 2], [1, 2]), ([1] * 6, [1, 2, 3, 4, 5, 6])])
def test_too_little_says_so(scores: tuple[list[float], list[float]]) -> None:
    found = agreement(*scores)
    assert found.spearman is None
    assert "too few" in found.verdict("rung 1")


def test_the_interval_is_the_same_every_time() -> None:
    x, y = [1, 2, 3, 4, 5, 6, 7], [2, 1, 4, 3, 5, 7, 6]
    assert agreement(x, y) == agreement(x, y)
