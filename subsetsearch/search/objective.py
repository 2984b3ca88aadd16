"""The life of a trial: subset, cost, rung 1, and rung 2 if it is promising."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import optuna
from optuna.trial import FrozenTrial, TrialState

from subsetsearch.pareto import non_dominated
from subsetsearch.proxy.calibration import Calibration, Estimate
from subsetsearch.search.ladder import Ladder
from subsetsearch.search.space import Subset
from subsetsearch.search.storage import complete_trials

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Objective:
    """Scores a trial's subset for Optuna: (data cost, proxy accuracy).

    Rung 1 is always run. Rung 2 is run while the study is young, and for subsets that could,
    by an optimistic reading of rung 1, beat the front at their cost. A subset that skips it is
    told with the calibrated estimate, and the reason is recorded.

    Args:
        ladder: The study's rungs.
    """

    ladder: Ladder

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
        subset = space.subset(params)
        origin = trial.user_attrs.get("origin", "")
        cost = self.ladder.cost(subset)
        self._describe(trial, subset)
        if origin not in ("none", "all") and not self._feasible(trial, subset):
            return cost, 0.0
        known = self._known(trial, subset)
        if known is not None:
            trial.set_user_attr("duplicate_of", known.number)
            for name in ("rung1", "rung2", "rung", "proxy_error"):
                trial.set_user_attr(name, known.user_attrs.get(name))
            return cost, float(known.values[1])
        estimate = self._climb(trial, subset, cost, always=bool(origin))
        trial.set_user_attr("rung", estimate.rung)
        trial.set_user_attr("proxy_error", estimate.error)
        return cost, estimate.value

    def _describe(self, trial: optuna.Trial, subset: Subset) -> None:
        trial.set_user_attr("languages", sorted(subset))
        trial.set_user_attr("n_languages", len(subset))

    def _feasible(self, trial: optuna.Trial, subset: Subset) -> bool:
        """Record the constraints; an infeasible set (of another sampler) is never scored."""
        violations = self.ladder.space.violations(subset)
        for name, value in violations.items():
            trial.set_constraint(name, value)
        return all(value <= 0 for value in violations.values())

    def _known(self, trial: optuna.Trial, subset: Subset) -> FrozenTrial | None:
        for other in complete_trials(trial.study):
            if other.number != trial.number and self.ladder.space.subset(other.params) == subset:
                return other
        return None

    def _climb(self, trial: optuna.Trial, subset: Subset, cost: float, *, always: bool) -> Estimate:
        start = time.perf_counter()
        scores = self.ladder.rung1_scores(subset)
        rung1 = _mean(scores)
        trial.set_user_attr("rung1", rung1)
        trial.set_user_attr("rung1_scores", _rounded(scores))
        trial.set_user_attr("rung1_seconds", time.perf_counter() - start)
        done = complete_trials(trial.study)
        measured = [t for t in done if t.user_attrs.get("rung") == 2]
        estimate = calibrate(measured).estimate(rung1)
        if not always and len(measured) >= self.ladder.study.proxy.short.warm:
            reason = self._unpromising(done, cost, estimate)
            if reason:
                trial.set_user_attr("rung2_skipped", reason)
                return estimate
        start = time.perf_counter()
        scores = self.ladder.rung2_scores(subset)
        rung2 = _mean(scores)
        trial.set_user_attr("rung2", rung2)
        trial.set_user_attr("rung2_scores", _rounded(scores))
        trial.set_user_attr("rung2_seconds", time.perf_counter() - start)
        return Estimate(rung2, 0.0, 2)

    @staticmethod
    def _unpromising(done: list[FrozenTrial], cost: float, estimate: Estimate) -> str | None:
        """Say why rung 2 is not worth its seconds, if it is not."""
        hope = estimate.value + estimate.error
        measured = [t for t in done if t.user_attrs.get("rung") == 2]
        flags = non_dominated([t.values[0] for t in measured], [t.values[1] for t in measured])
        for trial, kept in zip(measured, flags, strict=True):
            if kept and trial.values[0] <= cost and trial.values[1] >= hope:
                return (
                    f"trial {trial.number} costs {trial.values[0]:g} and reached {trial.values[1]:.4f}; "
                    f"at {cost:g} this one is expected at {estimate.value:.4f} ± {estimate.error:.4f}"
                )
        return None


def _mean(scores: Mapping[str, float]) -> float:
    return float(np.mean(list(scores.values())))


def _rounded(scores: Mapping[str, float]) -> dict[str, float]:
    """Four digits are what a dashboard can show."""
    return {key: round(score, 4) for key, score in scores.items()}


def calibrate(measured: list[FrozenTrial]) -> Calibration:
    """Fit rung 2 on rung 1 over the trials that have both."""
    return Calibration.fit(
        [t.user_attrs["rung1"] for t in measured], [t.user_attrs["rung2"] for t in measured]
    )
