"""Exact facility location as a mixed-integer programme."""

from __future__ import annotations

import math
import time
from dataclasses import replace

import numpy as np

from subsetsearch.diversity.objectives import FacilityLocation
from subsetsearch.diversity.solvers._problem import Constraints, Solution


def solve_facility(
    objective: FacilityLocation, constraints: Constraints, first: Solution, deadline: float
) -> Solution:
    r"""Prove or improve a set for :class:`FacilityLocation` with HiGHS.

    The p-median formulation: :math:`\max \sum_t w_t \sum_i s_{it} z_{it}` with :math:`\sum_i z_{it} = 1`,
    :math:`z_{it} \le x_i`, :math:`x` binary (ReVelle & Swain 1970); its relaxation is nearly always integral.

    Args:
        objective: Similarities and weights.
        constraints: What the set must satisfy.
        first: A set to begin with, and its submodular bound.
        deadline: ``time.perf_counter()`` value at which to stop.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array

    if first.optimal:
        return replace(first, method="exact")
    n, targets = objective.similarity.shape
    cells = n * targets
    profit = np.concatenate([np.zeros(n), (objective.similarity * objective.weights).ravel()])
    site, target = np.divmod(np.arange(cells), targets)
    assign = coo_array((np.ones(cells), (target, n + np.arange(cells))), shape=(targets, n + cells))
    link = coo_array(
        (
            np.concatenate([np.ones(cells), -np.ones(cells)]),
            (np.tile(np.arange(cells), 2), np.concatenate([n + np.arange(cells), site])),
        ),
        shape=(cells, n + cells),
    )
    size = coo_array((np.ones(n), (np.zeros(n, dtype=int), np.arange(n))), shape=(1, n + cells))
    rules = [
        LinearConstraint(assign.tocsr(), 1, 1),
        LinearConstraint(link.tocsr(), -np.inf, 0),
        LinearConstraint(size.tocsr(), constraints.k_min, constraints.k_max),
    ]
    if constraints.budget is not None and constraints.costs is not None:
        prices = np.where(np.isfinite(constraints.costs), constraints.costs, 0.0)
        budget = coo_array((prices, (np.zeros(n, dtype=int), np.arange(n))), shape=(1, n + cells))
        rules.append(LinearConstraint(budget.tocsr(), -np.inf, constraints.budget))
    low, high = np.zeros(n + cells), np.ones(n + cells)
    low[list(constraints.include)] = 1.0
    high[:n][~constraints.allowed(n)] = 0.0
    left = max(0.1, deadline - time.perf_counter())
    integral = np.concatenate([np.ones(n), np.zeros(cells)])
    result = milp(
        -profit,
        constraints=rules,
        bounds=Bounds(low, high),
        integrality=integral,
        options={"time_limit": left, "mip_rel_gap": 0.0},
    )
    chosen, value = first.chosen, first.value
    if result.x is not None:
        found = tuple(int(index) for index in np.flatnonzero(result.x[:n] > 0.5))
        if constraints.holds(found) and objective.value(found) > value + 1e-12:
            chosen, value = found, objective.value(found)
    proven = (
        -float(result.mip_dual_bound) if getattr(result, "mip_dual_bound", None) is not None else math.inf
    )
    bound = min(proven, first.bound if first.bound is not None else math.inf)
    optimal = bound <= value + 1e-7
    return Solution(
        chosen,
        value,
        objective.name,
        "exact",
        optimal,
        value if optimal else bound,
        nodes=int(getattr(result, "mip_node_count", 0) or 0),
    )
