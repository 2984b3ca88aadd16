"""Contrastive realignment (Wu and Dredze, EMNLP 2020, section 3; InfoNCE)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize


def contrastive_loss(
    source: Tensor,
    target: Tensor,
    *,
    temperature: float = 0.1,
    strong: bool = True,
    source_pool: Tensor | None = None,
    target_pool: Tensor | None = None,
) -> Tensor:
    r"""Pull translations together and push everything else in the batch apart.

    For each of the 2n aligned rows :math:`h` with translation :math:`h^+`,

    .. math:: -\log \frac{\exp(\cos(h, h^+)/\tau)}{\sum_{h' \in N(h)} \exp(\cos(h, h')/\tau)}

    averaged over the 2n rows. With ``strong`` N(h) is every row of both languages but h
    itself; without, only the rows of the other language. So the strong loss is never
    smaller than the weak one.

    Args:
        source: Shape (n, d), row i aligned with row i of ``target``.
        target: Shape (n, d).
        temperature: :math:`\tau`, above 0.
        strong: Use negatives from both languages.
        source_pool: Shape (m, d), all candidate rows of the source language (the aligned
            ones among them or not) when they are more than ``source``.
        target_pool: Likewise for the target language.

    Returns:
        A scalar in [0, log(number of candidates) + 2/τ], in float32 or wider.

    Raises:
        ValueError: If shapes differ, n is 0, or the temperature is not positive.
    """
    if source.ndim != 2 or source.shape != target.shape or not len(source):
        raise ValueError(
            "source and target must both be (n, d) with n > 0, "
            f"but got {tuple(source.shape)} and {tuple(target.shape)}"
        )
    if temperature <= 0:
        raise ValueError(f"temperature must be above 0, but got {temperature}")
    left, right = _unit(source), _unit(target)
    left_pool = left if source_pool is None else _unit(source_pool)
    right_pool = right if target_pool is None else _unit(target_pool)
    forward = _one_side(left, right, left_pool, right_pool, temperature, strong)
    backward = _one_side(right, left, right_pool, left_pool, temperature, strong)
    return (forward + backward) / 2


def _unit(rows: Tensor) -> Tensor:
    return normalize(rows if rows.dtype == torch.float64 else rows.float(), dim=-1)


def _one_side(
    anchor: Tensor, positive: Tensor, own_pool: Tensor, other_pool: Tensor, temperature: float, strong: bool
) -> Tensor:
    """Mean cross-entropy of finding each anchor's translation among its candidates.

    Column 0 is the translation itself, so it is masked where it stands in the other pool.
    """
    logits = [(anchor * positive).sum(-1, keepdim=True)]
    logits.append((anchor @ other_pool.T).masked_fill(_same(positive, other_pool), -torch.inf))
    if strong:
        logits.append((anchor @ own_pool.T).masked_fill(_same(anchor, own_pool), -torch.inf))
    scores = torch.cat(logits, dim=1) / temperature
    return cross_entropy(scores, scores.new_zeros(len(scores), dtype=torch.long))


def _same(rows: Tensor, pool: Tensor) -> Tensor:
    """Mark, for each row, its own place in the pool: shape (n, m), at most one a row."""
    if pool is rows:
        return torch.eye(len(rows), dtype=torch.bool, device=rows.device)
    with torch.no_grad():
        equal = (rows[:, None, :] == pool[None, :, :]).all(-1)
        return equal & (equal.cumsum(1) == 1)
