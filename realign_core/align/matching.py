"""Links out of a matrix of word similarities (SimAlign: Jalili Sabet et al., Findings of EMNLP 2020)."""

from __future__ import annotations

import numpy as np

from realign_core.align.base import links
from realign_core.support.arrays import Float, Int


def argmax_links(similarity: Float) -> Int:
    """Link words that are each other's most similar word.

    Args:
        similarity: Shape (n, m), source words by target words.

    Returns:
        Shape (k, 2); each word in at most one link.
    """
    if not similarity.size:
        return links([])
    forward, backward = similarity.argmax(1), similarity.argmax(0)
    return links([(i, int(j)) for i, j in enumerate(forward) if backward[j] == i])


def itermax_links(similarity: Float, *, rounds: int = 2, discount: float = 0.9) -> Int:
    """Repeat :func:`argmax_links` on what is left: more links, a little less exact.

    After each round the similarity of two aligned words is set to 0, and that of an aligned and a free
    word is multiplied by ``discount``. The similarity of two free words stays.

    Args:
        similarity: Shape (n, m).
        rounds: Number of rounds; 1 is :func:`argmax_links`.
        discount: In [0, 1].

    Returns:
        Shape (k, 2), containing the links of :func:`argmax_links`.
    """
    aligned = argmax_links(similarity)
    for _ in range(rounds - 1):
        source_aligned = np.isin(np.arange(similarity.shape[0]), aligned[:, 0])
        target_aligned = np.isin(np.arange(similarity.shape[1]), aligned[:, 1])
        factor = np.where(source_aligned[:, None] | target_aligned[None, :], discount, 1.0)
        factor[source_aligned[:, None] & target_aligned[None, :]] = 0.0
        reduced = similarity * factor
        new = argmax_links(reduced.astype(np.float32))
        new = new[reduced[new[:, 0], new[:, 1]] > 0] if len(new) else new
        aligned = links([tuple(map(int, pair)) for pair in (*aligned, *new)])  # type: ignore[misc]
    return aligned
