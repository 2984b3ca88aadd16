"""The search space: sets of languages under constraints, as one boolean a language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from optuna.distributions import BaseDistribution, CategoricalDistribution

from subsetsearch.errors import SelectionError

Subset = frozenset[str]
_PREFIX = "language:"


@dataclass(frozen=True)
class SearchSpace:
    """Which subsets may be proposed.

    ``none`` and ``all`` are always tried and exempt from the constraints.

    Args:
        keys: The pool, sorted.
        cost: Data cost of a subset.
        min_size: Fewest languages.
        max_size: Most languages.
        must_include: Languages in every subset.
        budget: Highest cost, if there is one.

    Raises:
        SelectionError: If no subset fits the constraints.
    """

    keys: tuple[str, ...]
    cost: Callable[[Iterable[str]], float]
    min_size: int = 1
    max_size: int = 20
    must_include: Subset = frozenset()
    budget: float | None = None

    def __post_init__(self) -> None:
        if self.min_size > len(self.keys):
            raise SelectionError(
                f"min_size is {self.min_size}, but the pool has {len(self.keys)} languages", where="search"
            )
        if self.budget is None:
            return
        cheapest = self.cheapest()
        if self.cost(cheapest) > self.budget:
            raise SelectionError(
                f"the cheapest allowed subset costs {self.cost(cheapest):g}, "
                f"more than the budget {self.budget:g}",
                where="search.budget",
                fix="raise the budget, or lower min_size or must_include",
            )

    def cheapest(self) -> Subset:
        """Return the cheapest subset that has enough languages and the required ones."""
        free = sorted(set(self.keys) - self.must_include, key=lambda key: (self.cost([key]), key))
        return self.must_include | frozenset(free[: max(0, self.min_size - len(self.must_include))])

    def violations(self, subset: Subset) -> dict[str, float]:
        """Measure how far a subset breaks each constraint; 0 or less is kept.

        Args:
            subset: Members of the pool.
        """
        found = {
            "min_size": float(self.min_size - len(subset)),
            "max_size": float(len(subset) - self.max_size),
            "must_include": float(len(self.must_include - subset)),
        }
        if self.budget is not None:
            found["budget"] = self.cost(subset) - self.budget
        return found

    def allows(self, subset: Subset) -> bool:
        """Tell whether a subset keeps every constraint."""
        return all(value <= 0 for value in self.violations(subset).values())

    def distributions(self) -> dict[str, BaseDistribution]:
        """Return one boolean parameter a language."""
        return {_PREFIX + key: CategoricalDistribution((False, True)) for key in self.keys}

    def params(self, subset: Iterable[str]) -> dict[str, bool]:
        """Write a subset as parameters."""
        members = set(subset)
        return {_PREFIX + key: key in members for key in self.keys}

    @staticmethod
    def subset(params: Mapping[str, object]) -> Subset:
        """Read the subset off a trial's parameters."""
        return frozenset(name.removeprefix(_PREFIX) for name, value in params.items() if value)
