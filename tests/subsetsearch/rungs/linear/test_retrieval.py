"""How well held-out translations find each other, and what a gain in it is worth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.rungs.gain import GainScale, excess, gain_slope
from subsetsearch.rungs.linear.gram import GramStatistics, PoolStatistics, moments
from subsetsearch.rungs.linear.pair_retrieval import LinearRetrieval
from subsetsearch.rungs.linear.retrieval import retrieval
from subsetsearch.rungs.measured import Measured


def written_out(x: np.ndarray, e: np.ndarray, temperature: float) -> float:
    """The definition, sentence by sentence."""
    n = len(x)

    def cosine(a: np.ndarray, b: np.ndarray) -> float:
        return float(a @ b / math.sqrt((a @ a) * (b @ b)))

    total = 0.0
    for i in range(n):
        forth = [math.exp(cosine(x[i], e[j]) / temperature) for j in range(n)]
        back = [math.exp(cosine(x[j], e[i]) / temperature) for j in range(n)]
        total += forth[i] / sum(forth) + back[i] / sum(back)
    return total / (2 * n)


@pytest.mark.parametrize("temperature", [0.05, 0.1, 1.0])
def test_it_is_the_mean_probability_of_the_right_translation(temperature: float) -> None:
    rng = np.random.default_rng(0)
    x, e = rng.normal(size=(7, 4)), rng.normal(size=(7, 4))
    assert retrieval(x, e, temperature) == pytest.approx(written_out(x, e, temperature))


def test_a_cold_score_is_retrieval_accuracy() -> None:
    rng = np.random.default_rng(1)
    e = rng.normal(size=(30, 5))
    x = e + rng.normal(size=(30, 5))
    unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (x, e)]
    cosines = unit[0] @ unit[1].T
    hits = [(cosines.argmax(axis) == np.arange(30)).mean() for axis in (0, 1)]
    assert retrieval(x, e, 1e-5) == pytest.approx(np.mean(hits), abs=1e-6)


def test_known_values() -> None:
    eye = np.eye(5)
    assert retrieval(np.ones((5, 3)), np.ones((5, 3))) == pytest.approx(1 / 5)  # chance
    assert retrieval(np.zeros((5, 3)), np.ones((5, 3))) == pytest.approx(1 / 5)
    own = math.exp(1 / 0.1)
    assert retrieval(eye, eye) == pytest.approx(own / (own + 4))
    assert retrieval(3.0 * eye, eye) == retrieval(eye, eye)  # lengths do not matter


@given(st.permutations(range(6)))
def test_the_order_of_pairs_does_not_matter(order: list[int]) -> None:
    rng = np.random.default_rng(2)
    x, e = rng.normal(size=(6, 4)), rng.normal(size=(6, 4))
    assert retrieval(x[order], e[order]) == pytest.approx(retrieval(x, e))


def test_pairs_must_match() -> None:
    with pytest.raises(ValueError, match="n > 0 rows"):
        retrieval(np.ones((2, 3)), np.ones((3, 3)))


def test_rung_1_maps_translations_alone() -> None:
    rng = np.random.default_rng(3)
    d = 6
    source = rng.normal(size=(40, d))
    texts = [(rng.normal(size=(20, d)), rng.normal(size=(20, d))) for _ in range(3)]
    pairs = [moments(x, e) for x, e in texts]
    gram = source.T @ source / 40
    statistics = GramStatistics(
        ("a", "b", "c"), np.stack([g for g, _ in pairs]), np.stack([c for _, c in pairs]), gram
    )
    x, e = rng.normal(size=(9, d)), rng.normal(size=(9, d))
    proxy = LinearRetrieval(PoolStatistics(statistics, np.zeros(d)), 0.5, {"t": (x, e)})
    lam = 0.5 * np.trace(gram) / d * np.eye(d)
    left = (pairs[0][0] + pairs[2][0]) / 2 + gram + lam
    w = np.linalg.inv(left) @ ((pairs[0][1] + pairs[2][1]) / 2 + gram + lam)
    assert proxy.scores(["c", "a"]) == pytest.approx({"t": retrieval(x @ w, e)})
    assert proxy.scores([]) == {"t": retrieval(x, e)}
    with pytest.raises(KeyError):
        proxy.scores(["z"])


def test_realigning_with_a_language_aligns_its_held_out_pairs() -> None:
    rng = np.random.default_rng(4)
    d = 8
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    e = rng.normal(size=(300, d))
    x = e @ turn
    gram, cross = moments(x[:200], e[:200])
    statistics = GramStatistics(("a",), gram[None], cross[None], 0.01 * np.eye(d))
    proxy = LinearRetrieval(PoolStatistics(statistics, np.zeros(d)), 0.1, {"t": (x[200:], e[200:])})
    assert proxy.score(["a"]) > proxy.score([]) + 0.3


def test_the_slope_is_least_squares_through_the_origin() -> None:
    rng = np.random.default_rng(5)
    a, y = rng.normal(size=(9, 4)), rng.normal(size=(9, 4))
    expected = np.linalg.lstsq(a.reshape(-1, 1), y.ravel(), rcond=None)[0][0]
    assert gain_slope(a, y) == pytest.approx(expected)
    assert gain_slope(a, 2.5 * a) == pytest.approx(2.5)
    assert gain_slope(np.zeros((3, 2)), np.ones((3, 2))) is None
    assert gain_slope(np.empty((3, 0)), np.empty((3, 0))) is None
    with pytest.raises(ValueError, match="one shape"):
        gain_slope(a, y[:3])


def test_excess_is_over_the_mean_of_the_others() -> None:
    gains = np.random.default_rng(6).normal(size=(5, 4))
    for left in range(4):
        others = np.delete(gains, left, axis=1).mean(axis=1)
        np.testing.assert_allclose(excess(gains)[:, left], gains[:, left] - others)


def test_expected_scores_stay_scores() -> None:
    scale = GainScale(10.0, {"t": 0.3, "u": 0.1, "a": 0.2}, ("a",))
    found = Measured({"a": 0.4, "b": 0.6}, {"t": 0.31, "u": 0.9, "a": 0.2})
    assert scale(found, ("t", "u")) == pytest.approx({"t": 0.6, "u": 1.0})
    assert scale(Measured({}, {"t": 0.35}), ("t",)) == {"t": 0.35}
