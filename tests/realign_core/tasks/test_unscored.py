"""Words that no score sees are counted and told."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from realign_core.data.examples import UNTAGGED, TextExample, TokenExample
from realign_core.tasks.features import Features
from realign_core.tasks.unscored import Unscored, tell_unscored, unscored
from realign_core.tasks.words import WordTagging

TASK = WordTagging(("A", "B"))
LONG = TokenExample(("one", "two", "three", "four"), ("A", UNTAGGED, "B", "A"))


class Words(dict[str, Any]):
    """What a tokenizer gives that has a token a word, none for ``two``, and two special ones."""

    def __init__(self, sentences: list[list[str]], max_length: int, **_: Any) -> None:
        rows = [[i for i, word in enumerate(s) if word != "two"][: max_length - 2] for s in sentences]
        self.words: list[list[int | None]] = [[None, *row, None] for row in rows]
        super().__init__(input_ids=[[0] * len(row) for row in self.words])

    def word_ids(self, row: int) -> list[int | None]:
        return self.words[row]


@pytest.mark.parametrize(("length", "lost"), [(16, 0), (4, 1), (3, 2)])
def test_words_beyond_the_length_are_counted(length: int, lost: int) -> None:
    found = unscored("x", [LONG], TASK.features([LONG], Words, length))
    assert found == Unscored("x", 3, lost)
    assert found.share == lost / 3


def test_a_word_without_a_token_is_counted() -> None:
    sentence = TokenExample(("one", "two"), ("A", "B"))
    assert unscored("x", [sentence], TASK.features([sentence], Words, 16)).lost == 1


def test_texts_lose_none() -> None:
    assert unscored("x", [TextExample("a", "b")], Features((), ())) == Unscored("x", 0, 0)


@pytest.mark.parametrize(
    ("lost", "level"), [(0, None), (1, logging.INFO), (20, logging.WARNING), (1000, logging.WARNING)]
)
def test_more_than_one_in_a_hundred_is_a_warning(
    lost: int, level: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    found = {"ibo": Unscored("ibo", 1000, lost), "zul": Unscored("zul", 1000, 0)}
    tell_unscored(logging.getLogger("test"), "test data", found, 48)
    assert [record.levelno for record in caplog.records] == ([] if level is None else [level])
    if level is not None:
        assert (
            f"{lost} of 2,000 labelled words ({lost / 20:.1f} %) are beyond encoder.max_length = 48"
            in caplog.text
        )
        assert f"ibo {lost / 10:.1f} %" in caplog.text
        assert "zul" not in caplog.text
