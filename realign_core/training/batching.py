"""Batches of texts of similar length: less padding, the same data."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from realign_core.encoder.padding import mean_pool
from realign_core.support.arrays import Int
from realign_core.tasks.features import Features

WINDOW = 16
"""Batches among which texts are sorted by length: random enough to train, little padding."""


def bucketed_batches(lengths: Int, size: int, rng: np.random.Generator) -> list[Int]:
    """Split a random order into batches of texts of similar length.

    Args:
        lengths: Tokens of each text, shape (n,).
        size: Texts a batch; the last may be smaller.
        rng: Source of the order.

    Returns:
        Index arrays that together hold each text once.
    """
    order = rng.permutation(len(lengths))
    batches: list[Int] = []
    for start in range(0, len(order), size * WINDOW):
        window = order[start : start + size * WINDOW]
        by_length = window[np.argsort(lengths[window], kind="stable")]
        batches += [by_length[i : i + size] for i in range(0, len(by_length), size)]
    return [batches[i] for i in rng.permutation(len(batches))]


def unit_vectors(hidden: Tensor, mask: Tensor, features: Features, indices: Int) -> Tensor:
    """Read the units of a batch off its hidden states.

    Args:
        hidden: Shape (b, l, d).
        mask: Shape (b, l), 1 for real tokens.
        features: The examples.
        indices: Which examples the batch holds, in order.

    Returns:
        Shape (n_units, d), float32: masked means of texts, or states of first sub-tokens.
    """
    if features.positions is None:
        return mean_pool(hidden, mask)
    columns = [features.positions[i] for i in indices]
    rows = np.repeat(np.arange(len(columns)), [len(c) for c in columns])
    return hidden[torch.from_numpy(rows), torch.from_numpy(np.concatenate(columns))].float()
