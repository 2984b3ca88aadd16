"""Greedy: add the language that gains most, until the size is reached."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from subsetsearch.diversity.objectives import Objective
from subsetsearch.diversity.solvers._problem import Constraints, Solution
from subsetsearch.errors import SelectionError, count


def greedy(objective: Objective, constraints: Constraints, *, first: int | None = None) -> Solution:
    r"""Build a set by its largest gains.

    Guarantees, for a fixed size and no budget: at least :math:`1 - 1/e` of the optimum for monotone
    submodular objectives (Nemhauser et al. 1978), half of it for max-min over metrics (Tamir 1991), a
    quarter or more for max-sum over metrics (Ravi et al. 1994).
    For submodular objectives the gains also prove an upper bound: no set of size k is
    worth more than the value plus its k largest gains.

    Args:
        objective: What to make large.
        constraints: Must-include languages come first; a language that the budget no longer allows, or
            that would leave too little for the smallest size, is passed over.
        first: Language to begin with, when none must be included.

    Returns:
        The set; ``bound`` is set for monotone submodular objectives.

    Raises:
        SelectionError: If the greedy order cannot reach the smallest size within the budget.
    """
    start = time.perf_counter()
    chosen = sorted(constraints.include)
    if not chosen and first is not None:
        chosen = [first]
    mask = constraints.allowed(objective.n)
    if not chosen and constraints.k_min >= 2:
        opening = list(objective.opening(mask))
        if opening and all(_affordable(constraints, opening[:i], mask)[v] for i, v in enumerate(opening)):
            chosen = opening
    while len(chosen) < constraints.k_max:
        gains = objective.gains(chosen)
        gains[~mask | ~_affordable(constraints, chosen, mask)] = -np.inf
        best = int(np.argmax(gains))
        if not np.isfinite(gains[best]):
            break
        if len(chosen) >= constraints.k_min and objective.value([*chosen, best]) <= objective.value(chosen):
            break
        chosen.append(best)
    if len(chosen) < constraints.k_min:
        raise SelectionError(
            f"greedy found only {len(chosen)} of {count(constraints.k_min, 'language')} within the budget",
            fix="raise the budget or use the exact solver",
        )
    value = objective.value(chosen)
    bound = submodular_bound(objective, constraints, np.asarray(chosen)) if objective.submodular else None
    optimal = bound is not None and bound <= value + 1e-12
    return Solution(
        tuple(sorted(chosen)), value, objective.name, "greedy", optimal, bound, time.perf_counter() - start
    )


def _affordable(constraints: Constraints, chosen: list[int], mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Languages after whose choice the smallest size can still be paid for."""
    if constraints.costs is None or constraints.budget is None:
        return np.ones(len(mask), dtype=bool)
    free = mask.copy()
    free[chosen] = False
    order = np.sort(constraints.costs[free])
    still = max(0, constraints.k_min - len(chosen) - 1)
    total = constraints.costs + order[:still].sum()
    if 0 < still < len(order):  # a language among the cheapest is not reserved twice
        total = np.where(constraints.costs <= order[still - 1], order[: still + 1].sum(), total)
    return np.asarray(total <= constraints.budget - constraints.cost_of(chosen) + 1e-9)


def submodular_bound(objective: Objective, constraints: Constraints, chosen: NDArray[np.intp]) -> float:
    r"""Upper bound for a monotone submodular objective from the gains at one set.

    :math:`f(T) \le f(S) + \sum_{j \in T \setminus S} f(j \mid S)` for every ``T``, so the
    value plus the largest gains of as many languages as a set may hold beyond the must-includes bounds
    them all (Minoux 1978).
    """
    gains = objective.gains(chosen)
    gains[~constraints.allowed(objective.n)] = 0.0
    gains = np.where(np.isfinite(gains), np.maximum(gains, 0.0), 0.0)
    gains[list(constraints.include)] = 0.0
    free = constraints.k_max - len(constraints.include)
    return float(objective.value(chosen) + np.sort(gains)[::-1][:free].sum())
