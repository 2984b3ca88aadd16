"""What the model of all runs knows of one subset."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

LEVEL = 0.9
"""Level of the intervals of what is expected: the truth is outside of one interval in ten."""


REACH = NormalDist().inv_cdf((1 + LEVEL) / 2)
"""Standard deviations that these intervals reach on either side."""


def interval(mean: float, sd: float) -> tuple[float, float]:
    """The 90 % interval of a Gaussian."""
    return mean - REACH * sd, mean + REACH * sd


@dataclass(frozen=True, slots=True)
class Judged:
    """What the model of all runs knows of a subset.

    Args:
        worth: Expected, as a fraction; that of no realignment is 0. For the mean over targets it is the gain.
        sd: Its standard deviation.
        better: Probability that it is better than no realignment.
        best: Probability that it is the best of all that were run.
        regret: Expected loss against whichever of them is truly the best.
        loss: Expected loss against the one that is expected to be worth most: what choosing it costs, as
            far as is known. Regret is more, by what no choice can avoid until more is run.
        runs: Its own runs that the model has seen.
    """

    worth: float
    sd: float
    better: float
    best: float
    regret: float
    loss: float
    runs: int

    @property
    def interval(self) -> tuple[float, float]:
        """The 90 % interval of the worth."""
        return interval(self.worth, self.sd)
