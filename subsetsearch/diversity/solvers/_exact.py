"""Exact solvers by kind of objective; each answer is ``optimal`` or has a proven bound."""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from subsetsearch.diversity.objectives import (
    FacilityLocation,
    GroupBalance,
    MinDispersion,
    Objective,
    PhylogeneticDiversity,
    SumDispersion,
)
from subsetsearch.diversity.solvers._greedy import greedy
from subsetsearch.diversity.solvers._local import local_search
from subsetsearch.diversity.solvers._maxmin import OutOfTime, set_at_least
from subsetsearch.diversity.solvers._maxsum import SumProblem, SumSearch
from subsetsearch.diversity.solvers._problem import Constraints, Solution

_ENUMERATE = 200_000  # sets up to which any objective is solved by looking at all of them


def solve_exact(
    objective: Objective, constraints: Constraints, *, time_limit: float = 60.0, seed: int = 0
) -> Solution:
    """Find the best set and prove it, as far as the time allows.

    - Max-sum and min-sum: branch and bound.
    - Max-min: cliques in threshold graphs.
    - Facility location: a mixed-integer programme (HiGHS).
    - Phylogenetic diversity and balance without a budget: greedy, which is optimal for them.
    - Any other objective: all sets if they are few, else local search with the bound of submodularity.

    Args:
        objective: What to make large.
        constraints: What the set must satisfy.
        time_limit: Seconds for the proof; when they are over, the best set so far and its bound are returned.
        seed: Of the local search that finds the first set.
    """
    start = time.perf_counter()
    deadline = start + time_limit
    if isinstance(objective, SumDispersion):
        solution = _exact_sum(objective, constraints, deadline, seed)
    elif isinstance(objective, MinDispersion):
        solution = _exact_min(objective, constraints, deadline, seed)
    elif isinstance(objective, FacilityLocation):
        from subsetsearch.diversity.solvers._facility import solve_facility  # scipy.optimize is slow to load

        first = local_search(objective, constraints, seed=seed, time_limit=time_limit / 4)
        solution = solve_facility(objective, constraints, first, deadline)
    elif isinstance(objective, PhylogeneticDiversity | GroupBalance) and constraints.budget is None:
        best = greedy(objective, constraints)
        solution = replace(best, method="exact", optimal=True, bound=best.value)
    else:
        solution = _by_enumeration(objective, constraints, time_limit, seed)
    return replace(solution, seconds=time.perf_counter() - start)


class _Parts(NamedTuple):
    """A problem in two parts: the must-includes and all other allowed languages, as indices.

    ``costs`` are those of the others, ``budget`` is what they may cost; ``None`` and infinite without one.
    """

    fixed: NDArray[np.intp]
    rest: NDArray[np.intp]
    costs: NDArray[np.float64] | None
    budget: float


def _parts(objective: Objective, constraints: Constraints) -> _Parts:
    usable = constraints.allowed(objective.n)
    fixed = np.asarray(sorted(constraints.include), dtype=np.intp)
    rest = np.asarray([i for i in np.flatnonzero(usable) if i not in constraints.include], dtype=np.intp)
    budget = math.inf if constraints.budget is None else constraints.budget - constraints.cost_of(fixed)
    costs = None if constraints.costs is None or math.isinf(budget) else constraints.costs[rest]
    return _Parts(fixed, rest, costs, budget)


