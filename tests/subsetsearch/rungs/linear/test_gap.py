from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.rungs.linear.gap import LinearGap
from subsetsearch.rungs.linear.gram import GramStatistics, PoolStatistics, moments

D, N = 5, 4
NAMES = ("a", "b", "c", "d")
LANGUAGE_OF = {"x": "b", "y": None, "z": "d"}


def language(seed: int, n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    source = rng.normal(size=(n, D))
    return source @ (np.eye(D) + 0.4 * rng.normal(size=(D, D))), source


PAIRS = [language(seed) for seed in range(N)]
SOURCE = np.vstack([e for _, e in PAIRS])


EACH: dict[str, str | None] = {name: name for name in NAMES}


def proxy(ridge: float = 0.5, language_of: dict[str, str | None] | None = None) -> LinearGap:
    grams, crosses = zip(*(moments(x, e) for x, e in PAIRS), strict=True)
    gram, _ = moments(SOURCE, SOURCE)
    statistics = GramStatistics(NAMES, np.stack(grams), np.stack(crosses), gram)
    return LinearGap(
        PoolStatistics(statistics, np.zeros(D)), ridge, LANGUAGE_OF if language_of is None else language_of
    )


subsets = st.lists(st.sampled_from(NAMES), unique=True)


def test_shares_are_those_of_the_distances_written_out() -> None:
    gap = proxy(language_of=EACH | {"outside": None})
    statistics, members = gap.statistics.every, [0, 2]
    gram = np.mean([statistics.grams[i] for i in members], axis=0)
    cross = np.mean([statistics.crosses[i] for i in members], axis=0)
    anchor = statistics.source + 0.5 * statistics.scale * np.eye(D)
    w = np.linalg.solve(gram + anchor, cross + anchor)
    energy, shares = np.trace(statistics.source), []
    for x, e in PAIRS:
        own = np.mean(np.sum(e**2, axis=1))  # the source's energy is taken over all sources
        before = np.mean(np.sum((x - e) ** 2, axis=1)) - own + energy
        after = np.mean(np.sum((x @ w - e) ** 2, axis=1)) - own + energy
        shares.append(1 - after / before)
    expected = dict(zip(NAMES, shares, strict=True)) | {"outside": np.mean(shares)}
    assert gap.scores(["a", "c"]) == pytest.approx(expected)
    assert gap.score(["a", "c"]) == pytest.approx(np.mean(list(expected.values())))


def test_the_pools_mean_does_not_ask_held_out_targets() -> None:
    gap = replace(proxy(language_of={"outside": None}), unasked=frozenset({"b"}))
    each = proxy(language_of=EACH).scores(["a", "b"])
    expected = np.mean([each[name] for name in ("a", "c", "d")])
    assert gap.scores(["a", "b"]) == pytest.approx({"outside": expected})
    assert gap.score(["a", "b"]) == pytest.approx(expected)


@given(subsets)
def test_the_mean_is_that_of_the_targets(languages: list[str]) -> None:
    gap = proxy()
    scores = gap.scores(languages)
    assert list(scores) == list(LANGUAGE_OF)
    assert gap.score(languages) == pytest.approx(np.mean(list(scores.values())), abs=1e-9)
    assert scores["y"] == pytest.approx(np.mean(list(proxy(language_of=EACH).scores(languages).values())))
    assert max(scores.values()) <= 1


def test_nothing_is_closed_without_realignment() -> None:
    gap = proxy()
    assert gap.score([]) == pytest.approx(0, abs=1e-9)
    assert list(gap.scores([]).values()) == pytest.approx([0, 0, 0], abs=1e-9)


def test_the_order_of_a_subset_does_not_matter() -> None:
    assert proxy().scores(["d", "a"]) == proxy().scores(["a", "d"])


def test_a_language_closes_its_own_gap_best() -> None:
    gap = proxy(ridge=1e-3, language_of=EACH)
    for name in NAMES:
        own = {other: gap.scores([other])[name] for other in NAMES}
        assert max(own, key=own.__getitem__) == name


def test_a_prefix_makes_the_map_but_not_the_measure() -> None:
    gap = proxy()
    few = [moments(x[:8], e[:8]) for x, e in PAIRS]
    statistics = GramStatistics(
        NAMES, np.stack([g for g, _ in few]), np.stack([c for _, c in few]), gap.statistics.every.source
    )
    cut = LinearGap(replace(gap.statistics, prefixes={8: statistics}), gap.ridge, LANGUAGE_OF)
    assert cut.scores(["a"]) == gap.scores(["a"])
    assert cut.scores(["a"], 8) != gap.scores(["a"])
    assert cut.score(["a"], 8) == pytest.approx(np.mean(list(cut.scores(["a"], 8).values())))
    assert cut.score([], 8) == pytest.approx(0, abs=1e-9)


def test_languages_outside_the_pool_are_refused() -> None:
    with pytest.raises(KeyError, match="e"):
        proxy().scores(["e"])
    with pytest.raises(KeyError, match="8"):
        proxy().scores(["a"], 8)
