"""How rung 1 relates to rung 2: a line, and the spread around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_FEWEST = 5


@dataclass(frozen=True, slots=True)
class Estimate:
    """Proxy accuracy of a subset.

    Args:
        value: In [0, 1], on the scale of rung 2.
        error: Standard error of prediction; 0 where rung 2 was run.
        rung: 2 if it was run, else 1.
    """

    value: float
    error: float
    rung: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Least-squares line from rung-1 to rung-2 scores.

    Args:
        slope: Rung 2 per unit of rung 1, never below 0.
        intercept: Rung 2 at rung 1 = 0.
        spread: Standard deviation of the residuals.
        n: Subsets with both scores.
    """

    slope: float
    intercept: float
    spread: float
    n: int

    @classmethod
    def fit(cls, rung1: Sequence[float], rung2: Sequence[float]) -> Calibration:
        """Fit the line.

        With fewer than five subsets, or a rung 1 that does not rise with rung 2, the estimate
        is the mean of rung 2 with its spread: rung 1 then says nothing.

        Args:
            rung1: Scores of subsets.
            rung2: Scores of the same subsets.
        """
        if not len(rung2):
            return cls(1.0, 0.0, 0.1, 0)
        x, y = np.asarray(rung1, dtype=np.float64), np.asarray(rung2, dtype=np.float64)
        slope = 0.0
        if len(x) >= _FEWEST and float(np.ptp(x)) > 0:
            slope = max(0.0, float(np.cov(x, y, ddof=1)[0, 1] / np.var(x, ddof=1)))
        intercept = float(y.mean() - slope * x.mean())
        residuals = y - (slope * x + intercept)
        degrees = max(1, len(x) - 2)
        return cls(slope, intercept, float(np.sqrt(np.sum(residuals**2) / degrees)), len(x))

    def estimate(self, rung1: float) -> Estimate:
        """Predict rung 2 of a subset that only has rung 1."""
        return Estimate(self.slope * rung1 + self.intercept, self.spread, 1)
