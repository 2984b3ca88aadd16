"""The search space: sets of languages under constraints, as one boolean a language and one level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from optuna.distributions import BaseDistribution, CategoricalDistribution

from subsetsearch.errors import SelectionError
from subsetsearch.problem.pairs import PAIRS, PairLevels
from subsetsearch.subset import Subset

_PREFIX = "language:"


class DataCost(Protocol):
    """Data cost of a set; a sum over its languages."""

    def __call__(self, keys: Iterable[str], pairs: int | None = None, /) -> float:
        """Cost where each language gives at most so many pairs; all of them, if left out."""
        ...


@dataclass(frozen=True)
class SearchSpace:
    """Which subsets may be proposed.

    ``none`` and ``all`` are always tried and exempt from the constraints.

    Args:
        keys: The pool, sorted.
        cost: Data cost of a subset at a level; a sum over its languages that no higher level lowers.
        min_size: Fewest languages.
        max_size: Most languages.
        must_include: Languages in every subset.
        budget: Highest cost, if there is one.
        exclude: Languages in no subset.
        families: Language to its family, for ``max_per_family``.
        max_per_family: Most languages of one family, if limited.
        levels: Pairs per language that may be proposed; without any, a subset takes all pairs.

    Raises:
        SelectionError: If no subset fits the constraints.
    """

    keys: tuple[str, ...]
    cost: DataCost
    min_size: int = 1
    max_size: int = 20
    must_include: frozenset[str] = frozenset()
    budget: float | None = None
    exclude: frozenset[str] = frozenset()
    families: Mapping[str, str] = field(default_factory=dict)
    max_per_family: int | None = None
    levels: PairLevels = field(default_factory=PairLevels)

    def __post_init__(self) -> None:
        _check_languages(self)
        _check_sizes(self)
        if self.budget is None:
            return
        cheapest = self.cheapest()
        price = self.price(cheapest.languages, cheapest.pairs)
        if price > self.budget:
            raise SelectionError(
                f"the cheapest allowed subset costs {price:g}, more than the budget {self.budget:g}",
                where="search.budget",
                fix="raise the budget, or lower min_size or must_include",
            )

    def price(self, languages: Iterable[str], pairs: int | None = None) -> float:
        """Cost of a set at a level."""
        return self.cost(languages) if pairs is None else self.cost(languages, pairs)

    def cheapest(self) -> Subset:
        """Return the cheapest candidate: enough languages with the required ones, at the lowest level.

        Taking the cheapest language that no limit forbids is exact: family limits are a partition
        matroid.
        """
        lowest = self.levels.limits[0]
        return self.levels.settle(self._filled(self.min_size, lowest, dearest=False), lowest)

    def largest_cost(self) -> float:
        """Bound what a candidate can cost: the dearest languages with most pairs, within the budget."""
        highest = self.levels.limits[-1]
        top = self.price(self._filled(self.max_size, highest, dearest=True), highest)
        return top if self.budget is None else min(top, self.budget)

    def _filled(self, size: int, pairs: int | None, *, dearest: bool) -> frozenset[str]:
        """Add languages by price at a level, as the family limits allow, up to a size."""
        sign = -1.0 if dearest else 1.0
        chosen = set(self.must_include)
        counts = self._families_of(chosen)
        for key in sorted(self.free, key=lambda key: (sign * self.price([key], pairs), key)):
            if len(chosen) >= size:
                break
            family = self.families.get(key, key)
            if self.max_per_family is None or counts[family] < self.max_per_family:
                chosen.add(key)
                counts[family] += 1
        return frozenset(chosen)

    @property
    def free(self) -> tuple[str, ...]:
        """Languages that may be in or out."""
        return tuple(key for key in self.keys if key not in self.must_include and key not in self.exclude)

    def _families_of(self, subset: Iterable[str]) -> Counter[str]:
        return Counter(self.families.get(key, key) for key in subset)

    def violations(self, subset: frozenset[str], pairs: int | None = None) -> dict[str, float]:
        """Measure how far a subset breaks each constraint; 0 or less is kept.

        Args:
            subset: Members of the pool.
            pairs: Most pairs of each; all, if left out.

        Returns:
            Always the same names, as samplers that model constraints need them.
        """
        largest = max(self._families_of(subset).values(), default=0)
        return {
            "min_size": float(self.min_size - len(subset)),
            "max_size": float(len(subset) - self.max_size),
            "must_include": float(len(self.must_include - subset)),
            "exclude": float(len(self.exclude & subset)),
            "budget": 0.0 if self.budget is None else self.price(subset, pairs) - self.budget,
            "max_per_family": 0.0 if self.max_per_family is None else float(largest - self.max_per_family),
        }

    def allows(self, subset: frozenset[str], pairs: int | None = None) -> bool:
        """Tell whether a subset keeps every constraint at a level."""
        return all(value <= 0 for value in self.violations(subset, pairs).values())

    def fits(self, chosen: Iterable[str]) -> bool:
        """Tell whether a set that may still grow keeps the upper limits, at the lowest level."""
        upper = self.violations(frozenset(chosen), self.levels.limits[0])
        return all(value <= 0 for name, value in upper.items() if name not in ("min_size", "must_include"))

    def largest(self, subset: frozenset[str]) -> Subset | None:
        """Return the candidate of a set at the highest level that is allowed; ``None`` if none is."""
        for pairs in reversed(self.levels.limits):
            if self.allows(subset, pairs):
                return self.levels.settle(subset, pairs)
        return None

    def distributions(self) -> dict[str, BaseDistribution]:
        """Return one boolean parameter a language, and the level where the study asks for it."""
        found: dict[str, BaseDistribution] = {
            _PREFIX + key: CategoricalDistribution((False, True)) for key in self.keys
        }
        return found | ({PAIRS: CategoricalDistribution(self.levels.choices)} if self.levels else {})

    def params(self, subset: Iterable[str], pairs: int | None = None) -> dict[str, bool | int | str]:
        """Write a candidate as parameters.

        Args:
            subset: Members of the pool.
            pairs: Most pairs of each; all, if left out.
        """
        chosen = self.levels.settle(subset, pairs)
        found: dict[str, bool | int | str] = {_PREFIX + key: key in chosen.languages for key in self.keys}
        return found | ({PAIRS: self.levels.choice(chosen)} if self.levels else {})

    def candidate(self, params: Mapping[str, object]) -> Subset:
        """Read the candidate off a trial's parameters, settled.

        Raises:
            KeyError: If the level is missing in a study that has levels.
        """
        pairs = self.levels.of(params[PAIRS]) if self.levels else None
        return self.levels.settle(self.subset(params), pairs)

    @staticmethod
    def subset(params: Mapping[str, object]) -> frozenset[str]:
        """Read the languages off a trial's parameters."""
        return frozenset(
            name.removeprefix(_PREFIX) for name, value in params.items() if value and name.startswith(_PREFIX)
        )


