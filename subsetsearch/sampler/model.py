"""The surrogates of a study: what is expected, by its trials, of a set that was not tried."""

from __future__ import annotations

from typing import Any

import numpy as np

from subsetsearch.sampler.history import TrialHistory
from subsetsearch.sampler.learners import EffectSurrogate, Learner, SetLearner, Surrogate
from subsetsearch.surrogate import Observations, Prediction, SetFeatures, front_levels, level_at
from subsetsearch.surrogate.features import Indices, Matrix, Members

_REFIT = 1.3
_CERTAIN = 1e-9
"""Standard deviation of what is known; a Gaussian needs one."""

MOST_CONDITIONED = 384
"""Observations that a model is conditioned on: its cost grows with their cube."""


class TwoRungModel:
    """A surrogate of what is measured, and one of rung 1 where trials tell it.

    Rung 1 is known of every trial, so it is learned from all of them; what is measured is learned
    as a share of rung 1, as large as the data warrant, plus an effect of the set itself. Where rung 1
    is what is measured, one model is enough, and a score that is known needs no prediction. Full runs
    on test data are not learned from: they never steer the search.

    Args:
        history: Of the study.
        features: Of the pool.
        learner: Learns what is measured; as rung 1 is learned, if left out.
    """

    def __init__(self, history: TrialHistory, features: SetFeatures, learner: Learner | None = None) -> None:
        self.history = history
        self.features = features
        self._cheap = SetLearner(features)
        self._learner: Learner = learner or self._cheap
        self._choices: dict[str, tuple[int, Any]] = {}
        self._low: Surrogate | None = None
        self._high: Surrogate | None = None
        self._points = np.empty((2, 0))
        self._same_as_rung1 = False
        self.kept: Indices = np.empty(0, dtype=np.intp)
        """Places in the history of the measured trials that the model is conditioned on: of many, not all."""

    @property
    def ready(self) -> bool:
        """Whether there is anything to predict from: two different measured values."""
        return self._high is not None

    def refresh(self, *, fantasise: bool = True) -> None:
        """Condition on all trials so far.

        Args:
            fantasise: Take subsets that other processes are scoring to reach what is expected of them,
                so that no two processes look at the same place.
        """
        scored, members = self.history.scored, self.history.members
        costs = np.array([s.cost for s in scored])
        values = np.array([s.value for s in scored])
        measured = np.flatnonzero([s.measured for s in scored])
        self._low = self._high = None
        self._points = np.stack([costs[measured], values[measured]]) if scored else np.empty((2, 0))
        if not len(measured) or not float(np.ptp(values[measured])) > 0:
            return
        rung1: Matrix | None = None
        if all(s.rung1 is not None for s in scored):
            rung1 = np.array([s.rung1 for s in scored], dtype=np.float64)
        self._same_as_rung1 = rung1 is not None and np.array_equal(rung1, values)
        if self._same_as_rung1:
            rung1 = None
        elif rung1 is not None:
            self._low = self._fit("low", self._cheap, Observations(members, rung1), costs)
        seeds = np.array([s.again for s in scored])
        data = Observations(members, values, rung1, seeds).take(measured)
        rows_kept = thin_observations(costs[measured], data.values, MOST_CONDITIONED)
        self._high = self._fit("high", self._learner, data, costs[measured])
        self.kept = measured[rows_kept]
        # Only of the kept sets: to predict all takes long, and no other is near the front.
        if self._learner.denoises:
            conditioned = data.take(rows_kept)
            self._points = np.stack(
                [costs[self.kept], self._high.predict(conditioned.members, conditioned.rung).mean]
            )
        if fantasise:
            self._fantasise(data, costs[measured])

    def _fantasise(self, data: Observations, costs: Matrix) -> None:
        waiting = self.history.pending_seeds()
        if not waiting or self._high is None:
            return
        pending = np.stack([np.frombuffer(key, dtype=bool) for key, _ in waiting])
        rung = self._expected_rung(pending)
        mean = self.predict(pending).mean
        theirs = self.features.costs(pending)
        joined = Observations(
            np.concatenate([data.members, pending]),
            np.concatenate([data.values, mean]),
            None if data.rung is None or rung is None else np.concatenate([data.rung, rung]),
            None if data.seeds is None else np.concatenate([data.seeds, [s for _, s in waiting]]),
        )
        self._high = self._fit("high", self._learner, joined, np.concatenate([costs, theirs]))
        self._points = np.concatenate([self._points, np.stack([theirs, mean])], axis=1)

    def _fit(self, name: str, learner: Learner, data: Observations, costs: Matrix) -> Surrogate:
        """Condition on data; hyperparameters are chosen anew when these have grown by 30 %."""
        size, choice = self._choices.get(name, (0, None))
        if len(data) >= _REFIT * size:
            choice = learner.choose(data)
            self._choices[name] = (len(data), choice)
        return learner.fit(data.take(thin_observations(costs, data.values, MOST_CONDITIONED)), choice)

    def _expected_rung(self, members: Members) -> Matrix | None:
        return None if self._low is None else self._low.predict(members).mean

    def predict(self, members: Members, rung1: Matrix | None = None) -> Prediction:
        """Predict what sets would be measured at; only when :attr:`ready`.

        Args:
            members: One row a set.
            rung1: Their scores by rung 1, where known; else these are predicted too.
        """
        assert self._high is not None
        if self._same_as_rung1 and rung1 is not None:
            return Prediction(rung1, np.full(len(rung1), _CERTAIN))
        return self._high.predict(members, self._expected_rung(members) if rung1 is None else rung1)

    @property
    def decides(self) -> bool:
        """Whether it can tell what one more run would say of all sets: only when :attr:`ready`."""
        return isinstance(self._high, EffectSurrogate)

    def moves(self, members: Members, runs: Indices, seeds: Indices) -> Matrix:
        """How far one more run moves what is expected of sets; only of one that :attr:`decides`.

        Args:
            members: Sets, one a row.
            runs: What one may run next: places among these sets.
            seeds: Numbers of their seeds.

        Returns:
            Shape (n_sets, n_runs).
        """
        assert isinstance(self._high, EffectSurrogate)
        return self._high.moves(members, runs, seeds.tolist(), self._expected_rung(members))

    @property
    def noise(self) -> float:
        """Standard deviation of what is measured around what is predicted; only when :attr:`ready`."""
        assert self._high is not None
        return self._high.noise

    def front(self) -> tuple[Matrix, Matrix]:
        """Staircase of what was measured, as the model tells it, on the axis of log costs."""
        return front_levels(self.features.log_costs(self._points[0]), self._points[1])

    @property
    def worst(self) -> float:
        """Lowest measured value."""
        return float(self._points[1].min())


def thin_observations(costs: Matrix, values: Matrix, most: int) -> Indices:
    """Choose which observations a model keeps when there are too many.

    Half are those least below the front at their cost, where proposals will be; the other half are
    spread evenly over the rest, in order, so that the model still knows what is bad.

    Args:
        costs: Shape (n,).
        values: Shape (n,).
        most: How many to keep.

    Returns:
        Sorted rows.
    """
    if len(values) <= most:
        return np.arange(len(values))
    regret = level_at(costs, front_levels(costs, values), float(values.min())) - values
    near = np.argsort(regret, kind="stable")[: most // 2]
    rest = np.setdiff1d(np.arange(len(values)), near)
    spread = rest[np.linspace(0, len(rest) - 1, most - len(near)).astype(np.intp)]
    return np.sort(np.concatenate([near, spread]))
