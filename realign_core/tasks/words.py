"""Labelling of words: part-of-speech tagging."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar

import numpy as np

from realign_core.data.examples import UNTAGGED, TokenExample
from realign_core.support.arrays import Int
from realign_core.tasks.base import Classification, accuracy
from realign_core.tasks.features import Features
from realign_core.tasks.windows import Piece, Span, choose_window, cut_windows

_NONE = -1
"""Label of an untagged word, and what is predicted of a word without a token."""

_EMPTY: Int = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class WordTagging(Classification):
    """One label a word, read at its first sub-token; scored by accuracy over words.

    Untagged words are read, but neither learnt nor scored.

    Args:
        labels: Tag names.
        windows: Read sentences that are too long for the encoder in windows that overlap: each word is learnt
            and scored once, where it is farthest from a cut, and a word that the tokenizer maps to nothing
            counts as wrong. Otherwise sentences are cut, and no score sees the words beyond, nor words
            without a token. :mod:`realign_core.tasks.unscored` counts both.
    """

    labels: tuple[str, ...]
    windows: bool = False
    metric: ClassVar[str] = "accuracy"

    def features(self, examples: Sequence[TokenExample], tokenizer: Any, max_length: int) -> Features:
        """Tokenise split sentences; the units are the words' first sub-tokens."""
        if not examples:
            return Features((), (), ())
        cut = {} if self.windows else {"truncation": True, "max_length": max_length}
        words = [list(e.tokens) for e in examples]
        encoded = tokenizer(words, is_split_into_words=True, verbose=False, **cut)
        number = {UNTAGGED: _NONE} | {label: index for index, label in enumerate(self.labels)}
        inputs: list[_Input] = []
        for row, example in enumerate(examples):
            ids = np.array(encoded["input_ids"][row], dtype=np.int64)
            tags = np.array([number[tag] for tag in example.tags], dtype=np.int64)
            sentence = _Sentence(row, ids, encoded.word_ids(row), tags)
            inputs += sentence.windows(max_length)
        return Features(
            tuple(window.ids for window in inputs),
            tuple(window.piece.labels[window.piece.units] for window in inputs),
            tuple(window.positions for window in inputs),
            tuple(window.piece for window in inputs) if self.windows else None,
        )

    def score(self, predicted: Int, features: Features) -> float:
        """Accuracy over words."""
        if features.references is None:
            return accuracy(predicted, features.unit_labels())
        sides = [(_EMPTY, _EMPTY), *sentences(predicted, features)]
        predicted_labels, gold_labels = (np.concatenate([side[i] for side in sides]) for i in (0, 1))
        return accuracy(predicted_labels, gold_labels)


def sentences(predicted: Int, features: Features) -> Iterator[tuple[Int, Int]]:
    """Put the words of each sentence together again.

    Args:
        predicted: Labels of all units, shape (n_units,).
        features: Of word tagging.

    Yields:
        Predicted and gold labels of a sentence's words; -1 is predicted of a word without a token.
    """
    start, parts = 0, []
    for number, labels in enumerate(features.labels):
        piece = Piece(number, labels, np.arange(len(labels)))
        if features.references is not None:
            piece = features.references[number]
        piece_predicted = np.full(len(piece.labels), _NONE, dtype=np.int64)
        piece_predicted[piece.units] = predicted[start : start + len(labels)]
        start += len(labels)
        parts.append((piece.sentence, piece_predicted, piece.labels))
    for _, same in groupby(parts, key=lambda part: part[0]):
        _, predicted_parts, gold_parts = zip(*same, strict=True)
        yield np.concatenate(predicted_parts), np.concatenate(gold_parts)


@dataclass(frozen=True, slots=True)
class _Input:
    """What the encoder reads at once: token ids, places of the units, and the words that are asked for."""

    ids: Int
    positions: Int
    piece: Piece


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A tokenised sentence.

    Args:
        number: Among its like.
        ids: Token ids, special ones included.
        words: Word of each token; ``None`` for special ones.
        tags: Label number of each word; -1 for untagged ones.
    """

    number: int
    ids: Int
    words: Sequence[int | None]
    tags: Int

    def windows(self, max_length: int) -> list[_Input]:
        """Cut the sentence into inputs of at most so many tokens; the special ones stand in all of them."""
        inner = [i for i, word in enumerate(self.words) if word is not None]
        head, tail = (inner[0], inner[-1] + 1) if inner else (0, 0)
        length = tail - head
        cuts = cut_windows(length, max_length - len(self.ids) + length)
        spans = self._spans(head)
        owned: list[list[int]] = [[] for _ in cuts]
        owner = 0  # a word without a token stays with the word before it
        for word in map(int, np.flatnonzero(self.tags != _NONE)):
            if word in spans:
                owner = choose_window(spans[word], cuts, length)
            owned[owner].append(word)
        windows_used = [i for i, words in enumerate(owned) if words] or [0]
        return [self._input(cuts[i], owned[i], spans, head, tail) for i in windows_used]

    def _input(self, cut: Span, words: Sequence[int], spans: dict[int, Span], head: int, tail: int) -> _Input:
        begin, end = cut
        units = [i for i, word in enumerate(words) if word in spans]
        places = [head + spans[words[i]][0] - begin for i in units]
        return _Input(
            np.concatenate([self.ids[:head], self.ids[head + begin : head + end], self.ids[tail:]]),
            np.array(places, dtype=np.int64),
            Piece(self.number, self.tags[list(words)], np.array(units, dtype=np.int64)),
        )

    def _spans(self, head: int) -> dict[int, Span]:
        """Find the tokens of each word, counted from the first token that is not special."""
        spans: dict[int, Span] = {}
        for place, word in enumerate(self.words):
            if word is not None:
                begin, _ = spans.get(word, (place - head, 0))
                spans[word] = (begin, place - head + 1)
        return spans
