"""What subsets of a study's pool cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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
        """Price every language of the pool as the study asks."""
        if study.cost.model == "languages":
            return cls(dict.fromkeys(pool.keys, 1.0), "languages")
        limit = study.recipe.realignment.pairs_per_language
        pairs = {key: float(min(len(text), limit or len(text))) for key, text in pool.texts.items()}
        return cls(pairs, "sentence pairs")
