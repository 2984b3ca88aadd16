"""Rectangles of token ids, and means over their real tokens or words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from realign_core.support.arrays import Int


def pad(texts: Sequence[Int], pad_id: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Pad token ids to one rectangle.

    Args:
        texts: Token ids, one array a text.
        pad_id: What fills the rest.
        device: Where the tensors go.

    Returns:
        Ids and attention mask, both (n, longest), of type int64.
    """
    longest = max(len(text) for text in texts)
    ids = np.full((len(texts), longest), pad_id, dtype=np.int64)
    mask = np.zeros((len(texts), longest), dtype=np.int64)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    return torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device)


def token_types(ids: Tensor, separator: int) -> Tensor:
    """Tell the two texts of a pair apart: 0 up to the first separator, 1 after it.

    Args:
        ids: Token ids, shape (n, longest).
        separator: The token that ends a text.

    Returns:
        Shape (n, longest), int64. A single text, which ends with its separator, has zeros only.
    """
    ends = (ids == separator).long()
    after = (ends.cumsum(1) - ends).clamp(max=1)
    last = ids.shape[1] - 1 - ends.flip(1).argmax(1, keepdim=True)
    return after * (torch.arange(ids.shape[1], device=ids.device) <= last)


def budget_batches(lengths: Int, max_tokens: int) -> list[Int]:
    """Sort by length and cut so that no padded batch exceeds a number of tokens.

    Args:
        lengths: Tokens of each text, shape (n,).
        max_tokens: Texts times longest text of a batch; a longer single text is a batch alone.

    Returns:
        Index arrays that together hold each text once, longest texts first.
    """
    batches: list[Int] = []
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        fit = max(1, max_tokens // max(1, int(lengths[order[start]])))
        batches.append(order[start : start + fit])
        start += fit
    return batches


def mean_pool(hidden: Tensor, mask: Tensor) -> Tensor:
    """Average the states of real tokens: (b, l, d) and (b, l) to (b, d), in float32."""
    weights = mask.unsqueeze(-1).to(torch.float32)
    return (hidden.float() * weights).sum(1) / weights.sum(1).clamp(min=1)


def word_means(hidden: Tensor, words: Sequence[Int]) -> Tensor:
    """Average the states of each word's sub-tokens.

    Args:
        hidden: Shape (b, l, d).
        words: Word number of each token, one array a text; numbers are 0 … n-1, each used.

    Returns:
        Shape (all words, d), float32: the texts' words one after the other.
    """
    counts = [int(numbers.max(initial=-1)) + 1 for numbers in words]
    starts = np.concatenate([[0], np.cumsum(counts)])
    rows, columns, places = [], [], []
    for row, numbers in enumerate(words):
        real = np.flatnonzero(numbers >= 0)
        rows.append(np.full(len(real), row))
        columns.append(real)
        places.append(numbers[real] + starts[row])
    index = torch.from_numpy(np.concatenate(places)).to(hidden.device)
    states = hidden[torch.from_numpy(np.concatenate(rows)), torch.from_numpy(np.concatenate(columns))].float()
    sums = states.new_zeros((int(starts[-1]), hidden.shape[-1])).index_add(0, index, states)
    sizes = torch.bincount(index, minlength=int(starts[-1])).clamp(min=1)
    return sums / sizes[:, None]