def _check_languages(space: SearchSpace) -> None:
    """Refuse required languages that another constraint forbids."""
    both = sorted(space.must_include & space.exclude)
    if both:
        raise SelectionError(
            f"{', '.join(both)} cannot be both required and excluded",
            where="search.exclude",
            fix="take it out of must_include or exclude",
        )
    if len(space.must_include) > space.max_size:
        raise SelectionError(
            f"{len(space.must_include)} languages are required, but max_size is {space.max_size}",
            where="search.must_include",
        )
    if space.max_per_family is None:
        return
    required: dict[str, list[str]] = {}
    for key in sorted(space.must_include):
        required.setdefault(space.families.get(key, key), []).append(key)
    for family, keys in required.items():
        if len(keys) > space.max_per_family:
            raise SelectionError(
                f"{', '.join(keys)} are all {family}, but max_per_family is {space.max_per_family}",
                where="search.must_include",
                fix="raise max_per_family, or require fewer of them",
            )


def _check_sizes(space: SearchSpace) -> None:
    """Refuse a smallest size above the largest, or that the pool or its families cannot fill."""
    if space.min_size > space.max_size:
        raise SelectionError(
            f"min_size is {space.min_size}, but no more than {space.max_size} languages are allowed",
            where="search.min_size",
        )
    if space.min_size > len(space.keys):
        raise SelectionError(
            f"min_size is {space.min_size}, but the pool has {len(space.keys)} languages", where="search"
        )
    reachable = len(space._filled(len(space.keys), None, dearest=False))
    if not reachable:
        raise SelectionError(
            "every language of the pool is excluded", where="search.exclude", fix="exclude fewer"
        )
    if space.min_size > reachable:
        reason = " under max_per_family" if space.max_per_family is not None else " after exclude"
        raise SelectionError(
            f"min_size is {space.min_size}, but no set{reason} has more than {reachable} languages",
            where="search.min_size",
            fix="lower min_size, or loosen the limit",
        )
