"""Strategies by name: the published subsets, the rules behind them, and pools to choose from."""

from __future__ import annotations

from subsetsearch.strategies._choose import choose, strategy_names
from subsetsearch.strategies._in_pool import (
    check_strategies,
    named_strategies,
    strategies_by_subset,
    strategy_subsets,
)
from subsetsearch.strategies._objectives import Distances
from subsetsearch.strategies._pools import (
    USUAL_POOL,
    NamedPool,
    PoolFilter,
    named_pools,
    pool_languages,
    read_pool,
)
from subsetsearch.strategies._published import PublishedSubset, published_subsets
from subsetsearch.strategies._request import Request, Selection
from subsetsearch.strategies._rules import Basis, ObjectiveName, Rule, rules
from subsetsearch.strategies._select import select

__all__ = [
    "USUAL_POOL",
    "Basis",
    "Distances",
    "NamedPool",
    "ObjectiveName",
    "PoolFilter",
    "PublishedSubset",
    "Request",
    "Rule",
    "Selection",
    "check_strategies",
    "choose",
    "named_pools",
    "named_strategies",
    "pool_languages",
    "published_subsets",
    "read_pool",
    "rules",
    "select",
    "strategies_by_subset",
    "strategy_names",
    "strategy_subsets",
]