def _exact_sum(objective: SumDispersion, constraints: Constraints, deadline: float, seed: int) -> Solution:
    """One branch and bound a size, the most promising (largest, for max-sum) first."""
    heuristic = local_search(
        objective, constraints, seed=seed, time_limit=max(0.5, _seconds_left(deadline) / 4)
    )
    best, value, nodes = heuristic.chosen, heuristic.value, 0
    bounds = [value]
    fixed, rest, costs, budget = _parts(objective, constraints)
    base = objective.value(fixed)
    linear = objective.anchor[rest] + objective.matrix[np.ix_(rest, fixed)].sum(axis=1)
    sizes = range(constraints.k_max, constraints.k_min - 1, -1) if objective.monotone else range(
        constraints.k_min, constraints.k_max + 1)  # fmt: skip
    for size in sizes:
        k = size - len(fixed)
        if k < 0 or k > len(rest):
            continue
        problem = SumProblem(objective.matrix[np.ix_(rest, rest)], linear, k, costs, budget)
        search = SumSearch(problem, (), deadline)
        search.value = value - base
        result = search.run()
        nodes += result.nodes
        bounds.append(base + result.bound)
        if result.chosen and base + result.value > value + 1e-12:
            best = tuple(sorted([*map(int, fixed), *(int(rest[i]) for i in result.chosen)]))
            value = objective.value(best)
        if budget == math.inf:
            break  # without a budget the first size is the best: every distance is at least 0
    bound = max(value, *bounds)
    optimal = bound <= value + 1e-8 * max(1.0, abs(value))
    return Solution(best, value, objective.name, "exact", optimal, value if optimal else bound, nodes=nodes)


def _exact_min(objective: MinDispersion, constraints: Constraints, deadline: float, seed: int) -> Solution:
    """Raise the threshold from the best known value until no clique is left.

    The smallest size is the best one, because a larger set is never farther apart.
    """
    heuristic = local_search(
        objective, constraints, seed=seed, time_limit=max(0.5, _seconds_left(deadline) / 4)
    )
    best, value, nodes = heuristic.chosen, heuristic.value, 0
    fixed, rest, costs, budget = _parts(objective, constraints)
    k = constraints.k_min - len(fixed)
    near = objective.anchor[rest]
    if len(fixed):
        near = np.minimum(near, objective.matrix[np.ix_(rest, fixed)].min(axis=1))
    ceiling = objective.value(fixed) if len(fixed) else math.inf
    distances = objective.matrix[np.ix_(rest, rest)]
    levels = np.unique(np.concatenate([distances[np.triu_indices(len(rest), 1)], near[np.isfinite(near)]]))
    bound = float(min(ceiling, levels[-1])) if len(levels) else ceiling
    while k > 0 and value < ceiling - 1e-12:
        higher = levels[levels > value + 1e-12]
        if not len(higher):
            bound = value
            break
        threshold = float(higher[0])
        able = np.flatnonzero(near >= threshold - 1e-12)
        prices = None if costs is None else costs[able]
        try:
            clique, looked = set_at_least(
                distances[np.ix_(able, able)], threshold, k, costs=prices, budget=budget, deadline=deadline
            )
        except OutOfTime:
            break
        nodes += looked
        if clique is None:
            bound = value
            break
        best = tuple(sorted([*map(int, fixed), *(int(rest[able[i]]) for i in clique)]))
        value = objective.value(best)
    bound = min(bound, ceiling) if k > 0 else value
    optimal = bound <= value + 1e-12
    return Solution(best, value, objective.name, "exact", optimal, value if optimal else bound, nodes=nodes)


def _by_enumeration(objective: Objective, constraints: Constraints, time_limit: float, seed: int) -> Solution:
    best = local_search(objective, constraints, seed=seed, time_limit=time_limit)
    usable = constraints.allowed(objective.n)
    fixed = sorted(constraints.include)
    rest = [int(i) for i in np.flatnonzero(usable) if i not in constraints.include]
    sizes = range(max(0, constraints.k_min - len(fixed)), constraints.k_max - len(fixed) + 1)
    total = sum(math.comb(len(rest), size) for size in sizes)
    if total > _ENUMERATE:
        return replace(best, method="local")
    deadline = time.perf_counter() + time_limit
    chosen, value = best.chosen, best.value
    for number, extra in enumerate(itertools.chain(*(itertools.combinations(rest, size) for size in sizes))):
        if number % 512 == 0 and time.perf_counter() > deadline:
            return replace(best, chosen=chosen, value=value, nodes=number)
        candidate = [*fixed, *extra]
        if constraints.holds(candidate):
            reached = objective.value(candidate)
            if reached > value + 1e-12:
                chosen, value = tuple(sorted(candidate)), reached
    return replace(best, chosen=chosen, value=value, method="exact", optimal=True, bound=value, nodes=total)


def _seconds_left(deadline: float) -> float:
    return max(0.0, deadline - time.perf_counter())
