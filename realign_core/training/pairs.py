"""Sentence pairs as token ids, with their words where words are aligned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from realign_core.support.arrays import Int


@dataclass(frozen=True, slots=True)
class AlignedWords:
    """The words of a pair and which of them mean the same.

    Args:
        source: Word number of each source token, shape (tokens,), -1 for special tokens.
        target: Likewise for the target.
        links: Pairs of source and target word numbers, shape (k, 2).
    """

    source: Int
    target: Int
    links: Int


@dataclass(frozen=True, slots=True)
class TokenisedPair:
    """A sentence pair as token ids, with its source text for messages."""

    source: Int
    target: Int
    text: str
    words: AlignedWords | None = None


def joined_links(words: Sequence[AlignedWords]) -> tuple[Int, Int]:
    """Number the links of a batch by its rows of :func:`realign_core.encoder.padding.word_means`.

    Returns:
        Source rows and target rows, each of shape (all links,).
    """
    source_start = target_start = 0
    sources, targets = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for pair in words:
        sources.append(pair.links[:, 0] + source_start)
        targets.append(pair.links[:, 1] + target_start)
        source_start += int(pair.source.max(initial=-1)) + 1
        target_start += int(pair.target.max(initial=-1)) + 1
    return np.concatenate(sources), np.concatenate(targets)
