"""Local search: swap one language at a time until nothing gains, from several starts."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from subsetsearch.diversity.objectives import Objective
from subsetsearch.diversity.solvers._greedy import greedy, submodular_bound
from subsetsearch.diversity.solvers._problem import Constraints, Solution
from subsetsearch.errors import SelectionError

_TOLERANCE = 1e-12


def local_search(
    objective: Objective,
    constraints: Constraints,
    *,
    restarts: int = 24,
    seed: int = 0,
    time_limit: float | None = None,
) -> Solution:
    """Best-improvement swaps from the greedy set and from random ones.

    The result is never worse than greedy's, and no single swap improves it (unless time ran out).

    Args:
        objective: What to make large.
        constraints: What the set must satisfy.
        restarts: Starts besides the greedy one; the first half of them shake the best set, the rest
            are random.
        seed: Of the random starts.
        time_limit: Seconds after which no new swap begins.

    Returns:
        The best set found; ``bound`` as for :func:`greedy`.

    Raises:
        SelectionError: If not even a first set could be found.
    """
    start = time.perf_counter()
    deadline = start + (time_limit if time_limit is not None else 1e9)
    rng = np.random.default_rng(seed)
    best: NDArray[np.intp] | None = None
    value = -np.inf
    for attempt in range(restarts + 1):
        if attempt and time.perf_counter() > deadline:
            break
        try:
            begin = _start(objective, constraints, best, attempt, restarts, rng)
        except SelectionError:
            if attempt == restarts and best is None:
                raise
            continue
        climbed, reached = _climb(objective, constraints, begin, deadline)
        if reached > value + _TOLERANCE:
            best, value = climbed, reached
    if best is None:
        raise SelectionError("no set within the constraints was found", fix="raise the budget or lower k")
    bound = submodular_bound(objective, constraints, best) if objective.submodular else None
    optimal = bound is not None and bound <= value + _TOLERANCE
    chosen = tuple(sorted(int(index) for index in best))
    return Solution(chosen, value, objective.name, "local", optimal, bound, time.perf_counter() - start)


def _start(
    objective: Objective,
    constraints: Constraints,
    best: NDArray[np.intp] | None,
    attempt: int,
    restarts: int,
    rng: np.random.Generator,
) -> NDArray[np.intp]:
    if attempt == 0:
        return np.asarray(greedy(objective, constraints).chosen, dtype=np.intp)
    if best is not None and attempt <= restarts // 2:
        movable = [int(index) for index in best if int(index) not in constraints.include]
        drop = set(rng.permutation(movable)[: max(1, len(movable) // 3)].tolist())
        keep = [int(index) for index in best if int(index) not in drop]
        return _fill(objective.n, constraints, keep, len(best), rng)
    return _fill(objective.n, constraints, sorted(constraints.include), None, rng)


def _fill(
    n: int, constraints: Constraints, keep: list[int], size: int | None, rng: np.random.Generator
) -> NDArray[np.intp]:
    """Add random languages up to a size, as the budget allows."""
    target = size or int(rng.integers(constraints.k_min, constraints.k_max + 1))
    chosen = list(keep)
    mask = constraints.allowed(n)
    for candidate in rng.permutation(n):
        if len(chosen) >= target:
            break
        if not mask[candidate] or candidate in chosen:
            continue
        if (
            constraints.budget is not None
            and constraints.cost_of([*chosen, int(candidate)]) > constraints.budget
        ):
            continue
        chosen.append(int(candidate))
    if not constraints.holds(chosen):
        raise SelectionError("no random set within the budget")
    return np.asarray(chosen, dtype=np.intp)


def _climb(
    objective: Objective, constraints: Constraints, begin: NDArray[np.intp], deadline: float
) -> tuple[NDArray[np.intp], float]:
    chosen = begin.copy()
    value = objective.value(chosen)
    usable = constraints.allowed(objective.n)
    fixed = np.isin(chosen, list(constraints.include))
    while time.perf_counter() < deadline:
        allowed = np.broadcast_to(usable, (len(chosen), objective.n)).copy()
        allowed[:, chosen] = False
        allowed[fixed] = False
        if constraints.budget is not None and constraints.costs is not None:
            unspent = constraints.budget - constraints.cost_of(chosen)
            allowed &= constraints.costs[None, :] <= unspent + constraints.costs[chosen][:, None] + 1e-9
        move = objective.best_swap(chosen, allowed) if allowed.any() else None
        if move is None or move[2] <= _TOLERANCE:
            grown = _grow(objective, constraints, chosen)
            if grown is None:
                break
            chosen, fixed = np.append(chosen, grown), np.append(fixed, False)
        else:
            chosen[move[0]] = move[1]
        value = objective.value(chosen)
    return chosen, value


def _grow(objective: Objective, constraints: Constraints, chosen: NDArray[np.intp]) -> int | None:
    """One more language, if the size range and the budget allow it and it gains."""
    if len(chosen) >= constraints.k_max:
        return None
    usable = constraints.allowed(objective.n)
    usable[chosen] = False
    if constraints.budget is not None and constraints.costs is not None:
        usable &= constraints.costs <= constraints.budget - constraints.cost_of(chosen) + 1e-9
    if not usable.any():
        return None
    gains = np.where(usable, objective.gains(chosen), -np.inf)
    candidate = int(np.argmax(gains))
    if objective.value([*map(int, chosen), candidate]) <= objective.value(chosen) + _TOLERANCE:
        return None
    return candidate
