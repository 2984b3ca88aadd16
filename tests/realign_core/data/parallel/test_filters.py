from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.data.parallel import PairFilters
from realign_core.support.errors import ConfigError
from realign_core.support.settings.config import validate_config

texts = st.text(st.sampled_from("ab é"), max_size=6)


@pytest.mark.parametrize(
    ("filters", "pair", "reason"),
    [
        ({}, ("a", " "), "empty"),
        ({}, ("", "b"), "empty"),
        ({}, ("a", "\u200b\u00a0"), "empty"),
        ({}, ("a", "።"), None),
        ({"drop_letterless": True}, ("a", "።"), "letterless"),
        ({"drop_letterless": True}, ("12", "a"), "letterless"),
        ({}, ("a\0", "b"), "damaged"),
        ({"drop_empty": False}, ("a", "b\ufeffc"), "damaged"),
        ({"drop_empty": False, "drop_identical": False}, ("", ""), None),
        ({}, ("Oslo", "OSLO "), "identical"),
        ({"drop_identical": False}, ("Oslo", "Oslo"), None),
        ({"max_chars": 3}, ("abc", "abcd"), "long"),
        ({"max_words": 2}, ("a b", "a b c"), "long"),
        ({"max_words": 2}, ("a b", "c d"), None),
        ({"max_ratio": 2.0}, ("ab", "abcde"), "ratio"),
        ({"max_ratio": 2.0}, ("ab", "abcd"), None),
    ],
)
def test_each_rule(filters: dict[str, object], pair: tuple[str, str], reason: str | None):
    text = PairFilters(**filters).apply("xx", [pair])
    assert dict(text.dropped) == ({reason: 1} if reason else {})
    assert len(text) == (reason is None)


def test_duplicates_are_pairs_and_counts_are_taken_over():
    pairs = [("a", "b"), ("a", "c"), ("a ", " b")]
    text = PairFilters().apply("xx", pairs, {"fuzzy": 2})
    assert (text.source, text.target) == (("a", "a"), ("b", "c"))
    assert dict(text.dropped) == {"fuzzy": 2, "duplicate": 1}
    assert len(PairFilters(drop_duplicates=False).apply("xx", pairs)) == 3


@given(pairs=st.lists(st.tuples(texts, texts)), max_chars=st.none() | st.integers(1, 5))
def test_every_pair_is_kept_or_counted_and_filtering_twice_changes_nothing(
    pairs: list[tuple[str, str]], max_chars: int | None
):
    filters = PairFilters(max_chars=max_chars)
    text = filters.apply("xx", pairs)
    assert len(text) + sum(text.dropped.values()) == len(pairs)
    again = filters.apply("xx", zip(text.source, text.target, strict=True))
    assert again == text
    assert not again.dropped


def test_misspelt_rule_names_the_nearest():
    with pytest.raises(ConfigError, match="did you mean 'max_ratio'"):
        validate_config(PairFilters, {"max_ration": 2.0})
