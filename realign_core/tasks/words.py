"""Labelling of words: part-of-speech tagging."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from realign_core.data.examples import UNTAGGED, TokenExample
from realign_core.support.arrays import Int
from realign_core.tasks.base import Classification, accuracy
from realign_core.tasks.features import Features


@dataclass(frozen=True)
class WordTagging(Classification):
    """One label a word, read at its first sub-token; scored by accuracy over words.

    Words beyond ``max_length`` are not scored, and words that the tokenizer maps to nothing
    are left out; :mod:`realign_core.tasks.unscored` counts both. Untagged words are read, but neither
    learnt nor scored.

    Args:
        labels: Tag names.
    """

    labels: tuple[str, ...]
    metric: ClassVar[str] = "accuracy"

    def features(self, examples: Sequence[TokenExample], tokenizer: Any, max_length: int) -> Features:
        """Tokenise split sentences; the units are the words' first sub-tokens."""
        if not examples:
            return Features((), (), ())
        encoded = tokenizer(
            [list(e.tokens) for e in examples],
            is_split_into_words=True,
            truncation=True,
            max_length=max_length,
        )
        number = {label: index for index, label in enumerate(self.labels)}
        ids, labels, positions = [], [], []
        for row, example in enumerate(examples):
            words = encoded.word_ids(row)
            firsts = [
                i
                for i, word in enumerate(words)
                if word is not None and (i == 0 or words[i - 1] != word) and example.tags[word] != UNTAGGED
            ]
            ids.append(np.array(encoded["input_ids"][row], dtype=np.int64))
            positions.append(np.array(firsts, dtype=np.int64))
            labels.append(np.array([number[example.tags[words[i]]] for i in firsts], dtype=np.int64))
        return Features(tuple(ids), tuple(labels), tuple(positions))

    def score(self, predicted: Int, features: Features) -> float:
        """Accuracy over words."""
        return accuracy(predicted, features.unit_labels())
