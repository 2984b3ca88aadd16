"""Squared distances: of translations (Cao et al., ICLR 2020), and to the initial encoder."""

from __future__ import annotations

from torch import Tensor


def l2_loss(source: Tensor, target: Tensor) -> Tensor:
    r"""Pull translations together by their squared Euclidean distance.

    .. math:: \frac{1}{n} \sum_i \lVert s_i - t_i \rVert^2

    There are no negatives, so nothing but a regulariser keeps all vectors from falling
    together (:func:`drift_loss`).

    Args:
        source: Shape (n, d), row i aligned with row i of ``target``.
        target: Shape (n, d).

    Returns:
        A scalar of at least 0, in float32 or wider.

    Raises:
        ValueError: If shapes differ or n is 0.
    """
    if source.ndim != 2 or source.shape != target.shape or not len(source):
        raise ValueError(
            "source and target must both be (n, d) with n > 0, "
            f"but got {tuple(source.shape)} and {tuple(target.shape)}"
        )
    return (source.float() - target.float()).square().sum(-1).mean()


def drift_loss(hidden: Tensor, initial: Tensor, mask: Tensor) -> Tensor:
    """Mean squared distance of token states to those of the initial encoder.

    Cao et al. (2020) hold the source language to its initial states in this way while the
    other languages move towards it.

    Args:
        hidden: Shape (b, l, d).
        initial: Shape (b, l, d), without gradient.
        mask: Shape (b, l), 1 for real tokens.

    Returns:
        A scalar of at least 0: the sum over dimensions, averaged over real tokens.
    """
    distance = (hidden.float() - initial.float()).square().sum(-1)
    return (distance * mask).sum() / mask.sum().clamp(min=1)
