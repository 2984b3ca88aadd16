"""The life of a trial: candidate, cost, rung 1, and the study's top rung if it is promising."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import optuna

from subsetsearch.results.trials import TrialRecord, TrialWriter
from subsetsearch.run.duplicates import wait_for_twin
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.rungs.measured import mean_score
from subsetsearch.rungs.top_rung import Scores
from subsetsearch.sampler.promotion import Estimate, Promotion
from subsetsearch.subset import Subset

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Objective:
    """Scores a trial's candidate for Optuna: (data cost, score by the top rung).

    Rung 1 is always run. Where the search ends higher, what :mod:`subsetsearch.sampler.promotion` lets
    through climbs to the top; what stays is told with the surrogate's estimate, and the reason is recorded.

    Args:
        ladder: The study's rungs.
    """

    ladder: Ladder

    @cached_property
    def promotion(self) -> Promotion:
        """Decides who climbs to the top rung."""
        return Promotion(self.ladder)

    def __call__(self, trial: optuna.Trial) -> tuple[float, float]:
        """Evaluate one trial; Optuna closes an interrupted one, so that the next run takes it up."""
        space = self.ladder.space
        params = {
            name: trial.suggest_categorical(name, list(distribution.choices))  # type: ignore[attr-defined]
            for name, distribution in space.distributions().items()
        }
        proposed = space.subset(params)
        log = TrialWriter(trial)
        cost = space.cost(proposed)
        log.subset(proposed, with_pairs=bool(space.levels))
        exempt = log.origin in ("none", "all")
        if not self._feasible(trial, proposed, exempt=exempt):
            return cost, 0.0
        wait_for_twin(trial, proposed, space)
        known = self._known(trial, proposed)
        if known is not None:
            log.same_as(known)
            assert known.value is not None
            return cost, known.value
        estimate = self._climb(trial, proposed, always=exempt)
        log.reached(estimate.rung, estimate.error or None)
        return cost, estimate.value

    def _feasible(self, trial: optuna.Trial, proposed: Subset, *, exempt: bool) -> bool:
        """Record the constraints; an infeasible set (of another sampler) is never scored."""
        violations = self.ladder.space.violations(proposed)
        for name, value in violations.items():
            trial.set_constraint(name, min(0.0, value) if exempt else value)
        return exempt or all(value <= 0 for value in violations.values())

    def _known(self, trial: optuna.Trial, proposed: Subset) -> TrialRecord | None:
        number = self.promotion.known(trial.study, trial.number, proposed)
        return None if number is None else TrialRecord.of(trial.study.get_trials(deepcopy=False)[number])

    def _climb(self, trial: optuna.Trial, proposed: Subset, *, always: bool) -> Estimate:
        top = self.ladder.top
        rung1 = _measure(trial, 1, self.ladder.rung1_scores, proposed)
        if top.number == 1:
            return Estimate(rung1, 0.0, 1)
        if not always:
            verdict = self.promotion.judge(trial.study, trial.number, proposed, rung1)
            if verdict.promise is not None:
                TrialWriter(trial).promise(verdict.promise)
            if verdict.reason is not None:
                TrialWriter(trial).skipped(top.number, verdict.reason)
                return verdict.estimate
        return Estimate(_measure(trial, top.number, top.scores, proposed), 0.0, top.number)


def _measure(
    trial: optuna.Trial, rung: int, scores_by: Callable[[Subset], Scores], proposed: Subset
) -> float:
    """Score a candidate by a rung, and record the score, that of each target, and the time it took."""
    start = time.perf_counter()
    scores = scores_by(proposed)
    score = mean_score(scores)
    TrialWriter(trial).measured(rung, score, scores, time.perf_counter() - start)
    return score
