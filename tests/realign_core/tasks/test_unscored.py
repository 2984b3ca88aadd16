"""Words that no score sees are counted and told."""

from __future__ import annotations

from typing import Any

import pytest

from realign_core.data.account import BEYOND, TOKENLESS, Account
from realign_core.data.examples import UNTAGGED, TextExample, TokenExample
from realign_core.tasks.features import Features
from realign_core.tasks.unscored import account_of_words, describe_unscored, much_unscored
from realign_core.tasks.words import WordTagging

TASK = WordTagging(("A", "B"))
LONG = TokenExample(("one", "two", "three", "four"), ("A", UNTAGGED, "B", "A"))


class Words(dict[str, Any]):
    """What a tokenizer gives that has a token a word, none for ``two``, and two special ones."""

    def __init__(self, sentences: list[list[str]], max_length: int = 99, **_: Any) -> None:
        rows = [[i for i, word in enumerate(s) if word != "two"][: max_length - 2] for s in sentences]
        self.words: list[list[int | None]] = [[None, *row, None] for row in rows]
        super().__init__(input_ids=[[0] * len(row) for row in self.words])

    def word_ids(self, row: int) -> list[int | None]:
        return self.words[row]


@pytest.mark.parametrize(("length", "lost"), [(16, {TOKENLESS: 0}), (4, {BEYOND: 1}), (3, {BEYOND: 2})])
def test_words_beyond_the_length_are_counted(length: int, lost: dict[str, int]) -> None:
    found = account_of_words("x", [LONG], TASK.features([LONG], Words, length), length)
    assert found == Account("x", 3, {reason: n for reason, n in lost.items() if n}, "word")


@pytest.mark.parametrize("task", [TASK, WordTagging(("A", "B"), windows=True)])
def test_a_word_without_a_token_is_counted(task: WordTagging) -> None:
    sentence = TokenExample(("one", "two"), ("A", "B"))
    found = account_of_words("x", [sentence], task.features([sentence], Words, 16), 16)
    assert found == Account("x", 2, {TOKENLESS: 1}, "word")


def test_texts_have_no_words() -> None:
    assert account_of_words("x", [TextExample("a", "b")], Features((), ()), 16) is None


@pytest.mark.parametrize(("lost", "much"), [(0, False), (1, False), (20, True), (1000, True)])
def test_more_than_one_in_a_hundred_is_much(lost: int, much: bool) -> None:
    found = [Account("ibo", 1000, {BEYOND: lost} if lost else {}, "word"), Account("zul", 1000, {}, "word")]
    assert much_unscored(found) is much
    said = describe_unscored(found, windows=False)
    assert bool(said) is bool(lost)
    if lost:
        assert (
            f"{2000 - lost:,} of 2,000 words in 2 languages kept; left out: beyond max_length {lost:,}"
            in said
        )
        assert "task.long_sentences = 'windows'" in said
        assert f"ibo {lost / 10:.1f} %" in said
        assert "zul" not in said
    assert "count as wrong" in describe_unscored([Account("ibo", 9, {TOKENLESS: 1}, "word")], windows=True)
