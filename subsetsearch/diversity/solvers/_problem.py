"""Constraints of a choice and its solution."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from subsetsearch.errors import SelectionError, count, some

Method = Literal["exact", "greedy", "local", "given"]


@dataclass(frozen=True, eq=False)
class Constraints:
    """What a set must satisfy; the same for every solver.

    Attributes:
        k_min: Smallest size, must-include languages counted.
        k_max: Largest size.
        include: Indices that must be in the set.
        exclude: Indices that must not.
        costs: Cost of each language ``(n,)``; infinite where it cannot be had.
        budget: Largest total cost, in the unit of ``costs``.
    """

    k_min: int
    k_max: int
    include: frozenset[int] = frozenset()
    exclude: frozenset[int] = frozenset()
    costs: NDArray[np.float64] | None = None
    budget: float | None = None

    def allowed(self, n: int) -> NDArray[np.bool_]:
        """Which languages may be in a set at all, ``(n,)``."""
        mask = np.ones(n, dtype=bool)
        mask[list(self.exclude)] = False
        if self.costs is not None:
            limit = np.inf if self.budget is None else self.budget
            mask &= np.isfinite(self.costs) & (self.costs <= limit + 1e-9)
        return mask

    def cost_of(self, chosen: Sequence[int] | NDArray[np.intp]) -> float:
        """Total cost of a set; 0 without costs."""
        return float(self.costs[np.asarray(chosen, dtype=np.intp)].sum()) if self.costs is not None else 0.0

    def holds(self, chosen: Sequence[int] | NDArray[np.intp]) -> bool:
        """Whether a set satisfies everything."""
        members = {int(index) for index in chosen}
        return (
            self.k_min <= len(members) <= self.k_max
            and self.include <= members
            and not (self.exclude & members)
            and (self.budget is None or self.cost_of(chosen) <= self.budget + 1e-9)
        )

    def check(self, names: Sequence[str]) -> None:
        """Find contradictions before any work.

        Args:
            names: Languages, for the messages.

        Raises:
            SelectionError: If no set can satisfy the constraints; the languages in the way are named.
        """
        n = len(names)
        if self.k_min < 0 or self.k_min > self.k_max:
            raise SelectionError(
                f"a size from {self.k_min} to {self.k_max} is empty", fix="give k of at least 1"
            )
        both = sorted(self.include & self.exclude)
        if both:
            raise SelectionError(f"both included and excluded: {', '.join(names[index] for index in both)}")
        if len(self.include) > self.k_max:
            raise SelectionError(
                f"k is {self.k_max}, but include names {count(len(self.include), 'language')}"
            )
        mask = self.allowed(n)
        if barred := [index for index in sorted(self.include) if not mask[index]]:
            raise SelectionError(f"must be included, but cannot be chosen{self._reasons(names, barred)}")
        if int(mask.sum()) < self.k_min:
            raise SelectionError(
                f"k is {self.k_min}, but only {count(int(mask.sum()), 'language')} can be chosen"
                + self._reasons(names, np.flatnonzero(~mask)),
                fix="lower k, widen the pool or raise the budget",
            )
        if self.costs is not None and self.budget is not None:
            forced = list(self.include)
            free = np.sort(self.costs[[i for i in range(n) if mask[i] and i not in self.include]])
            cheapest = float(self.costs[forced].sum() + free[: self.k_min - len(forced)].sum())
            if self.k_min > 0 and cheapest > self.budget + 1e-9:
                raise SelectionError(
                    f"k is {self.k_min} and costs {cheapest:g} or more, but the budget is {self.budget:g}",
                    fix="lower k or raise the budget",
                )

    def _reasons(self, names: Sequence[str], barred: Iterable[int]) -> str:
        """Say why languages cannot be chosen."""
        costs = self.costs if self.costs is not None else np.zeros(len(names))
        reasons: dict[str, list[str]] = {}
        for index in barred:
            cost_reason = "cost more than there is" if np.isfinite(costs[index]) else "without a price"
            reasons.setdefault("excluded" if index in self.exclude else cost_reason, []).append(names[index])
        return "".join(f"; {reason}: {some(languages, 5)}" for reason, languages in reasons.items())


@dataclass(frozen=True)
class Solution:
    """A chosen set and how good it is known to be.

    Attributes:
        chosen: Indices, ascending.
        value: The objective's value.
        objective: Its name.
        method: How the set was found.
        optimal: Whether no better set exists (proven).
        bound: Proven upper bound of the value of any set, or ``None`` if nothing is proven.
        seconds: Wall-clock time.
        nodes: Nodes of the search tree that were looked at, 0 for heuristics.
    """

    chosen: tuple[int, ...]
    value: float
    objective: str
    method: Method
    optimal: bool = False
    bound: float | None = None
    seconds: float = field(default=0.0, compare=False)
    nodes: int = field(default=0, compare=False)

    @property
    def gap(self) -> float | None:
        """How far a better set could be at most, as a share of the value; 0 if optimal."""
        if self.optimal:
            return 0.0
        if self.bound is None or not np.isfinite(self.bound):
            return None
        return max(0.0, self.bound - self.value) / max(abs(self.value), 1e-12)
