"""Which subsets deserve the study's top rung: successive halving by the probability of beating the front.

Once as many subsets were measured as it asks for (``proxy.short.warm`` or ``proxy.full.warm``), a subset
is promoted if

1. it is better than all that was measured at its cost or below with a probability of at least
   ``search.promise``, by the surrogate (a high mean or a high uncertainty raises it), and
2. no more than the share ``search.promote`` (the 1/η of successive halving) of the recent proposals
   was promoted, or it is more promising than that share of them.

``none`` and ``all`` are always measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import optuna

from subsetsearch.config.rungs import always_measured
from subsetsearch.problem.problem import Problem
from subsetsearch.results.trials.trial_record import TrialRecord
from subsetsearch.sampler.history import TrialHistory
from subsetsearch.sampler.learners import Learner
from subsetsearch.sampler.model import TwoRungModel
from subsetsearch.sampler.subset_matrix import SubsetMatrix
from subsetsearch.subset import Subset
from subsetsearch.surrogate import level_at, probability_above
from subsetsearch.surrogate.features import Matrix

_RECENT = 12
_FEWEST_RECENT = 4


@dataclass(frozen=True, slots=True)
class Skipped:
    """What is told of a subset that is not measured by the top rung.

    Args:
        reason: Why it is not.
        expected: What the top rung is expected to say, at most 1.
        error: Standard error of that.
    """

    reason: str
    expected: float
    error: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a subset is promoted.

    Args:
        promise: Probability of beating the front; ``None`` if nothing can be predicted yet.
        skipped: Why it is not measured, and what is told instead; ``None`` if it is measured.
    """

    promise: float | None = None
    skipped: Skipped | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A proposal that was judged.

    Args:
        promise: Its probability of beating the front then.
        promoted: Whether the top rung was run.
    """

    promise: float
    promoted: bool


class Promotion:
    """Judges subsets by what is expected of them from the study's trials.

    Args:
        problem: The study.
        traits: Of the pool's languages, as the sampler has them.
        learner: As the sampler's.
    """

    def __init__(
        self, problem: Problem, traits: Matrix | None = None, learner: Learner | None = None
    ) -> None:
        self._space, self._search = problem.space, problem.config.search
        self._warm = always_measured(problem.config)
        self._matrix = SubsetMatrix(problem.space)
        self.history = TrialHistory(problem.space)
        self._model = TwoRungModel(self.history, self._matrix.features(traits), learner)

    def known(self, study: optuna.Study, number: int, subset: Subset) -> int | None:
        """Find the finished trial that has scored a subset.

        Args:
            study: The stored study.
            number: Of the trial that asks.
            subset: What it proposes.
        """
        self.history.update(study, without=number)
        return self.history.numbers.get(self._matrix.row(subset).tobytes())

    def judge(self, study: optuna.Study, number: int, subset: Subset, rung1: float) -> Verdict:
        """Judge a subset that has its rung 1.

        Args:
            study: The stored study.
            number: Of the trial.
            subset: What it proposes.
            rung1: Its score by rung 1.
        """
        self.history.update(study, without=number)
        if sum(scored.measured for scored in self.history.scored) < self._warm:
            return Verdict()
        self._model.refresh(fantasise=False)
        if not self._model.ready:
            return Verdict()
        row = self._matrix.row(subset)[None]
        mean, sd = (float(x[0]) for x in self._model.predict(row, np.array([rung1])))
        # The top rung would tell a measurement, which scatters around what is predicted.
        sd = float(np.hypot(sd, self._model.noise))
        cost = self._space.cost(subset)
        axis = self._model.features.log_costs(np.array([cost]))
        level = float(level_at(axis, self._model.front(), self._model.worst)[0])
        promise = float(probability_above(np.array(mean), np.array(sd), np.array(level)))
        reason = self._too_poor(promise) or self._too_many(promise, _last_judged(study, number))
        if reason is None:
            return Verdict(promise)
        numbers = f"at a cost of {cost:g}, {mean:.4f} ± {sd:.4f} is expected where {level:.4f} was measured"
        return Verdict(promise, Skipped(f"{reason}; {numbers}", mean, sd))

    def _too_poor(self, promise: float) -> str | None:
        least = self._search.promise
        if promise >= least:
            return None
        return f"it beats the front with a probability of {promise:.3f}, below {least:g}"

    def _too_many(self, promise: float, recent: Sequence[Judged]) -> str | None:
        share = self._search.promote
        promoted = sum(r.promoted for r in recent)
        if len(recent) < _FEWEST_RECENT or promoted + 1 <= share * (len(recent) + 1):
            return None
        if promise > float(np.quantile([r.promise for r in recent], 1.0 - share)):
            return None
        return (
            f"{promoted} of the last {len(recent)} proposals were measured, and with a probability of "
            f"{promise:.3f} to beat the front it is not more promising than most of them"
        )


def _last_judged(study: optuna.Study, number: int) -> list[Judged]:
    """The last proposals that were judged before a trial."""
    judged: list[Judged] = []
    for trial in map(TrialRecord.of, reversed(study.get_trials(deepcopy=False)[:number])):
        if trial.promise is not None:
            judged.append(Judged(trial.promise, trial.skipped is None))
        if len(judged) == _RECENT:
            break
    return judged
