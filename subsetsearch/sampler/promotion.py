"""Which subsets deserve the study's top rung: successive halving by the probability of beating the front.

Once as many subsets were measured as it asks for (``proxy.short.warm`` or ``proxy.full.warm``), a subset
is promoted if

1. the surrogate gives it a probability of at least ``search.promise`` to be better than all that was
   measured at its cost or below (a high mean or a high uncertainty makes it so), and
2. no more than the share ``search.promote`` (the 1/η of successive halving) of the recent proposals
   was promoted, or it is more promising than that share of them.

``none`` and ``all`` are always measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import optuna

from subsetsearch.results.trials import TrialRecord
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.sampler.history import TrialHistory
from subsetsearch.sampler.model import TwoRungModel
from subsetsearch.sampler.subset_matrix import SubsetMatrix
from subsetsearch.sampler.traits import pool_traits
from subsetsearch.subset import Subset
from subsetsearch.surrogate import level_at, probability_above

_RECENT = 12
_FEWEST_RECENT = 4


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a subset is worth to the search.

    Args:
        value: On the scale of the top rung, at most 1.
        error: Standard error of prediction; 0 where it was measured.
        rung: The top rung if it was run, else 1.
    """

    value: float
    error: float
    rung: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a subset is promoted.

    Args:
        estimate: What the top rung is expected to say, in case it is not run.
        promise: Probability of beating the front; ``None`` if nothing can be predicted yet.
        reason: Why it is skipped; ``None`` if it is run.
    """

    estimate: Estimate
    promise: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Recent:
    """A proposal that was judged.

    Args:
        promise: Its probability of beating the front then.
        promoted: Whether the top rung was run.
    """

    promise: float
    promoted: bool


class Promotion:
    """Judges subsets by what the study's trials let one expect of them.

    Args:
        ladder: The study's rungs.
    """

    def __init__(self, ladder: Ladder) -> None:
        self._ladder = ladder
        self._matrix = SubsetMatrix(ladder.space)
        self.history = TrialHistory(ladder.space)
        self._model = TwoRungModel(self.history, self._matrix.features(pool_traits(ladder.space.keys)))

    def known(self, study: optuna.Study, number: int, subset: Subset) -> int | None:
        """Find the finished trial that has scored a subset.

        Args:
            study: The stored study.
            number: Of the trial that asks.
            subset: What it proposes.
        """
        self.history.update(study, own=number)
        return self.history.numbers.get(self._matrix.row(subset).tobytes())

    def judge(self, study: optuna.Study, number: int, subset: Subset, rung1: float) -> Verdict:
        """Judge a subset that has its rung 1.

        Args:
            study: The stored study.
            number: Of the trial.
            subset: What it proposes.
            rung1: Its score by rung 1.
        """
        self.history.update(study, own=number)
        measured = sum(s.measured for s in self.history.scored)
        if measured < self._ladder.top.warm:
            return Verdict(Estimate(rung1, 1.0, 1), None, None)
        self._model.refresh(fantasise=False)
        if not self._model.ready:
            return Verdict(Estimate(rung1, 1.0, 1), None, None)
        row = self._matrix.row(subset)[None]
        mean, sd = (float(x[0]) for x in self._model.predict(row, np.array([rung1])))
        # The top rung would tell a measurement, which scatters around what is predicted.
        sd = float(np.hypot(sd, self._model.noise))
        cost = self._ladder.space.cost(subset)
        axis = self._model.features.log_costs(np.array([cost]))
        level = float(level_at(axis, self._model.front(), self._model.worst)[0])
        promise = float(probability_above(np.array(mean), np.array(sd), np.array(level)))
        told = f"at a cost of {cost:g}, {mean:.4f} ± {sd:.4f} is expected where {level:.4f} was measured"
        reason = self._too_poor(promise) or self._too_many(promise, self._recent(study, number))
        return Verdict(Estimate(mean, sd, 1), promise, f"{reason}; {told}" if reason else None)

    def _too_poor(self, promise: float) -> str | None:
        least = self._ladder.study.search.promise
        if promise >= least:
            return None
        return f"it beats the front with a probability of {promise:.3f}, below {least:g}"

    def _too_many(self, promise: float, recent: Sequence[Recent]) -> str | None:
        share = self._ladder.study.search.promote
        promoted = sum(r.promoted for r in recent)
        if len(recent) < _FEWEST_RECENT or promoted + 1 <= share * (len(recent) + 1):
            return None
        if promise > float(np.quantile([r.promise for r in recent], 1.0 - share)):
            return None
        return (
            f"{promoted} of the last {len(recent)} proposals were measured, and with a probability of "
            f"{promise:.3f} to beat the front it is not more promising than most of them"
        )

    def _recent(self, study: optuna.Study, number: int) -> list[Recent]:
        """The last proposals that were judged before a trial."""
        found: list[Recent] = []
        for trial in map(TrialRecord.of, reversed(study.get_trials(deepcopy=False)[:number])):
            if trial.promise is not None:
                found.append(Recent(trial.promise, trial.skipped is None))
            if len(found) == _RECENT:
                break
        return found
