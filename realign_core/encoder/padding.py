"""Rectangles of token ids, and means over their real tokens."""

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


def mean_pool(hidden: Tensor, mask: Tensor) -> Tensor:
    """Average the states of real tokens: (b, l, d) and (b, l) to (b, d), in float32."""
    weights = mask.unsqueeze(-1).to(torch.float32)
    return (hidden.float() * weights).sum(1) / weights.sum(1).clamp(min=1)
