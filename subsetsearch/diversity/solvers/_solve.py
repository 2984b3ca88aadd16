"""One door to all solvers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from subsetsearch.diversity.objectives import Objective
from subsetsearch.diversity.solvers._exact import solve_exact
from subsetsearch.diversity.solvers._greedy import greedy
from subsetsearch.diversity.solvers._local import local_search
from subsetsearch.diversity.solvers._problem import Constraints, Solution
from subsetsearch.errors import ConfigError

SolverName = Literal["greedy", "local", "exact"]
SOLVERS: tuple[SolverName, ...] = get_args(SolverName)


def solve(
    objective: Objective,
    constraints: Constraints,
    *,
    solver: SolverName = "local",
    time_limit: float = 60.0,
    seed: int = 0,
    names: Sequence[str] | None = None,
) -> Solution:
    """Choose a set.

    Args:
        objective: What to make large.
        constraints: What the set must satisfy.
        solver: ``greedy``, ``local`` (greedy, then swaps with restarts) or ``exact`` (with a certificate).
        time_limit: Seconds, for ``local`` and ``exact``.
        seed: Of the random starts.
        names: Languages, for messages about contradictions.

    Returns:
        The solution; exact is never below local, local never below greedy.

    Raises:
        SelectionError: If no set satisfies the constraints.
        ConfigError: If there is no such solver.
    """
    constraints.check(names or [str(index) for index in range(objective.n)])
    if solver == "greedy":
        return greedy(objective, constraints)
    if solver == "local":
        return local_search(objective, constraints, seed=seed, time_limit=time_limit)
    if solver == "exact":
        return solve_exact(objective, constraints, time_limit=time_limit, seed=seed)
    raise ConfigError(f"unknown solver '{solver}'", fix=f"choose one of: {', '.join(SOLVERS)}")
