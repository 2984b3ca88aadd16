"""The life of a trial: subset, cost, and its scores by the rungs that the study climbs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import optuna

from subsetsearch.results.trials.proposals import asked_again
from subsetsearch.results.trials.trial_record import TrialRecord
from subsetsearch.results.trials.trial_writer import TrialWriter
from subsetsearch.run.search.duplicates import wait_for_duplicate
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.rungs.rung import Rung
from subsetsearch.sampler.promotion import Promotion
from subsetsearch.sampler.study import study_learner
from subsetsearch.subset import Subset
from subsetsearch.traits.typological import coordinates


@dataclass(frozen=True)
class TrialRunner:
    """Runs a trial of a study for Optuna, and returns (data cost, score by the top rung).

    Where the search ends at full runs, every proposal is run in full, and scored by rung 1 only if the study
    asks for it; our sampler may run a known subset again with a further seed. Else rung 1 is always run, and
    what :mod:`subsetsearch.sampler.promotion` lets through climbs to the top; for other subsets Optuna gets
    the surrogate's estimate, and the reason is recorded. The same holds for another sampler's full runs,
    where the study asks for rung 1.

    Args:
        ladder: The study's rungs.
    """

    ladder: Ladder

    @cached_property
    def promotion(self) -> Promotion:
        """Decides which subsets climb to the top rung."""
        problem = self.ladder.problem
        return Promotion(problem, coordinates(problem.space.keys), study_learner(problem))

    def __call__(self, trial: optuna.Trial) -> tuple[float, float]:
        """Run a trial; Optuna closes an interrupted one, so that the next run takes it up."""
        space, log = self.ladder.problem.space, TrialWriter(trial)
        subset = log.begin(space)
        cost, again = space.cost(subset), asked_again(trial)
        if not (log.exempt or space.allows(subset)):
            return cost, self._lowest(trial)
        wait_for_duplicate(trial, subset, space, self.ladder.store.claims)
        earlier = self._known(trial, subset)
        if earlier is not None and earlier.value is not None:
            if again:
                return cost, self._again(log, subset, earlier, again)
            log.same_as(earlier)
            return cost, earlier.value
        return cost, self._climb(trial, subset, always=log.exempt)

    def _lowest(self, trial: optuna.Trial) -> float:
        """What Optuna is told of a subset that breaks a constraint: the lowest score so far.

        Its samplers learn constraints from complete trials only, and a complete trial needs two numbers. The
        lowest score attracts none of them. :class:`TrialRecord` reads no value of such a trial, so that our
        own code never takes it for a score.
        """
        history = self.promotion.history
        history.update(trial.study, without=trial.number)
        return min((scored.value for scored in history.scored), default=0.0)

    def _known(self, trial: optuna.Trial, subset: Subset) -> TrialRecord | None:
        number = self.promotion.known(trial.study, trial.number, subset)
        return None if number is None else TrialRecord.of(trial.study.get_trials(deepcopy=False)[number])

    def _climb(self, trial: optuna.Trial, subset: Subset, *, always: bool) -> float:
        """Score a subset by rung 1 if the search does, and by the top rung unless it is not worth it."""
        log, top, search = TrialWriter(trial), self.ladder.top, self.ladder.problem.config.search
        rung1 = self._measure(trial, self.ladder.first, subset) if search.uses_rung1 else None
        if search.filters and rung1 is not None and not always:
            verdict = self.promotion.judge(trial.study, trial.number, subset, rung1)
            if verdict.promise is not None:
                log.promise(verdict.promise)
            if verdict.skipped is not None:
                log.skipped(top.number, verdict.skipped.reason)
                log.reached(1, verdict.skipped.error)
                return verdict.skipped.expected
        score = rung1 if top.number == 1 and rung1 is not None else self._measure(trial, top, subset)
        log.reached(top.number)
        return score

    def _again(self, log: TrialWriter, subset: Subset, earlier: TrialRecord, number: int) -> float:
        """Run a known subset in full once more, with a further seed; the trial tells what this run says."""
        log.again(number, earlier)
        if earlier.rung1 is not None:
            log.measured(self.ladder.first.number, earlier.rung1, 0.0)
        measurement = self.ladder.measure_again(subset, number)
        log.measured(self.ladder.top.number, measurement.value, measurement.seconds)
        log.reached(self.ladder.top.number)
        return measurement.value

    def _measure(self, trial: optuna.Trial, rung: Rung, subset: Subset) -> float:
        """Score a subset by a rung; score and time are noted in the trial too."""
        measurement = self.ladder.measure(rung, subset)
        TrialWriter(trial).measured(rung.number, measurement.value, measurement.seconds)
        return measurement.value
