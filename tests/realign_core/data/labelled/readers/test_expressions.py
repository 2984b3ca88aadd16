"""Expressions of time and quantity: what Babel renders, with the tags that its own fields give."""

from __future__ import annotations

import itertools
import pickle
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.data.examples import UNTAGGED
from realign_core.data.labelled import CldrExpressions, CldrNames, Split, check_labels, label_set
from realign_core.data.labelled.readers import expressions as module
from realign_core.data.labelled.readers.expressions import DATES, ENGLISH, LOW_RESOURCE, TIMES, sentences
from realign_core.data.labelled.readers.rendering import FIELDS, Moment, letters, split_words
from realign_core.recipe import Recipe
from realign_core.support.errors import DataError
from realign_core.support.settings.config import changed_values

pytestmark = pytest.mark.offline
localedata = pytest.importorskip("babel.localedata")

TAGS = {"WEEKDAY", "MONTH", "DAY", "YEAR", "TIME", "PERIOD", "NUM", "UNIT", "CURRENCY", "REL"}
HALVES: tuple[Split, ...] = ("dev", "test")
ALL = [("en", "train"), *itertools.product(LOW_RESOURCE, HALVES)]
texts = st.text(st.sampled_from("ab1 .\u00a0年ີ"), max_size=4)
rendered = st.lists(st.tuples(texts, st.sampled_from([None, "DAY", "MONTH"])), max_size=8)


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(("language", "split"), ALL)
def test_sentences_are_what_babel_renders(language: str, split: Split) -> None:
    for (locale, expression), words in sentences(language, split):
        assert "".join(text for text, _ in expression.pieces(locale)) == expression.rendered(locale)
        assert "".join(word for word, _ in words) == bare(expression.rendered(locale))


@pytest.mark.parametrize(("language", "split"), ALL)
def test_examples(language: str, split: Split) -> None:
    examples: list[Any] = CldrExpressions().read(language, split)
    assert [e.tokens for e in examples] == [
        tuple(w for w, _ in words) for _, words in sentences(language, split)
    ]
    assert len(examples) == {"train": 1000, "test": 200}.get(split, 81 if language == "ab" else 100)
    for example in examples:
        assert any(tag != UNTAGGED for tag in example.tags), "there is something to score"
        assert all(tag in TAGS | {UNTAGGED} for tag in example.tags)
        if split != "train":
            for word, tag in zip(example.tokens, example.tags, strict=True):
                assert tag == UNTAGGED or any(unicodedata.category(char)[0] == "L" for char in word), word


def test_no_sentence_is_there_twice() -> None:
    english = [words for _, words in sentences("en", "train")]
    assert len(set(english)) == len(english)
    for language in LOW_RESOURCE:
        found = [words for split in HALVES for _, words in sentences(language, split)]
        assert len(set(found)) == len(found)
        assert not set(found) & set(english)


def strings(data: Any) -> list[str]:
    if isinstance(data, dict):
        return [text for value in data.values() for text in strings(value)]
    if isinstance(data, (tuple, list)):
        return [text for value in data for text in strings(value)]
    return [str(getattr(data, "pattern", data))]


@pytest.mark.parametrize("language", LOW_RESOURCE)
def test_every_word_is_from_the_locale_s_own_file(language: str) -> None:
    # The oracle: the CLDR file of the language itself, without what it inherits.
    data = pickle.loads(Path(localedata.resolve_locale_filename(language)).read_bytes())
    own = {letters(word) for text in strings(data) for word in text.replace("'", "").split()}
    own |= {letters(text) for text in strings(data)}
    for split in HALVES:
        for (locale, expression), words in sentences(language, split):
            parts = [text for text, tag in expression.pieces(locale) if tag is not None]
            for word in " ".join(parts).split():
                assert not letters(word) or letters(word) in own, (word, words)


def test_english_and_root_count_for_no_language() -> None:
    shared = module._shared()
    assert {("january", "MONTH"), ("m", "MONTH"), ("kilometers", "UNIT"), ("ago", "REL")} <= shared
    # American English says nothing else than English; Afrikaans "September" is dropped, "Januarie" is not.
    assert not sentences("en_US", "dev")
    afrikaans = {word for _, words in sentences("af", "dev") for word, _ in words}
    assert "Januarie" in afrikaans
    assert not {"September", "Sept."} & afrikaans


def test_splits_have_other_values_and_patterns() -> None:
    values: dict[Split, set[Any]] = {}
    patterns: dict[Split, set[str]] = {}
    for split in ("train", *HALVES):
        expressions = [e for kind in module.candidates(split) for e in kind]
        values[split] = {e if isinstance(e, Moment) else _key(e) for e in expressions}
        patterns[split] = {e.pattern for e in expressions if isinstance(e, Moment)}
    assert not values["dev"] & values["test"]
    assert patterns["dev"] & patterns["test"] == {"date-full"}
    years = {s: {e.value.year for e in values[s] if isinstance(e, Moment)} for s in values}
    assert not years["dev"] & years["test"] | years["train"] & (years["dev"] | years["test"])
    assert patterns["train"] == {p for table in (DATES, TIMES) for half in table.values() for p in half}


