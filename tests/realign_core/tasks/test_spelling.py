"""Answers are compared in every script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.tasks.spelling import equal, multilingual_words, overlap, squad_words


def test_squads_rules_by_hand() -> None:
    assert squad_words("The  U.S. an Apple, a pie") == ["us", "apple", "pie"]
    assert squad_words("北京。") != squad_words("北京")


@pytest.mark.parametrize(
    ("found", "gold", "language"),
    [
        ("北京。", "北京", "zh"),
        ("《北京》", "北京", "zho_Hans"),
        ("«Москва»", "москва", "ru"),
        ("¿Bern?", "Bern", "es"),
        ("der Fluss", "Fluss", "deu_Latn"),
        ("المدينة", "مدينة", "ar"),
        ("กรุงเทพฯ", "กรุงเทพ ฯ", "th"),
        ("दिल्ली।", "दिल्ली", "hi"),
    ],
)
def test_punctuation_and_articles_of_all_languages_do_not_count(found: str, gold: str, language: str) -> None:
    assert equal(multilingual_words(found, language), multilingual_words(gold, language)) == 1
    assert equal(multilingual_words(found, language), multilingual_words("x", language)) == 0


def test_characters_are_words_where_words_have_no_spaces() -> None:
    assert multilingual_words("在2008年 IBM公司") == ["在", "2008", "年", "ibm", "公", "司"]
    assert overlap(multilingual_words("北京市"), multilingual_words("北京")) == pytest.approx(0.8)
    assert multilingual_words("ที่นี่") == ["ที่", "นี่"]
    assert multilingual_words("서울 특별시") == ["서울", "특별시"]
    assert multilingual_words("die the la", "fi") == ["die", "the", "la"]


@given(text=st.text(max_size=20), other=st.text(max_size=20))
def test_measures_are_shares_and_symmetric(text: str, other: str) -> None:
    one, two = multilingual_words(text, "en"), multilingual_words(other, "en")
    assert 0 <= equal(one, two) <= overlap(one, two) == overlap(two, one) <= 1
    assert overlap(one, one) == 1
    assert not any(character.isspace() for word in one for character in word)
