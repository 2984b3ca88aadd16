"""The ladder of fidelities of one study: cost and typology, rung 1, and the rung that its search ends at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from realign_core.runs.workspace import Workspace, prepare
from realign_core.support.files import content_key
from realign_core.support.progress import NoProgress, Progress
from subsetsearch.config.rungs import FULL
from subsetsearch.config.study import StudyConfig
from subsetsearch.problem.cost import PoolCost
from subsetsearch.problem.pairs import warn_of_blind_rungs
from subsetsearch.problem.pool import Pool, Targets
from subsetsearch.problem.problem import Problem
from subsetsearch.problem.space import SearchSpace
from subsetsearch.results.folder import StudyFolder
from subsetsearch.rungs.dev_runs import DevRuns, check_labels, open_dev_runs
from subsetsearch.rungs.gain import GainScale
from subsetsearch.rungs.linear.gap import LinearGap
from subsetsearch.rungs.linear.gram import PoolStatistics
from subsetsearch.rungs.linear.probe import LinearProbe, build_linear_probe
from subsetsearch.rungs.linear.retrieval import LinearAlignment, build_linear_alignment
from subsetsearch.rungs.linear.statistics import build_statistics, kept_layers
from subsetsearch.rungs.measured import DEV, Measured, mean_score
from subsetsearch.rungs.recent import Recent
from subsetsearch.rungs.short import ShortProxy, build_short_proxy
from subsetsearch.rungs.top_rung import TopRung, top_rung
from subsetsearch.rungs.unlabelled import spread_subsets, stored_gain_scale
from subsetsearch.subset import Subset

_SCALE_SUBSETS = 32
"""So many subsets tell rung 1 what a gain in alignment is worth."""

_KEPT_SCORES = 1024
"""A sampler's shortlist is scored before one of it is proposed, and then asked for again."""


