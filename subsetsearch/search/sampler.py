"""A sampler over sets: children of the current front, screened by rung 1."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, TrialState

from subsetsearch.pareto import hypervolume, non_dominated
from subsetsearch.search.space import SearchSpace, Subset

Screen = Callable[[Subset], tuple[float, float]]
"""Expected objective value of a subset, and its standard error."""

_CHILDREN = 24
_ATTEMPTS = 12


class SubsetSampler(optuna.samplers.BaseSampler):
    """Proposes whole subsets: swap, add and drop from the front, never one seen before.

    Each proposal makes a brood of feasible new sets around the non-dominated ones and takes
    the child with the largest expected gain in hypervolume, by an optimistic reading (mean
    plus one standard error) of a cheap screen.

    Args:
        space: What may be proposed.
        screen: Expected value of a subset, without training. Without one, children are
            taken at random.
        seed: Names the random stream.
    """

    def __init__(self, space: SearchSpace, screen: Screen | None = None, *, seed: int | None = None) -> None:
        self._space = space
        self._screen = screen
        self._rng = np.random.default_rng(seed)

    def reseed_rng(self) -> None:
        """Take a fresh random stream (Optuna calls this in each worker)."""
        self._rng = np.random.default_rng()

    def infer_relative_search_space(
        self,
        study: optuna.Study,  # noqa: ARG002
        trial: FrozenTrial,  # noqa: ARG002
    ) -> dict[str, BaseDistribution]:
        """Return one boolean a language: the whole set is proposed at once."""
        return self._space.distributions()

    def sample_relative(
        self,
        study: optuna.Study,
        trial: FrozenTrial,  # noqa: ARG002
        search_space: dict[str, BaseDistribution],
    ) -> dict[str, Any]:
        """Propose a subset (as parameters)."""
        if not search_space:
            return {}
        trials = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.RUNNING))
        seen = {self._space.subset(t.params) for t in trials if t.params}
        done = [t for t in trials if t.state is TrialState.COMPLETE and t.values]
        front = self._front(done)
        children = self._brood([subset for subset, _, _ in front], seen)
        if not children:
            return self._space.params(self._random())
        return self._space.params(self._best(children, front))

    def sample_independent(
        self,
        study: optuna.Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """Draw a parameter that is none of ours at random."""
        return optuna.samplers.RandomSampler(seed=int(self._rng.integers(2**31))).sample_independent(
            study, trial, param_name, param_distribution
        )

    def _front(self, done: Sequence[FrozenTrial]) -> list[tuple[Subset, float, float]]:
        points = [(self._space.subset(t.params), t.values[0], t.values[1]) for t in done]
        points = [p for p in points if self._space.allows(p[0])]
        flags = non_dominated([p[1] for p in points], [p[2] for p in points])
        return [p for p, kept in zip(points, flags, strict=True) if kept]

    def _brood(self, parents: Sequence[Subset], seen: set[Subset]) -> list[Subset]:
        """Make feasible subsets that were not proposed before."""
        children: set[Subset] = set()
        for _ in range(_CHILDREN * _ATTEMPTS):
            if len(children) == _CHILDREN:
                break
            if parents and self._rng.random() < 0.9:
                child = self._mutate(parents[int(self._rng.integers(len(parents)))])
            else:
                child = self._random()
            if child not in seen and self._space.allows(child):
                children.add(child)
        return sorted(children, key=sorted)

    def _mutate(self, parent: Subset) -> Subset:
        """Swap, add or drop one to three languages."""
        child = set(parent)
        for _ in range(min(3, int(self._rng.geometric(0.6)))):
            outside = sorted(set(self._space.keys) - child)
            inside = sorted(child - self._space.must_include)
            move = self._rng.choice(["swap", "add", "drop"])
            if move in ("swap", "drop") and inside:
                child.discard(str(self._rng.choice(inside)))
            if move in ("swap", "add") and outside:
                child.add(str(self._rng.choice(outside)))
        return frozenset(child)

    def _random(self) -> Subset:
        """Draw a size, log-uniformly, then the languages."""
        low, high = np.log([self._space.min_size, min(self._space.max_size, len(self._space.keys)) + 1])
        size = int(np.exp(self._rng.uniform(low, high)))
        free = sorted(set(self._space.keys) - self._space.must_include)
        extra = max(0, min(size - len(self._space.must_include), len(free)))
        return self._space.must_include | frozenset(
            str(key) for key in self._rng.choice(free, size=extra, replace=False)
        )

    def _best(self, children: Sequence[Subset], front: Sequence[tuple[Subset, float, float]]) -> Subset:
        """Take the child with the largest optimistic gain in hypervolume."""
        if self._screen is None:
            return children[int(self._rng.integers(len(children)))]
        costs = [self._space.cost(child) for child in children]
        hopes = [mean + error for mean, error in map(self._screen, children)]
        known_costs, known = [p[1] for p in front], [p[2] for p in front]
        worst_cost = 1.05 * max([*costs, *known_costs])
        worst_value = min([*hopes, *known]) - 1e-3
        # Logarithmic costs, so that small subsets weigh as much as large ones.
        base = [float(np.log1p(c)) for c in known_costs]
        edge = float(np.log1p(worst_cost))
        gains = [
            hypervolume(
                [*base, float(np.log1p(cost))], [*known, hope], worst_cost=edge, worst_value=worst_value
            )
            for cost, hope in zip(costs, hopes, strict=True)
        ]
        return children[int(np.argmax(gains))]
