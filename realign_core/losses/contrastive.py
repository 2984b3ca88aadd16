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
    in_left = _places(source, source if source_pool is None else source_pool)
    in_right = _places(target, target if target_pool is None else target_pool)
    forward = _candidates(left, right, right_pool, in_right)
    backward = _candidates(right, left, left_pool, in_left)
    if strong:
        forward.append((left @ left_pool.T).masked_fill(in_left, -torch.inf))
        backward.append((right @ right_pool.T).masked_fill(in_right, -torch.inf))
    return (_first_of(forward, temperature) + _first_of(backward, temperature)) / 2


def _unit(rows: Tensor) -> Tensor:
    return normalize(rows if rows.dtype == torch.float64 else rows.float(), dim=-1)


def _candidates(anchor: Tensor, positive: Tensor, other_pool: Tensor, places: Tensor) -> list[Tensor]:
    """Similarities to the translation (column 0) and to the rest of the other language."""
    translated = (anchor * positive).sum(-1, keepdim=True)
    return [translated, (anchor @ other_pool.T).masked_fill(places, -torch.inf)]


def _first_of(similarities: list[Tensor], temperature: float) -> Tensor:
    """Mean cross-entropy of finding column 0."""
    scores = torch.cat(similarities, dim=1) / temperature
    return cross_entropy(scores, scores.new_zeros(len(scores), dtype=torch.long))


def _places(rows: Tensor, pool: Tensor) -> Tensor:
    """Mark, for each row, its own place in the pool: shape (n, m), at most one a row.

    Whole rows are compared only where the first coordinates agree, so that (n, m, d) values
    are never held.
    """
    if pool is rows:
        return torch.eye(len(rows), dtype=torch.bool, device=rows.device)
    with torch.no_grad():
        equal = rows[:, None, 0] == pool[None, :, 0]
        row, column = equal.nonzero(as_tuple=True)
        equal[row, column] = (rows[row] == pool[column]).all(-1)
        return equal & (equal.cumsum(1) == 1)
