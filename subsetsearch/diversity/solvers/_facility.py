"""Exact facility location as a mixed-integer programme."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array

from subsetsearch.diversity.objectives import FacilityLocation
from subsetsearch.diversity.solvers._problem import Constraints, Solution


@dataclass(frozen=True, slots=True)
class _Variables:
    """Where the programme's variables stand: first every ``x_i``, then ``z_it`` site by site.

    Args:
        sites: Subset languages.
        targets: Languages to be covered.
    """

    sites: int
    targets: int

    @property
    def cells(self) -> int:
        """Number of the ``z``."""
        return self.sites * self.targets

    @property
    def total(self) -> int:
        """Number of all variables."""
        return self.sites + self.cells

    def rows(
        self, values: NDArray[np.float64], at: NDArray[np.int64], columns: NDArray[np.int64]
    ) -> csr_array:
        """Build a sparse matrix with a column a variable."""
        return coo_array((values, (at, columns)), shape=(int(at.max()) + 1, self.total)).tocsr()


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
    if first.optimal:
        return replace(first, method="exact")
    variables = _Variables(*objective.similarity.shape)
    n = variables.sites
    profit = np.concatenate([np.zeros(n), (objective.similarity * objective.weights).ravel()])
    low, high = np.zeros(variables.total), np.ones(variables.total)
    low[list(constraints.include)] = 1.0
    high[:n][~constraints.allowed(n)] = 0.0
    result = milp(
        -profit,
        constraints=_rules(variables, constraints),
        bounds=Bounds(low, high),
        integrality=np.concatenate([np.ones(n), np.zeros(variables.cells)]),
        options={"time_limit": max(0.1, deadline - time.perf_counter()), "mip_rel_gap": 0.0},
    )
    improved = () if result.x is None else tuple(int(index) for index in np.flatnonzero(result.x[:n] > 0.5))
    dual = getattr(result, "mip_dual_bound", None)
    proven = math.inf if dual is None else -float(dual)
    nodes = int(getattr(result, "mip_node_count", 0) or 0)
    return _better(objective, constraints, first, improved, proven, nodes)


def _rules(variables: _Variables, constraints: Constraints) -> list[LinearConstraint]:
    """Every target has one site, which is chosen; size and cost of the set."""
    n, cells = variables.sites, np.arange(variables.cells)
    ones, sites = np.ones(len(cells)), np.arange(n)
    site, target = np.divmod(cells, variables.targets)
    assign = variables.rows(ones, target, n + cells)
    link = variables.rows(np.concatenate([ones, -ones]), np.tile(cells, 2), np.concatenate([n + cells, site]))
    only_row = np.zeros(n, dtype=np.int64)
    size = variables.rows(np.ones(n), only_row, sites)
    rules = [
        LinearConstraint(assign, 1, 1),
        LinearConstraint(link, -np.inf, 0),
        LinearConstraint(size, constraints.k_min, constraints.k_max),
    ]
    if constraints.budget is not None and constraints.costs is not None:
        prices = np.where(np.isfinite(constraints.costs), constraints.costs, 0.0)
        rules.append(LinearConstraint(variables.rows(prices, only_row, sites), -np.inf, constraints.budget))
    return rules


def _better(
    objective: FacilityLocation,
    constraints: Constraints,
    first: Solution,
    improved: tuple[int, ...],
    proven: float,
    nodes: int,
) -> Solution:
    """Keep the better of two sets, under the lower of two bounds."""
    chosen, value = first.chosen, first.value
    if improved and constraints.holds(improved) and objective.value(improved) > value + 1e-12:
        chosen, value = improved, objective.value(improved)
    bound = min(proven, first.bound if first.bound is not None else math.inf)
    optimal = bound <= value + 1e-7
    return Solution(chosen, value, objective.name, "exact", optimal, value if optimal else bound, nodes=nodes)
