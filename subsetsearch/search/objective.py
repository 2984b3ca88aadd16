"""The life of a trial: candidate, cost, rung 1, and rung 2 if it is promising."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import optuna
from optuna.trial import FrozenTrial, TrialState

from subsetsearch.candidate import Candidate
from subsetsearch.proxy.base import mean_score
from subsetsearch.search.ladder import Ladder
from subsetsearch.search.levels import PAIRS
from subsetsearch.search.promotion import Estimate, Promotion

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Objective:
    """Scores a trial's candidate for Optuna: (data cost, proxy accuracy).

    Rung 1 is always run; rung 2 for what :mod:`subsetsearch.search.promotion` lets through. One that
    skips it is told with the surrogate's estimate, and the reason is recorded.

    Args:
        ladder: The study's rungs.
    """

    ladder: Ladder

    @cached_property
    def promotion(self) -> Promotion:
        """Decides who is measured by rung 2."""
        return Promotion(self.ladder)

    def __call__(self, trial: optuna.Trial) -> tuple[float, float]:
        """Evaluate one trial; an interrupted one is closed, so that the next run takes it up."""
        try:
            return self._evaluate(trial)
        except KeyboardInterrupt:
            trial.study.tell(trial, state=TrialState.FAIL)
            raise

    def _evaluate(self, trial: optuna.Trial) -> tuple[float, float]:
        space = self.ladder.space
        params = {
            name: trial.suggest_categorical(name, list(distribution.choices))  # type: ignore[attr-defined]
            for name, distribution in space.distributions().items()
        }
        proposed = space.candidate(params)
        origin = trial.user_attrs.get("origin", "")
        cost = space.price(proposed.languages, proposed.pairs)
        self._describe(trial, proposed)
        exempt = origin in ("none", "all")
        if not self._feasible(trial, proposed, exempt=exempt):
            return cost, 0.0
        known = self._known(trial, proposed)
        if known is not None:
            trial.set_user_attr("duplicate_of", known.number)
            for name in ("rung1", "rung2", "rung", "proxy_error"):
                trial.set_user_attr(name, known.user_attrs.get(name))
            return cost, float(known.values[1])
        estimate = self._climb(trial, proposed, always=exempt)
        trial.set_user_attr("rung", estimate.rung)
        trial.set_user_attr("proxy_error", estimate.error)
        return cost, estimate.value

    def _describe(self, trial: optuna.Trial, proposed: Candidate) -> None:
        trial.set_user_attr("languages", sorted(proposed.languages))
        trial.set_user_attr("n_languages", len(proposed.languages))
        if self.ladder.space.levels:
            trial.set_user_attr(PAIRS, "all" if proposed.pairs is None else proposed.pairs)

    def _feasible(self, trial: optuna.Trial, proposed: Candidate, *, exempt: bool) -> bool:
        """Record the constraints; an infeasible set (of another sampler) is never scored."""
        violations = self.ladder.space.violations(proposed.languages, proposed.pairs)
        for name, value in violations.items():
            trial.set_constraint(name, min(0.0, value) if exempt else value)
        return exempt or all(value <= 0 for value in violations.values())

    def _known(self, trial: optuna.Trial, proposed: Candidate) -> FrozenTrial | None:
        number = self.promotion.known(trial.study, trial.number, proposed)
        return None if number is None else trial.study.get_trials(deepcopy=False)[number]

    def _climb(self, trial: optuna.Trial, proposed: Candidate, *, always: bool) -> Estimate:
        start = time.perf_counter()
        scores = self.ladder.rung1_scores(proposed)
        rung1 = mean_score(scores)
        trial.set_user_attr("rung1", rung1)
        trial.set_user_attr("rung1_scores", _rounded(scores))
        trial.set_user_attr("rung1_seconds", time.perf_counter() - start)
        if not always:
            verdict = self.promotion.judge(trial.study, trial.number, proposed, rung1)
            if verdict.promise is not None:
                trial.set_user_attr("promise", round(verdict.promise, 6))
            if verdict.reason is not None:
                trial.set_user_attr("rung2_skipped", verdict.reason)
                return verdict.estimate
        start = time.perf_counter()
        scores = self.ladder.rung2_scores(proposed)
        rung2 = mean_score(scores)
        trial.set_user_attr("rung2", rung2)
        trial.set_user_attr("rung2_scores", _rounded(scores))
        trial.set_user_attr("rung2_seconds", time.perf_counter() - start)
        return Estimate(rung2, 0.0, 2)


def _rounded(scores: Mapping[str, float]) -> dict[str, float]:
    """Four digits are what a dashboard can show."""
    return {key: round(score, 4) for key, score in scores.items()}
