"""What parallel data cost; the unit stands beside every number."""

from __future__ import annotations

from subsetsearch.cost._models import (
    COST_NAMES,
    ONLY_OF,
    AvailabilityCost,
    CostModel,
    CostName,
    LanguageCount,
    MoneyCost,
    PairCount,
    TokenCount,
    cost_model,
    read_prices,
)
from subsetsearch.cost._opus import available_pairs

__all__ = [
    "COST_NAMES",
    "ONLY_OF",
    "AvailabilityCost",
    "CostModel",
    "CostName",
    "LanguageCount",
    "MoneyCost",
    "PairCount",
    "TokenCount",
    "available_pairs",
    "cost_model",
    "read_prices",
]
