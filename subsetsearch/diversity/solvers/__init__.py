"""Solvers, apart from the objectives: greedy, local search, and exact with a certificate."""

from __future__ import annotations

from subsetsearch.diversity.solvers._exact import solve_exact
from subsetsearch.diversity.solvers._greedy import greedy, submodular_bound
from subsetsearch.diversity.solvers._local import local_search
from subsetsearch.diversity.solvers._maxmin import set_at_least
from subsetsearch.diversity.solvers._problem import Constraints, Solution
from subsetsearch.diversity.solvers._shift import concave_shift
from subsetsearch.diversity.solvers._solve import SOLVERS, SolverName, solve

__all__ = [
    "SOLVERS",
    "Constraints",
    "Solution",
    "SolverName",
    "concave_shift",
    "greedy",
    "local_search",
    "set_at_least",
    "solve",
    "solve_exact",
    "submodular_bound",
]
