"""A study's problem: which subsets may be chosen, for which targets, at what cost."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import cached_property

from realign_core.data.account import accounts_of, log_account
from realign_core.data.garbled import both_sides, log_garbled
from realign_core.data.labelled import Split
from subsetsearch.config.study import StudyConfig
from subsetsearch.languages import resolve
from subsetsearch.problem.cost import PoolCost
from subsetsearch.problem.pool import Pool, Targets, build_pool, build_targets, resolve_subset
from subsetsearch.problem.space import MOST_NAMED, SearchSpace

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """What is searched. It knows no encoder and no rung, and loads no torch.

    Args:
        config: The study file.
        pool: Languages that may be chosen, with their parallel text.
        targets: Languages whose scores count; held-out ones are for full runs on test data only.
        cost: Data cost of subsets of the pool.
        space: Subsets that may be proposed.
    """

    config: StudyConfig
    pool: Pool
    targets: Targets
    cost: PoolCost
    space: SearchSpace

    @cached_property
    def fingerprint(self) -> str:
        """Names data, targets, costs and rungs, as in :meth:`StudyConfig.fingerprint`."""
        return self.config.fingerprint()

    @classmethod
    def build(cls, config: StudyConfig, *, split: Split = "dev", hold_out_labelled: bool = False) -> Problem:
        """Resolve a study's languages, read its corpora and check its constraints.

        Args:
            config: The study.
            split: Targets are those with labels here, for full runs on ``test``.
            hold_out_labelled: Hold out sentence pairs of the labelled targets as well, so that each can be
                measured as if it had no labels. The numbers are then not those of the study.

        Raises:
            LanguageError: If a language is unknown, or a required one is not in the pool.
            SelectionError: If no subset fits the constraints.
            ConfigError: If pool, targets or prices do not fit.
            DataError: If a corpus cannot be read.
        """
        targets, pool = build_targets(config, split), build_pool(config, hold_out_labelled=hold_out_labelled)
        log_account(logger, "parallel data", accounts_of(pool.texts.values()))
        texts = {pool.codes[key]: text for key, text in pool.texts.items()}
        log_garbled(logger, "parallel data", both_sides(texts))
        cost = PoolCost.build(config, pool)
        return cls(config, pool, targets, cost, _space(config, pool, cost))

    def on(self, split: Split) -> Problem:
        """The same problem with the targets that have labels in another split."""
        return replace(self, targets=build_targets(self.config, split))


def _space(config: StudyConfig, pool: Pool, cost: PoolCost) -> SearchSpace:
    search = config.search
    return SearchSpace(
        pool.keys,
        cost,
        min_size=search.min_size,
        max_size=min(search.max_size, len(pool.keys)),
        must_include=resolve_subset(search.must_include, pool, where="search.must_include"),
        budget=search.budget,
        exclude=resolve_subset(search.exclude, pool, where="search.exclude"),
        families={key: resolve(key).family for key in pool.keys},
        max_per_family=search.max_per_family,
        pairs=cost.pairs,
        sparse=search.sampler == "subset" and len(pool.keys) > MOST_NAMED,
    )
