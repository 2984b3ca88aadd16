r"""What a gain in alignment is worth in accuracy, learnt from targets that have both.

Alignment :math:`a` and accuracy :math:`y` are on different scales. Over subsets *S* and labelled languages
*l* that have held-out pairs, gains over no realignment are taken to be proportional; least squares through
the origin (no gain in alignment, no gain in accuracy) gives the factor

.. math:: \beta = \frac{\sum_{S, l} \Delta a_{S l} \, \Delta y_{S l}}{\sum_{S, l} \Delta a_{S l}^2}.

A target without labels is then expected at :math:`y_0 + \beta \, \Delta a`, with :math:`y_0` the mean
accuracy of the labelled ones without realignment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Gains = npt.NDArray[np.float64]


def gain_slope(alignment: Gains, accuracy: Gains) -> float | None:
    """Fit how accuracy follows alignment, through the origin.

    Args:
        alignment: Gains over no realignment, any shape.
        accuracy: Gains of the same subsets and languages.

    Returns:
        The slope; ``None`` if there is nothing to learn from.

    Raises:
        ValueError: If the shapes differ.
    """
    if alignment.shape != accuracy.shape:
        raise ValueError(f"one shape is needed, but got {alignment.shape} and {accuracy.shape}")
    scale = float(np.sum(alignment * alignment))
    return float(np.sum(alignment * accuracy)) / scale if scale > 0 else None


@dataclass(frozen=True, slots=True)
class GainScale:
    """Puts alignment on the scale of the labelled targets.

    Args:
        slope: Accuracy by alignment, 0 or more.
        base: Expected of a target without realignment; its own alignment, if left out.
        start: Target to its alignment without realignment.
    """

    slope: float
    base: float | None
    start: Mapping[str, float]

    def __call__(self, alignment: Mapping[str, float]) -> dict[str, float]:
        """Turn alignment into expected scores, kept within [0, 1].

        Args:
            alignment: Target to alignment; targets without a start are left out.
        """
        return {
            target: float(np.clip(self._expected(target, alignment[target]), 0.0, 1.0))
            for target in self.start
        }

    def _expected(self, target: str, alignment: float) -> float:
        start = self.start[target]
        return (start if self.base is None else self.base) + self.slope * (alignment - start)