@dataclass(frozen=True)
class Ladder:
    """Scores candidates; what is expensive is made when first asked for.

    All rungs here read development data of the searched targets only: neither test data nor
    held-out languages are ever loaded. Targets without labels are scored by the alignment
    of held-out sentence pairs, on the scale of the labelled ones.

    Args:
        problem: The study.
        folder: Where its caches are.
        progress: Shows the one-off encoding.
    """

    problem: Problem
    folder: StudyFolder
    progress: Progress
    _short_scores: dict[Subset, dict[str, float]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _probe_scores: Recent[Subset, dict[str, float]] = field(
        default_factory=lambda: Recent(_KEPT_SCORES), init=False, repr=False, compare=False
    )

    @property
    def study(self) -> StudyConfig:
        """The study file."""
        return self.problem.config

    @property
    def pool(self) -> Pool:
        """Languages that may be chosen."""
        return self.problem.pool

    @property
    def targets(self) -> Targets:
        """Languages whose scores count."""
        return self.problem.targets

    @property
    def cost(self) -> PoolCost:
        """Data cost of subsets of the pool."""
        return self.problem.cost

    @property
    def space(self) -> SearchSpace:
        """Subsets that may be proposed."""
        return self.problem.space

    @cached_property
    def workspace(self) -> Workspace:
        """Encoder and development data."""
        by_code = {self.pool.codes[key]: text for key, text in self.pool.texts.items()}
        targets = [self.targets.codes[key] for key in self.targets.searched]
        found = prepare(
            self.study.recipe,
            by_code,
            targets=targets,
            splits=(DEV,) if targets else (),
            parallel=by_code,
            sentences={s for text in self.pool.held_out.values() for s in (*text.source, *text.target)},
        )
        return found if targets else replace(found, evaluation={DEV: {}})

    @cached_property
    def statistics(self) -> PoolStatistics:
        """Moments of parallel text at the encoder's end, which the probe and alignment are read with."""
        return self._build_statistics(1.0)

    def _statistics(self, depth: float) -> PoolStatistics:
        """Those at a depth; they are large, so the ones at the encoder's end are held once."""
        whole = kept_layers(self.workspace, depth) == kept_layers(self.workspace, 1.0)
        return self.statistics if whole else self._build_statistics(depth)

    def _build_statistics(self, depth: float) -> PoolStatistics:
        pairs = self.study.proxy.linear.pairs
        levels = [n for n in self.space.levels.limits if n is not None and n < pairs]
        return build_statistics(
            self.workspace, pairs, self.folder.cache, depth=depth, levels=levels, progress=self.progress
        )

    @cached_property
    def probe(self) -> LinearProbe:
        """Rung 1 by a probe on development data."""
        config, cache = self.study.proxy.linear, self.folder.cache
        return build_linear_probe(self.workspace, self.statistics, config, cache, progress=self.progress)

    @cached_property
    def gap(self) -> LinearGap:
        """Rung 1 by parallel text alone, for labelled and unlabelled targets alike."""
        targets = (*self.targets.searched, *self.targets.unlabelled)
        own = {key: self.pool.codes.get(key) for key in targets}
        config = self.study.proxy.linear
        return LinearGap(self._statistics(config.depth), config.ridge, own)

    @cached_property
    def short(self) -> ShortProxy:
        """Rung 2."""
        return build_short_proxy(
            self.workspace,
            self.study.proxy.short,
            self.folder.cache,
            held_out=self.pool.held_out,
            progress=self.progress,
        )

    @cached_property
    def dev_runs(self) -> DevRuns:
        """Rung 3 on development data."""
        return open_dev_runs(self)

    @cached_property
    def top(self) -> TopRung:
        """The rung that trials are measured by; a lower or higher one is never made for them."""
        return top_rung(self)

    @cached_property
    def alignment(self) -> LinearAlignment:
        """Rung 1 on held-out sentence pairs."""
        ridge, cache = self.study.proxy.linear.ridge, self.folder.cache
        return build_linear_alignment(
            self.workspace, self.statistics, ridge, self.pool.held_out, cache, progress=self.progress
        )

    def rung1(self, candidate: Subset) -> float:
        """Score a candidate in milliseconds, at most 1."""
        if self.study.proxy.linear.measure == "gap":
            return self.gap.score(*self._for_rung1(candidate))
        return mean_score(self.rung1_scores(candidate))

    def rung2(self, candidate: Subset) -> float:
        """Score a candidate in seconds, in [0, 1]."""
        return mean_score(self.rung2_scores(candidate))

    def rung1_scores(self, candidate: Subset) -> dict[str, float]:
        """Rung 1 by target key; :meth:`rung1` is their mean."""
        codes, pairs = self._for_rung1(candidate)
        if self.study.proxy.linear.measure == "gap":
            return self.gap.scores(codes, pairs)
        seen = Subset(candidate.languages, pairs)
        return self._probe_scores.get(seen, lambda: self._probed(seen))

    def _probed(self, seen: Subset) -> dict[str, float]:
        found = self.measure1(seen.languages, seen.pairs)
        unlabelled = self.targets.unlabelled
        return dict(found.labelled) | (self._scale1(found, unlabelled) if unlabelled else {})

    def _for_rung1(self, candidate: Subset) -> tuple[list[str], int | None]:
        seen = _seen(candidate.pairs, self.study.proxy.linear.pairs)
        return self.pool.corpus_codes(candidate.languages), seen

    def rung2_scores(self, candidate: Subset) -> dict[str, float]:
        """Rung 2 by target key; :meth:`rung2` is their mean. What it takes for equal is run once."""
        seen = Subset(candidate.languages, _seen(candidate.pairs, self.study.proxy.short.pairs))
        if seen not in self._short_scores:
            self._short_scores[seen] = self._rung2_scores(seen)
        return self._short_scores[seen]

    def _rung2_scores(self, seen: Subset) -> dict[str, float]:
        unlabelled = self.targets.unlabelled
        if not unlabelled:
            return self._by_key(self.short.scores(self.pool.corpus_codes(seen.languages), seen.pairs))
        found = self.measure2(seen.languages, seen.pairs)
        return dict(found.labelled) | self._scale2(found, unlabelled)

    def rung3_scores(self, candidate: Subset) -> dict[str, float]:
        """A full run on development data by target key, minutes; targets without labels have no score."""
        return self.dev_runs.scores(candidate)

    def measure1(self, subset: Iterable[str], pairs: int | None = None) -> Measured:
        """Measure accuracy and alignment of all targets that have either, by rung 1's probe and key.

        Args:
            subset: Members of the pool.
            pairs: A level below what the rung reads of a language; all of that, if left out.
        """
        codes = self.pool.corpus_codes(subset)
        alignment = self.alignment.scores(codes, pairs) if self.pool.held_out else {}
        return Measured(self._by_key(self.probe.scores(codes, pairs)), alignment)

    def measure2(self, subset: Iterable[str], pairs: int | None = None) -> Measured:
        """Measure accuracy and alignment of all targets that have either, by rung 2 and key.

        Args:
            subset: Members of the pool.
            pairs: As in :meth:`measure1`.
        """
        found = self.short.measure(self.pool.corpus_codes(subset), pairs)
        return Measured(self._by_key(found.labelled), found.alignment)

    @cached_property
    def _scale1(self) -> GainScale:
        return self._scale(1, self.measure1, _SCALE_SUBSETS)

    @cached_property
    def _scale2(self) -> GainScale:
        return self._scale(2, self.measure2, self.study.proxy.retrieval.subsets)

    def _scale(self, rung: int, measure: Callable[[Iterable[str]], Measured], count: int) -> GainScale:
        """Learn what alignment is worth, once for all processes of the study."""
        subsets = spread_subsets(self.space, count)
        texts = {key: text.fingerprint() for key, text in self.pool.texts.items()}
        held_out = {key: text.fingerprint() for key, text in self.pool.held_out.items()}
        names = [sorted(subset) for subset in subsets]
        parts = [self.study.fingerprint(), self.workspace.fingerprint, texts, held_out, names, rung]
        place = self.folder.cache / f"scale-{content_key(parts)}.json"
        return stored_gain_scale(place, measure, subsets)

    def _by_key(self, scores: Mapping[str, float]) -> dict[str, float]:
        return {key: scores[code] for key, code in self.targets.codes.items() if code in scores}


def _seen(pairs: int | None, most: int) -> int | None:
    """A level as a rung sees it that reads at most so many pairs of a language."""
    return pairs if pairs is not None and pairs < most else None


def open_ladder(
    study: StudyConfig, folder: StudyFolder, *, in_turn: bool = False, progress: Progress | None = None
) -> Ladder:
    """Resolve a study's languages and check its constraints; nothing is trained or written.

    Args:
        study: The study.
        folder: Where its caches are.
        in_turn: Hold out sentence pairs of the labelled targets as well, so that each can be
            measured as if it had no labels. The numbers are then not those of the study.
        progress: Shows the one-off encoding.

    Raises:
        RealignError: If languages, data or constraints do not fit.
    """
    study.recipe.encoder.require_folder()
    problem = Problem.build(study, in_turn=in_turn)
    if study.search.top_rung == FULL.number:
        check_labels(problem.targets)
    warn_of_blind_rungs(study, problem.space.levels)
    return Ladder(problem, folder, progress or NoProgress())
