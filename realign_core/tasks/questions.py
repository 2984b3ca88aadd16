"""Extractive question answering: the span of a context that answers a question (SQuAD)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from realign_core.data.examples import QuestionExample
from realign_core.support.arrays import Float, Int
from realign_core.tasks.base import TaskLoss
from realign_core.tasks.features import Features
from realign_core.tasks.spelling import equal, multilingual_words, overlap, squad_words

_START, _END = 1, 2
_MAX_ANSWER = 30
"""Longest answer in tokens, as in the published scripts."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a question's context that fits into the encoder.

    Args:
        question: The example.
        spans: Characters of each unit in the context, shape (n_units, 2).
    """

    question: QuestionExample
    spans: Int


class SpanLoss:
    """Cross-entropy of the answer's first and last token among a window's tokens."""

    def items(self, features: Features, batch: Int) -> int:
        """Number of windows that hold an answer."""
        return sum(bool(features.labels[i].any()) for i in batch)

    def total(self, scores: Tensor, features: Features, batch: Int) -> Tensor:
        """Sum over windows of the mean of both cross-entropies; 0 for windows without answer."""
        losses = [scores.sum() * 0]
        start = 0
        for i in batch:
            labels = features.labels[i]
            rows = scores[start : start + len(labels)]
            start += len(labels)
            if labels.any():
                gold = torch.tensor([int(np.argmax(labels & bit != 0)) for bit in (_START, _END)])
                losses.append(cross_entropy(rows.T, gold.to(rows.device)))
        return torch.stack(losses).sum()


@dataclass(frozen=True)
class QuestionAnswering:
    """Two scores a context token: being the first and the last of the answer.

    Contexts that are too long are cut into overlapping windows; the best span of all windows
    answers. The label of a token is a bit set: 1 for the first, 2 for the last token of the
    first gold answer.
    """

    labels: tuple[str, ...] = ("start", "end")
    metric: ClassVar[str] = "f1"

    @property
    def loss(self) -> TaskLoss:
        """Cross-entropy of both ends."""
        return SpanLoss()

    def features(self, examples: Sequence[QuestionExample], tokenizer: Any, max_length: int) -> Features:
        """Tokenise questions with their contexts, in overlapping windows."""
        if not examples:
            return Features((), (), (), ())
        encoded = tokenizer(
            [_shortened(e.question, tokenizer, max_length // 2) for e in examples],
            [e.context for e in examples],
            truncation="only_second",
            max_length=max_length,
            # A third, unless the longest question leaves less room than that.
            stride=max(0, min(max_length // 3, max_length // 2 - 5)),
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        ids, labels, positions, windows = [], [], [], []
        for row, source in enumerate(encoded["overflow_to_sample_mapping"]):
            places = np.flatnonzero([part == 1 for part in encoded.sequence_ids(row)])
            if not len(places):
                continue
            spans = np.array(encoded["offset_mapping"][row], dtype=np.int64)[places]
            ids.append(np.array(encoded["input_ids"][row], dtype=np.int64))
            labels.append(_bits(examples[source], spans))
            positions.append(places.astype(np.int64))
            windows.append(Window(examples[source], spans))
        return Features(tuple(ids), tuple(labels), tuple(positions), tuple(windows))

    def decode(self, scores: Tensor) -> Tensor:
        """Keep both scores: (n, 2)."""
        return scores

    def score(self, predicted: Float, features: Features) -> float:
        """Mean over questions of the best F1 over their gold answers, by SQuAD's rules."""
        return _mean(squad_words, overlap, predicted, features)

    def details(self, predicted: Float, features: Features, language: str = "") -> Mapping[str, float]:
        """Exact match, and both measures by the rules of MLQA, which hold in every script."""
        words = partial(multilingual_words, language=language)
        return {
            "exact_match": _mean(squad_words, equal, predicted, features),
            "f1_multilingual": _mean(words, overlap, predicted, features),
            "exact_match_multilingual": _mean(words, equal, predicted, features),
        }


def _mean(
    words: Callable[[str], list[str]],
    measure: Callable[[list[str], list[str]], float],
    predicted: Float,
    features: Features,
) -> float:
    """Mean over questions of the best value over their gold answers, cut into words."""
    predictions = answers(predicted, features)
    golds = {w.question.id: w.question.answers for w in features.references or ()}
    scores = [max(measure(words(predictions[i]), words(gold)) for gold in golds[i]) for i in golds]
    return float(np.mean(scores)) if scores else float("nan")


def answers(predicted: Float, features: Features) -> dict[str, str]:
    """Read the best span of each question off the scores of its windows.

    Args:
        predicted: Shape (n_units, 2).
        features: The windows.

    Returns:
        Question id to the text of its answer.
    """
    best: dict[str, tuple[float, str]] = {}
    start = 0
    for window in features.references or ():
        rows = predicted[start : start + len(window.spans)]
        start += len(window.spans)
        value, first, last = best_span(rows[:, 0], rows[:, 1])
        text = window.question.context[window.spans[first, 0] : window.spans[last, 1]]
        if value > best.get(window.question.id, (-np.inf, ""))[0]:
            best[window.question.id] = (value, text)
    return {identity: text for identity, (_, text) in best.items()}


def best_span(first: Float, last: Float) -> tuple[float, int, int]:
    """Find i <= j < i + 30 with the largest ``first[i] + last[j]``.

    Args:
        first: Shape (n,), n > 0.
        last: Shape (n,).

    Returns:
        The sum, i and j.
    """
    sums = first[:, None].astype(np.float64) + last[None, :]
    allowed = np.triu(np.ones_like(sums, dtype=bool)) & ~np.triu(np.ones_like(sums, dtype=bool), _MAX_ANSWER)
    place = int(np.where(allowed, sums, -np.inf).argmax())
    i, j = divmod(place, len(last))
    return float(sums[i, j]), i, j


def _bits(example: QuestionExample, spans: Int) -> Int:
    """Mark the tokens that hold the first and the last character of the first answer."""
    bits = np.zeros(len(spans), dtype=np.int64)
    begin = example.answer_starts[0]
    end = begin + len(example.answers[0]) - 1
    first = np.flatnonzero((spans[:, 0] <= begin) & (begin < spans[:, 1]))
    last = np.flatnonzero((spans[:, 0] <= end) & (end < spans[:, 1]))
    if len(first) and len(last):
        bits[first[0]] |= _START
        bits[last[0]] |= _END
    return bits


def _shortened(question: str, tokenizer: Any, limit: int) -> str:
    """Cut a question that would leave no room for its context."""
    encoded = tokenizer(question, add_special_tokens=False, return_offsets_mapping=True)
    offsets = encoded["offset_mapping"]
    return question if len(offsets) <= limit else question[: offsets[limit - 1][1]]
