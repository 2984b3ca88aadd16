"""What subsets of a study's pool cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from subsetsearch.config.study import StudyConfig
from subsetsearch.cost import CostModel, cost_model
from subsetsearch.errors import ConfigError
from subsetsearch.problem.pairs import PairChoices, pair_choices
from subsetsearch.problem.pool import Pool
from subsetsearch.subset import Subset


@dataclass(frozen=True)
class PoolCost:
    """Additive data cost: each language has its own.

    Args:
        prices: Language key to what all of its pairs add.
        unit: What a cost counts, such as ``"sentence pairs"``.
        pairs: What the study may cut languages down to.
        model: Prices fewer pairs; needed where there are any.
    """

    prices: Mapping[str, float]
    unit: str
    pairs: PairChoices = field(default_factory=PairChoices)
    model: CostModel | None = None
    _cut: dict[int, Mapping[str, float]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __call__(self, subset: Subset, /) -> float:
        """Cost of a subset of the pool, in :attr:`unit`; 0 for the empty one."""
        prices = self.prices if subset.pairs is None else self.at(subset.pairs)
        return float(sum(prices[key] for key in subset.languages))

    @cached_property
    def everything(self) -> Subset:
        """The whole pool with the most pairs."""
        return self.pairs.top(self.prices)

    def at(self, pairs: int) -> Mapping[str, float]:
        """Language key to what it adds with at most so many pairs."""
        if pairs not in self._cut:
            assert self.model is not None
            lengths = {key: min(n, pairs) for key, n in self.pairs.lengths.items()}
            self._cut[pairs] = {key: self.model.cost([key], lengths) for key in self.prices}
        return self._cut[pairs]

    @classmethod
    def build(cls, study: StudyConfig, pool: Pool) -> PoolCost:
        """Price every language of the pool as the study asks.

        Raises:
            ConfigError: If a language has no price, or none has another than 0.
        """
        options = study.cost
        model = cost_model(
            options.model,
            prices=options.prices,
            by_class=options.by_class,
            tokens_per_pair=options.tokens_per_pair,
            corpus=options.corpus,
        )
        choices = pair_choices(study, pool)
        prices = {key: model.cost([key], choices.lengths) for key in pool.keys}
        cost = cls(prices, model.unit, choices, model)
        limit = choices.limits[-1]
        most = prices if limit is None else cost.at(limit)
        endless = sorted(key for key, price in most.items() if not math.isfinite(price))
        if endless:
            raise ConfigError(
                f"no finite cost for {', '.join(endless)}",
                where="cost",
                fix="name them in pool.exclude, or ask for fewer pairs a language",
            )
        if not any(most.values()):
            raise ConfigError(
                "every language of the pool costs 0, so there is nothing to weigh scores against",
                where="cost",
                fix="0 is for data that one has already; count languages or pairs instead",
            )
        return cost
