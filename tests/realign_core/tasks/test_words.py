from __future__ import annotations

from typing import Any

import numpy as np

from realign_core.data.examples import UNTAGGED, TokenExample
from realign_core.data.labelled import check_labels, label_set
from realign_core.tasks.words import WordTagging

TASK = WordTagging(("DAY", "MONTH"))
SENTENCE = TokenExample(("3", "de", "mayo"), ("DAY", UNTAGGED, "MONTH"))


class Letters(dict[str, Any]):
    """What a tokenizer gives that cuts words into letters, between two special tokens."""

    def __init__(self, sentences: list[list[str]], **_: Any) -> None:
        self.words = [[None, *(i for i, word in enumerate(s) for _ in word), None] for s in sentences]
        super().__init__(input_ids=[[0] * len(row) for row in self.words])

    def word_ids(self, row: int) -> list[int | None]:
        return self.words[row]


def test_untagged_words_are_read_but_neither_learnt_nor_scored() -> None:
    features = TASK.features([SENTENCE], Letters, 16)
    assert features.lengths.tolist() == [9]
    assert features.positions is not None
    assert features.positions[0].tolist() == [1, 4]
    assert features.labels[0].tolist() == [0, 1]
    assert TASK.score(np.array([0, 0]), features) == 0.5


def test_no_tag_is_no_label() -> None:
    assert label_set([SENTENCE]) == {"DAY", "MONTH"}
    check_labels([TokenExample(("May", "3"), ("MONTH", "DAY"))], [SENTENCE])
