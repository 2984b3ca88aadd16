"""What subsets of a study's pool cost."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from subsetsearch.cost import cost_model
from subsetsearch.errors import ConfigError
from subsetsearch.study.config import StudyConfig
from subsetsearch.study.pool import Pool


@dataclass(frozen=True)
class PoolCost:
    """Additive data cost: each language has its own.

    Args:
        prices: Language key to what it adds.
        unit: What a cost counts, such as ``"sentence pairs"``.
    """

    prices: Mapping[str, float]
    unit: str

    def __call__(self, keys: Iterable[str]) -> float:
        """Cost of a subset, in :attr:`unit`; 0 for the empty one."""
        return float(sum(self.prices[key] for key in keys))

    @classmethod
    def build(cls, study: StudyConfig, pool: Pool) -> PoolCost:
        """Price every language of the pool as the study asks.

        Raises:
            ConfigError: If a language is not to be had at any price.
        """
        options = study.cost
        model = cost_model(
            options.model,
            prices=options.prices,
            by_class=options.by_class,
            tokens_per_pair=options.tokens_per_pair,
            corpus=options.corpus,
        )
        limit = study.recipe.realignment.pairs_per_language
        pairs = {key: min(len(text), limit or len(text)) for key, text in pool.texts.items()}
        prices = {key: model.cost([key], pairs) for key in pool.keys}
        endless = sorted(key for key, price in prices.items() if not math.isfinite(price))
        if endless:
            raise ConfigError(
                f"no finite cost for {', '.join(endless)}",
                where="cost",
                fix="name them in pool.exclude, or ask for fewer pairs a language",
            )
        return cls(prices, model.unit)
