r"""Expected scores of targets without labels: those of the labelled ones, moved by retrieval.

Retrieval :math:`a` and accuracy :math:`y` are on different scales, and most of what a subset does to one
target it does to all. So a target without labels is expected where the labelled ones are, moved by as much
as its gain in retrieval (over no realignment) exceeds theirs:

.. math:: \hat y_t(S) = \bar y(S) + \beta \, (\Delta a_t(S) - \overline{\Delta a}(S)).

The factor is learnt by leaving out in turn each labelled target that has held-out pairs: over languages and
subsets, how far its gain in accuracy exceeds that of the others, by how far its gain in retrieval does;
least squares through the origin. If retrieval tells nothing, it is near 0 and the labelled targets decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from subsetsearch.rungs.measured import Measured, mean_score

Gains = npt.NDArray[np.float64]


def gain_slope(retrieval: Gains, accuracy: Gains) -> float | None:
    """Fit how accuracy follows retrieval, through the origin.

    Args:
        retrieval: Of some subsets and languages, any shape.
        accuracy: Of the same.

    Returns:
        The slope; ``None`` if there is nothing to learn from.

    Raises:
        ValueError: If the shapes differ.
    """
    if retrieval.shape != accuracy.shape:
        raise ValueError(f"one shape is needed, but got {retrieval.shape} and {accuracy.shape}")
    scale = float(np.sum(retrieval * retrieval))
    return float(np.sum(retrieval * accuracy)) / scale if scale > 0 else None


def excess(gains: Gains) -> Gains:
    """Tell by how much each language differs from the mean of the others.

    Args:
        gains: Shape (n_subsets, n_languages), two languages or more.

    Returns:
        The same shape.
    """
    n = gains.shape[1]
    return np.asarray((gains - gains.mean(axis=1, keepdims=True)) * n / (n - 1))


@dataclass(frozen=True, slots=True)
class GainScale:
    """Puts retrieval on the scale of the labelled targets.

    Args:
        slope: Accuracy by retrieval, 0 or more.
        start: Target to its retrieval without realignment.
        peers: Labelled targets that have held-out pairs too.
    """

    slope: float
    start: Mapping[str, float]
    peers: Sequence[str] = ()

    def __call__(self, measured: Measured, targets: Sequence[str]) -> dict[str, float]:
        """Expect scores of targets without labels, kept within [0, 1].

        Args:
            measured: What was measured of a subset.
            targets: Those without labels. If no target has any, they are their own retrieval.
        """
        if not measured.labelled:
            return {target: measured.retrieval[target] for target in targets}
        mean = mean_score(measured.labelled)
        gains = {key: measured.retrieval[key] - self.start[key] for key in (*targets, *self.peers)}
        usual = float(np.mean([gains[key] for key in self.peers])) if self.peers else 0.0
        return {
            target: float(np.clip(mean + self.slope * (gains[target] - usual), 0.0, 1.0))
            for target in targets
        }
