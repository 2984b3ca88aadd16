"""Reading the front: dominance, hypervolume, rules of choice."""

from __future__ import annotations

from subsetsearch.pareto.dominance import hypervolume, non_dominated

__all__ = ["hypervolume", "non_dominated"]
