from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.data.examples import ParallelText
from realign_core.data.mixing import Mix, allocate, mix_pairs
from realign_core.support.errors import DataError

sizes = st.dictionaries(st.sampled_from(["ab", "cd", "ef", "gh", "ij"]), st.integers(1, 50), min_size=1)


def corpus(language: str, n: int) -> ParallelText:
    return ParallelText(
        language, tuple(f"{language}{i}" for i in range(n)), tuple(f"{language}'{i}" for i in range(n))
    )


@given(available=sizes, share=st.floats(0, 1), mix=st.sampled_from(Mix))
def test_shares_add_up_within_what_there_is(available: dict[str, int], share: float, mix: Mix):
    budget = int(share * sum(available.values()))
    shares = allocate(available, budget, mix)
    assert sum(shares.values()) == budget
    assert list(shares) == sorted(available)
    assert all(0 <= shares[code] <= available[code] for code in available)


@given(available=sizes, budget=st.integers(0, 400))
def test_equal_shares_differ_by_one_unless_a_language_is_used_up(available: dict[str, int], budget: int):
    repeated = allocate(available, budget, Mix.EQUAL, repeat=True)
    assert max(repeated.values()) - min(repeated.values()) <= 1
    if budget <= sum(available.values()):
        shares = allocate(available, budget, Mix.EQUAL)
        free = [shares[code] for code in available if shares[code] < available[code]]
        assert not free or max(shares.values()) - min(free) <= 1


@given(available=sizes, budget=st.integers(0, 400))
def test_proportional_shares_are_within_one_of_exact(available: dict[str, int], budget: int):
    total = sum(available.values())
    shares = allocate(available, budget, Mix.PROPORTIONAL, repeat=True)
    assert all(abs(shares[code] - budget * n / total) < 1 for code, n in available.items())


def test_short_languages_hand_their_share_on():
    assert allocate({"a": 3, "b": 100, "c": 100}, 83, Mix.EQUAL) == {"a": 3, "b": 40, "c": 40}


@pytest.mark.parametrize(
    ("available", "budget", "message"),
    [
        ({"a": 0, "b": 1}, 1, "no pairs for a; leave"),
        ({"a": 5}, 6, "6 pairs are wanted, but 1 languages have 5"),
        ({}, 1, "of no language"),
        ({"a": 1}, -1, "got -1"),
    ],
)
def test_impossible_budgets(available: dict[str, int], budget: int, message: str):
    with pytest.raises(DataError, match=message):
        allocate(available, budget, Mix.EQUAL)


@given(available=sizes, budget=st.integers(0, 300), seed=st.integers(0, 99), mix=st.sampled_from(Mix))
def test_mix_has_its_shares_and_is_deterministic(available: dict[str, int], budget: int, seed: int, mix: Mix):
    corpora = [corpus(code, n) for code, n in available.items()]
    drawn = mix_pairs(corpora, budget, seed=seed, mix=mix, repeat=True)
    assert drawn == mix_pairs(corpora[::-1], budget, seed=seed, mix=mix, repeat=True)
    counts = Counter(pair.language for pair in drawn)
    assert {code: counts[code] for code in available} == allocate(available, budget, mix, repeat=True)
    for pair in drawn:
        assert pair.source.replace(pair.language, pair.language + "'") == pair.target
    for code, n in available.items():
        uses = Counter(pair.source for pair in drawn if pair.language == code)
        assert not uses or max(uses.values()) - min([*uses.values(), *([0] * (len(uses) < n))]) <= 1


def test_order_is_mixed_and_changes_with_the_seed():
    corpora = [corpus("a", 50), corpus("b", 50)]
    one, two = (mix_pairs(corpora, 100, seed=seed) for seed in (1, 2))
    assert one != two
    assert 20 < sum(a.language != b.language for a, b in pairwise(one)) < 80


def test_a_subset_keeps_its_samples_when_languages_are_added():
    a, b = corpus("a", 30), corpus("b", 30)
    alone = {pair.source for pair in mix_pairs([a], 10, seed=3)}
    together = {pair.source for pair in mix_pairs([a, b], 20, seed=3)}
    assert alone <= together


def test_a_language_given_twice():
    with pytest.raises(DataError, match="twice: a"):
        mix_pairs([corpus("a", 2), corpus("a", 3)], 1, seed=0)


@given(
    sizes=st.lists(st.integers(1, 12), min_size=1, max_size=4),
    budget=st.integers(0, 120),
    passes=st.integers(1, 4),
)
def test_no_pair_is_seen_more_often_than_allowed(sizes: list[int], budget: int, passes: int) -> None:
    corpora = [corpus(f"l{i}", n) for i, n in enumerate(sizes)]
    drawn = mix_pairs(corpora, budget, seed=3, repeat=True, max_passes=passes)
    assert len(drawn) == min(budget, passes * sum(sizes))
    assert max(Counter(drawn).values(), default=0) <= passes
