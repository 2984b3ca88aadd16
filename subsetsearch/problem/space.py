"""The search space: sets of languages under constraints, a boolean a language and one number of pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from subsetsearch.errors import SelectionError, count
from subsetsearch.problem.pairs import PAIRS, PairChoices
from subsetsearch.subset import Subset

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

_PREFIX = "language:"

_SIZE = "n_languages"
"""Parameter of a sparse space; with it, it is known whether all languages of a trial are there."""

MOST_NAMED = 128
"""In larger pools a trial of our sampler names only the languages of its subset: each is a table's row."""


class DataCost(Protocol):
    """Data cost of a subset: a sum over its languages that more pairs never lower."""

    def __call__(self, subset: Subset, /) -> float:
        """Cost of a subset of the pool."""
        ...


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
        exclude: Languages in no subset.
        families: Language to its family, for ``max_per_family``.
        max_per_family: Most languages of one family, if limited.
        pairs: Pairs per language that may be proposed; without any, a subset takes all pairs.
        sparse: Whether parameters name the languages that are in, and how many they are, instead of saying
            of every language of the pool whether it is in.

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
    pairs: PairChoices = field(default_factory=PairChoices)
    sparse: bool = False

    def __post_init__(self) -> None:
        _check_languages(self)
        _check_sizes(self)
        if self.budget is None:
            return
        price = self.cost(self.cheapest())
        if price > self.budget:
            raise SelectionError(
                f"the cheapest allowed subset costs {price:g}, more than the budget {self.budget:g}",
                where="search.budget",
                fix="raise the budget, or lower min_size or must_include",
            )

    def cheapest(self) -> Subset:
        """Return the cheapest subset: as few languages as allowed, the required ones among them.

        Taking the cheapest language that no limit forbids is exact: family limits are a partition
        matroid.
        """
        lowest = self.pairs.limits[0]
        return self.pairs.canonical(self._filled(self.min_size, lowest), lowest)

    def largest_cost(self) -> float:
        """Bound what a subset can cost: the most expensive languages with most pairs, within the budget."""
        highest = self.pairs.limits[-1]
        top = self.cost(Subset(self._filled(self.max_size, highest, cheapest=False), highest))
        return top if self.budget is None else min(top, self.budget)

    def _filled(self, size: int, pairs: int | None, *, cheapest: bool = True) -> frozenset[str]:
        """Add the cheapest or most expensive languages, as the family limits allow, up to a size."""
        sign = 1.0 if cheapest else -1.0
        chosen = set(self.must_include)
        counts = self._families_of(chosen)
        prices = {key: sign * self.cost(Subset(frozenset({key}), pairs)) for key in self.free}
        for key in sorted(prices, key=lambda key: (prices[key], key)):
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

    def _families_of(self, languages: Iterable[str]) -> Counter[str]:
        return Counter(self.families.get(key, key) for key in languages)

    def violations(self, subset: Subset) -> dict[str, float]:
        """Measure how far a subset breaks each constraint; 0 or less is kept.

        Returns:
            Always the same names, as samplers that model constraints need them.
        """
        languages = subset.languages
        largest = max(self._families_of(languages).values(), default=0)
        return {
            "min_size": float(self.min_size - len(languages)),
            "max_size": float(len(languages) - self.max_size),
            "must_include": float(len(self.must_include - languages)),
            "exclude": float(len(self.exclude & languages)),
            "budget": 0.0 if self.budget is None else self.cost(subset) - self.budget,
            "max_per_family": 0.0 if self.max_per_family is None else float(largest - self.max_per_family),
        }

    def allows(self, subset: Subset) -> bool:
        """Tell whether a subset keeps every constraint."""
        return all(value <= 0 for value in self.violations(subset).values())

    def fits(self, languages: Iterable[str]) -> bool:
        """Tell whether a set that may still grow keeps the upper limits, with as few pairs as may be."""
        upper = self.violations(Subset(frozenset(languages), self.pairs.limits[0]))
        return all(value <= 0 for name, value in upper.items() if name not in ("min_size", "must_include"))

    def with_most_pairs(self, languages: frozenset[str]) -> Subset | None:
        """Return some languages with the most pairs that are allowed; ``None`` if they never are."""
        for pairs in reversed(self.pairs.limits):
            if self.allows(Subset(languages, pairs)):
                return self.pairs.canonical(languages, pairs)
        return None

    def distributions(self) -> dict[str, BaseDistribution]:
        """Return one boolean parameter a language, and the number of pairs where the study asks for it.

        A sparse space has the number of languages as well.
        """
        from optuna.distributions import CategoricalDistribution, IntDistribution

        parameters: dict[str, BaseDistribution] = {
            _PREFIX + key: CategoricalDistribution((False, True)) for key in self.keys
        }
        if self.sparse:
            parameters[_SIZE] = IntDistribution(0, len(self.keys))
        return parameters | ({PAIRS: CategoricalDistribution(self.pairs.choices)} if self.pairs else {})

    def params(self, subset: Subset) -> dict[str, bool | int | str]:
        """Write a subset of the pool as parameters."""
        params: dict[str, bool | int | str]
        subset = self.pairs.canonical(subset.languages, subset.pairs)
        if self.sparse:
            params = {_PREFIX + key: True for key in sorted(subset.languages)}
            params[_SIZE] = len(subset.languages)
        else:
            params = {_PREFIX + key: key in subset.languages for key in self.keys}
        return params | ({PAIRS: self.pairs.choice(subset)} if self.pairs else {})

    def subset(self, params: Mapping[str, object]) -> Subset:
        """Read the subset off a trial's parameters, in its canonical form.

        Raises:
            KeyError: If the number of pairs is missing in a study that chooses them.
        """
        pairs = self.pairs.parse(params[PAIRS]) if self.pairs else None
        return self.pairs.canonical(languages_of(params), pairs)

    def whole(self, params: Mapping[str, object]) -> bool:
        """Whether parameters, which may be stored one by one, are all there."""
        if self.pairs and PAIRS not in params:
            return False
        if _SIZE in params:
            return len(languages_of(params)) == params[_SIZE]
        return sum(name.startswith(_PREFIX) for name in params) == len(self.keys)


def languages_of(params: Mapping[str, object]) -> frozenset[str]:
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
            f"it names {count(len(space.must_include), 'language')}, but max_size is {space.max_size}",
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
    reachable = len(space._filled(len(space.keys), None))
    if not reachable:
        raise SelectionError(
            "every language of the pool is excluded", where="search.exclude", fix="exclude fewer"
        )
    if space.min_size > reachable:
        reason = " under max_per_family" if space.max_per_family is not None else " after exclude"
        raise SelectionError(
            f"min_size is {space.min_size}, but no set{reason} has more than {count(reachable, 'language')}",
            where="search.min_size",
            fix="lower min_size, or loosen the limit",
        )
