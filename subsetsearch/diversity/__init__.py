"""Diversity of sets of languages: objectives, solvers, and a readable score of one set."""

from __future__ import annotations

from subsetsearch.diversity._score import Pair, Reach, SetScore, score
from subsetsearch.diversity.solvers import SOLVERS, Constraints, Solution, SolverName, solve

__all__ = [
    "SOLVERS",
    "Constraints",
    "Pair",
    "Reach",
    "SetScore",
    "Solution",
    "SolverName",
    "score",
    "solve",
]
