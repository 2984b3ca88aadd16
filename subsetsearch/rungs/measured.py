"""What every rung below a full run offers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from realign_core.data.labelled import Split

DEV: Split = "dev"
"""The only split that a proxy reads."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a rung measures of a subset.

    Args:
        labelled: Target to score on development data, in [0, 1].
        retrieval: Target to retrieval on held-out sentence pairs, in [0, 1]; empty unless the
            study has targets without labels.
    """

    labelled: Mapping[str, float]
    retrieval: Mapping[str, float]


def mean_score(scores: Mapping[str, float]) -> float:
    """Unweighted mean over targets: what a subset is ranked by."""
    return float(np.mean(list(scores.values())))


class Proxy(ABC):
    """A cheap estimate of what realigning with a subset is worth, on development data."""

    @abstractmethod
    def scores(self, languages: Sequence[str], pairs: int | None = None) -> dict[str, float]:
        """Score a subset on every target's development data.

        Args:
            languages: Members of the pool by the corpus's codes; none for no realignment.
            pairs: Each gives at most so many of its sampled pairs; all of them, if left out.

        Returns:
            Target to score in [0, 1]. It ranks subsets; it is no accuracy of a full run.
        """

    def score(self, languages: Sequence[str], pairs: int | None = None) -> float:
        """Mean over targets of :meth:`scores`, in [0, 1]."""
        return mean_score(self.scores(languages, pairs))
