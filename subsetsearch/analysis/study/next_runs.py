"""What the next minutes of computing are expected to buy: how much better the choice becomes by more runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from subsetsearch.analysis.front.decision import MOST_JUDGED
from subsetsearch.analysis.model.effects import StudyModels
from subsetsearch.analysis.text.labelled_lines import duration
from subsetsearch.analysis.text.wording import points, subset_name
from subsetsearch.errors import RealignError, count
from subsetsearch.subset import NONE, Subset
from subsetsearch.surrogate import expected_growth

SECONDS = 600.0

FEW_OTHERS = 200
"""Of very many candidates, the number that is compared besides those that the model has learned from."""

_LITTLE = 0.0005
"""A growth that is shown as 0.0 points."""


@dataclass(frozen=True, slots=True)
class NextRuns:
    """Runs of one subset, chosen by what the decision gains from them.

    Args:
        subset: Of which runs are expected to help most.
        ran: How often it was run.
        runs: That fit into ten minutes, or one if none does.
        seconds: Of a run.
        growth: How much better the chosen subset is expected to be after them, as a fraction.
    """

    subset: Subset
    ran: int
    runs: int
    seconds: float
    growth: float

    @property
    def sentence(self) -> str:
        """What they are expected to buy."""
        name = subset_name(self.subset) + ("" if self.ran else ", which was never run")
        took = duration(self.runs * self.seconds)
        if self.growth < _LITTLE:
            return f"{took} ({count(self.runs, 'run')}) are expected to make the choice no better"
        return (
            f"{took} ({count(self.runs, 'run')} of {name}) are expected to make the choice "
            f"{points(self.growth).removeprefix('+')} points better"
        )


def next_runs(models: StudyModels, candidates: Sequence[Subset]) -> NextRuns | None:
    """Say what the next ten minutes are expected to buy, by the model of all runs.

    A run is taken to tell a subset's gain with the noise of one run; what the choice gains is the knowledge
    gradient (Frazier, Powell and Dayanik 2009). Runs of several subsets may buy more than those of one.

    Args:
        models: Of the study.
        candidates: What may be run next.

    Returns:
        ``None`` without a model, or where no run says how long it took.
    """
    ran = [run for run in models.full if run.subset != NONE and run.seconds > 0]
    took = [run.seconds for run in ran if run.scale == 1] or [run.seconds for run in ran]
    subsets = _fewer(models, [subset for subset in candidates if subset != NONE])
    if not took or not subsets:
        return None
    seconds = median(took)
    runs = max(1, int(SECONDS // seconds))
    try:
        growth = growth_by_runs(models, subsets, None, runs)
    except RealignError:
        return None
    best = int(np.argmax(growth))
    run_counts = Counter(run.subset for run in models.full)
    return NextRuns(subsets[best], run_counts[subsets[best]], runs, seconds, float(growth[best]))


def _fewer(models: StudyModels, subsets: list[Subset]) -> list[Subset]:
    """Of very many subsets, keep those that the model has learned from, and evenly many of the others."""
    if len(subsets) <= MOST_JUDGED:
        return subsets
    try:
        fitted = set(models.counted.runs.subsets)
    except RealignError:
        return subsets[:MOST_JUDGED]
    others = [subset for subset in subsets if subset not in fitted]
    return [subset for subset in subsets if subset in fitted] + others[:: -(-len(others) // FEW_OTHERS)]


def growth_by_runs(
    models: StudyModels, subsets: Sequence[Subset], targets: Sequence[str] | None, runs: int
) -> np.ndarray:
    """How much the best expected gain grows by runs of each subset.

    Args:
        models: Of the study.
        subsets: Any of the pool but no realignment, which may be chosen, too.
        targets: Over which gains are means.
        runs: How many of one subset.

    Returns:
        As fractions, shape (n_subsets,).

    Raises:
        RealignError: If there is no model, or it does not know a target.
    """
    model = models.of(None if targets is None else tuple(targets))
    group = tuple(targets or model.runs.targets)
    expectation = models.joint(model, tuple(subsets)).group(group)
    spread = np.diag(expectation.covariance) + model.group_noise(group) ** 2 / runs
    moves = expectation.covariance / np.sqrt(np.maximum(spread, 1e-18))
    # No realignment stays where it is.
    return expected_growth(np.append(expectation.mean, 0.0), np.vstack([moves, np.zeros(len(subsets))]))
