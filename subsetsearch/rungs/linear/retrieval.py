r"""How well held-out translations find each other: what a target without labels is scored by.

Let :math:`c_{ij}` be the cosine of translation *i* and source sentence *j*, of *n* held-out pairs. The
score is the mean probability that a sentence finds its own translation among all *n*, both ways:

.. math::

    \frac{1}{2n} \sum_i \frac{e^{c_{ii} / \tau}}{\sum_j e^{c_{ij} / \tau}}
    + \frac{1}{2n} \sum_j \frac{e^{c_{jj} / \tau}}{\sum_i e^{c_{ij} / \tau}}

With :math:`\tau \to 0` it is retrieval accuracy. Accuracy moves in steps of 1/n and stands still where
realignment changes vectors by little; a softer choice sees every cosine.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

TEMPERATURE = 0.1
"""That of the contrastive loss that pulls translations together."""

Vectors = npt.NDArray[np.floating]


def retrieval(translations: Vectors, sources: Vectors, temperature: float = TEMPERATURE) -> float:
    """Score how well sentences find their translations by cosine.

    Args:
        translations: Shape (n, d).
        sources: Row i is the source sentence of translation i, shape (n, d).
        temperature: Above 0; the lower, the closer to retrieval accuracy.

    Returns:
        Mean probability of the right one, both ways, in [0, 1]; 1/n by chance.

    Raises:
        ValueError: If the shapes differ or n is 0.
    """
    if translations.shape != sources.shape or not len(sources):
        raise ValueError(f"n > 0 rows in both, but got {translations.shape} and {sources.shape}")
    logits = _unit(translations) @ _unit(sources).T / temperature
    forth, back = softmax(logits, axis=1), softmax(logits, axis=0)
    return float(np.mean((np.diag(forth) + np.diag(back)) / 2))


def _unit(rows: Vectors) -> npt.NDArray[np.float64]:
    """Scale rows to length 1; a row of zeros stays."""
    exact = rows.astype(np.float64)
    lengths = np.linalg.norm(exact, axis=1, keepdims=True)
    return np.asarray(exact / np.where(lengths > 0, lengths, 1.0))