def _key(expression: Any) -> tuple[Any, ...]:
    """Unit, currency, or unit and direction."""
    name = getattr(expression, "currency", None) or expression.unit
    return type(expression), name, expression.value < 0


def test_reading_is_the_same_again_whatever_was_read_before() -> None:
    before = CldrExpressions().read("ee", "dev")
    sentences.cache_clear()
    module.candidates.cache_clear()
    localedata._cache.clear()
    names = CldrNames().read("ee", "dev")  # reads the same files without what they inherit
    assert CldrExpressions().read("ee", "dev") == before
    assert CldrNames().read("ee", "dev") == names


def test_training_has_every_tag_and_all_locales() -> None:
    reader = CldrExpressions()
    train = reader.read("en", "train")
    assert label_set(train) == TAGS
    assert {locale for (locale, _), _ in sentences("en", "train")} == set(ENGLISH)
    for language in LOW_RESOURCE:
        for split in HALVES:
            check_labels(train, reader.read(language, split), language)
    assert reader.languages("dev") == reader.languages("test") == tuple(sorted(LOW_RESOURCE))


def test_known_sentences() -> None:
    ewe = [" ".join(f"{w}/{t}" for w, t in words) for _, words in sentences("ee", "dev")]
    assert "yawoɖa,/WEEKDAY dzodze/MONTH 12/DAY lia/ 2009/YEAR" in ewe
    assert "kɔsiɖa/REL 2/NUM si/REL wo/REL va/REL yi/REL" in ewe
    assert "ga/ 12:54/TIME le/ kuɖ/WEEKDAY ŋdɔ/PERIOD me/" in ewe
    dzongkha = [" ".join(f"{w}/{t}" for w, t in words) for _, words in sentences("dz", "dev")]
    assert "གཟའ་པ་སངས་,/WEEKDAY སྤྱི་ལོ་2009/YEAR ཟླ་གཉིས་པ་/MONTH ཚེས་12/DAY" in dzongkha


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        (
            [("May", "MONTH"), (" ", None), ("3", "DAY"), (", ", None), ("26", "YEAR")],
            "May/MONTH 3,/DAY 26/YEAR",
        ),
        ([("26", "YEAR"), ("年", None), ("5", "MONTH"), ("月", None)], "26年/YEAR 5月/MONTH"),
        (
            [("d.", None), ("3", "DAY"), ("-a", None), (" de ", None), ("May", "MONTH")],
            "d.3-a/DAY de/ May/MONTH",
        ),
        (
            [("2", "TIME"), (":", None), ("30", "TIME"), ("\u202f", None), ("PM", "PERIOD")],
            "2:30/TIME PM/PERIOD",
        ),
        ([("5", "NUM"), ("km", "UNIT")], "5/NUM km/UNIT"),
        ([], ""),
    ],
)
def test_words_end_at_space_and_between_fields(pieces: list[Any], words: str) -> None:
    assert " ".join(f"{word}/{tag}" for word, tag in split_words(pieces)) == words


@given(rendered)
def test_splitting_keeps_every_letter_and_tag(pieces: list[tuple[str, str | None]]) -> None:
    words = split_words(pieces)
    assert "".join(word for word, _ in words) == bare("".join(text for text, _ in pieces))
    assert all(word and not word.isspace() for word, _ in words)
    assert {tag for text, tag in pieces if tag and text.strip()} == {tag for _, tag in words if tag}


def test_fields_of_all_patterns_have_tags() -> None:
    assert set(FIELDS.values()) < TAGS


def test_the_version_and_babel_s_are_part_of_the_recipe() -> None:
    recipe = Recipe.model_validate({"task": {"kind": "pos", "train": {"format": "cldr-expressions"}}})
    assert changed_values(recipe.task)["train"].items() >= {"version": 1, "babel": "2.18"}.items()
    constraints = (Path(__file__).parents[5] / "constraints.txt").read_text("utf-8")
    assert "\nbabel==2.18." in constraints


def test_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="English is the source language"):
        CldrExpressions(evaluated=("en_GB", "sw"))
    with pytest.raises(DataError, match="CLDR expressions, split 'dev': no data for language 'sw'"):
        CldrExpressions().read("sw", "dev")
    with pytest.raises(DataError, match="expressions of Babel: no data for language 'swa'"):
        CldrExpressions(evaluated=("swa",)).read("swa", "dev")
    monkeypatch.setattr("babel.__version__", "2.17.0")
    with pytest.raises(
        DataError, match=r"Babel 2\.17\.0 renders other .* Babel 2\.18\n?.*pip install 'babel==2\.18\.\*'"
    ):
        CldrExpressions().read("ee", "dev")
