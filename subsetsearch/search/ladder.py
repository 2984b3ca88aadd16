"""The ladder of fidelities of one study: cost and typology, rung 1, rung 2."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from realign_core.progress import NoProgress, Progress
from realign_core.workspace import Workspace, prepare
from subsetsearch.languages import resolve
from subsetsearch.proxy.linear import DEV, LinearProxy, build_linear_proxy
from subsetsearch.proxy.short import ShortProxy, build_short_proxy
from subsetsearch.search.pool_cost import PoolCost
from subsetsearch.search.space import SearchSpace, Subset
from subsetsearch.study.config import StudyConfig
from subsetsearch.study.folder import StudyFolder
from subsetsearch.study.pool import Pool, Targets, build_pool, build_targets, resolve_subset


@dataclass(frozen=True)
class Ladder:
    """Scores subsets of language keys; what is expensive is made when first asked for.

    Proxies read development data of the searched targets only: neither test data nor
    held-out languages are ever loaded here.

    Args:
        study: The study.
        folder: Where its caches are.
        pool: Candidates.
        targets: Targets.
        progress: Shows the one-off encoding.
    """

    study: StudyConfig
    folder: StudyFolder
    pool: Pool
    targets: Targets
    progress: Progress

    @cached_property
    def cost(self) -> PoolCost:
        """Data cost of subsets of the pool."""
        return PoolCost.build(self.study, self.pool)

    @cached_property
    def space(self) -> SearchSpace:
        """Subsets that may be proposed.

        Raises:
            SelectionError: If none fits the constraints.
            LanguageError: If a required language is not in the pool.
        """
        search = self.study.search
        return SearchSpace(
            self.pool.keys,
            self.cost,
            min_size=search.min_size,
            max_size=min(search.max_size, len(self.pool.keys)),
            must_include=resolve_subset(search.must_include, self.pool),
            budget=search.budget,
            exclude=resolve_subset(search.exclude, self.pool),
            families={key: resolve(key).family for key in self.pool.keys},
            max_per_family=search.max_per_family,
        )

    @cached_property
    def workspace(self) -> Workspace:
        """Encoder and development data."""
        by_code = {self.pool.codes[key]: text for key, text in self.pool.texts.items()}
        targets = [self.targets.codes[key] for key in self.targets.searched]
        return prepare(self.study.recipe, by_code, targets=targets, splits=(DEV,), parallel=by_code)

    @cached_property
    def linear(self) -> LinearProxy:
        """Rung 1."""
        return build_linear_proxy(
            self.workspace, self.study.proxy.linear, self.folder.cache, progress=self.progress
        )

    @cached_property
    def short(self) -> ShortProxy:
        """Rung 2."""
        return build_short_proxy(
            self.workspace, self.study.proxy.short, self.folder.cache, progress=self.progress
        )

    def rung1(self, subset: Iterable[str]) -> float:
        """Score a subset in milliseconds, in [0, 1]."""
        return self.linear.score(self.pool.corpus_codes(subset))

    def rung2(self, subset: Subset) -> float:
        """Score a subset in seconds, in [0, 1]."""
        return self.short.score(self.pool.corpus_codes(subset))

    def rung1_scores(self, subset: Iterable[str]) -> dict[str, float]:
        """Rung 1 by target key; :meth:`rung1` is their mean."""
        return self._by_key(self.linear.scores(self.pool.corpus_codes(subset)))

    def rung2_scores(self, subset: Iterable[str]) -> dict[str, float]:
        """Rung 2 by target key; :meth:`rung2` is their mean."""
        return self._by_key(self.short.scores(self.pool.corpus_codes(subset)))

    def _by_key(self, scores: Mapping[str, float]) -> dict[str, float]:
        return {key: scores[code] for key, code in self.targets.codes.items() if code in scores}


def open_ladder(study: StudyConfig, folder: StudyFolder, *, progress: Progress | None = None) -> Ladder:
    """Resolve a study's languages and check its constraints; nothing is trained or written.

    Raises:
        RealignError: If languages, data or constraints do not fit.
    """
    ladder = Ladder(study, folder, build_pool(study), build_targets(study), progress or NoProgress())
    _ = ladder.space
    return ladder
