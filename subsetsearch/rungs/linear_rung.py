"""Rung 1: a subset's map in closed form, judged by the gap that it closes or by a probe."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

from cachetools import LRUCache, cachedmethod

from subsetsearch.config.rungs import LINEAR, RungWords, words_of
from subsetsearch.errors import ConfigError
from subsetsearch.rungs.cache import newest_arrays
from subsetsearch.rungs.gain import GainScale
from subsetsearch.rungs.linear.gap import LinearGap
from subsetsearch.rungs.linear.pair_retrieval import LinearRetrieval, build_linear_retrieval
from subsetsearch.rungs.linear.probe import LinearProbe, build_linear_probe, read_probe
from subsetsearch.rungs.linear.statistics import read_statistics
from subsetsearch.rungs.measured import Measured
from subsetsearch.rungs.rung import Rung, Scores
from subsetsearch.rungs.shared import SharedData, cut_to
from subsetsearch.subset import NONE, Subset

_SCALE_SUBSETS = 32
"""Number of subsets that tell what a gain in retrieval is worth."""

_KEPT_SCORES = 1024
"""A sampler's shortlist is scored before one of it is proposed, and then asked for again."""


@dataclass(frozen=True)
class LinearRung(Rung):
    """What both measures share.

    Args:
        data: Of the study.
    """

    data: SharedData

    @property
    def label(self) -> RungWords:
        """How results name it."""
        return words_of(self.data.problem.config, LINEAR.number)

    def prepare(self) -> None:
        """Encode what all processes share."""
        self.score(NONE)

    def seconds(self) -> float | None:
        """Time one score by the newest cached data; nothing is encoded or written."""
        proxy = self._cached()
        if proxy is None:
            return None
        proxy.score(())  # the first one prepares what all share
        start = time.perf_counter()
        proxy.score(proxy.statistics.every.languages[:5])
        return time.perf_counter() - start

    def _cached(self) -> LinearGap | LinearProbe | None:
        raise NotImplementedError

    def _codes_and_pairs(self, subset: Subset) -> tuple[Sequence[str], int | None]:
        """The corpus's codes of a subset, and its pairs, no more than are read."""
        cut = cut_to(subset, self.data.problem.config.proxy.linear.pairs)
        return self.data.codes(cut), cut.pairs


class GapRung(LinearRung):
    """By parallel text alone, for labelled and unlabelled targets alike."""

    @cached_property
    def gap(self) -> LinearGap:
        """What scores the corpus's codes."""
        problem, config = self.data.problem, self.data.problem.config.proxy.linear
        targets = (*problem.targets.searched, *problem.targets.unlabelled)
        language_of = {key: problem.pool.codes.get(key) for key in targets}
        unasked = frozenset(problem.pool.corpus_codes(problem.pool.relatives))
        if len(unasked) == len(problem.pool.keys):
            raise ConfigError(
                "every language of the pool is held out, so there is none whose gap can be asked",
                where="targets.held_out",
                fix="hold out fewer, or set proxy.linear.measure to probe",
            )
        return LinearGap(self.data.statistics_at(config.depth), config.ridge, language_of, unasked)

    def scores(self, subset: Subset) -> Scores:
        """Share of each target's gap that is closed, at most 1."""
        return self.gap.scores(*self._codes_and_pairs(subset))

    def score(self, subset: Subset) -> float:
        """Their mean, without computing each."""
        return self.gap.score(*self._codes_and_pairs(subset))

    def _cached(self) -> LinearGap | None:
        statistics = newest_arrays(self.data.cache, "statistics")
        ridge = self.data.problem.config.proxy.linear.ridge
        return None if statistics is None else LinearGap(read_statistics(statistics), ridge, {"": None})


@dataclass(frozen=True)
class ProbeRung(LinearRung):
    """By a probe of the source language, and by held-out sentence pairs where targets have no labels."""

    _scores: LRUCache[Subset, Scores] = field(
        default_factory=lambda: LRUCache(_KEPT_SCORES), init=False, repr=False, compare=False
    )

    @cached_property
    def probe(self) -> LinearProbe:
        """What scores labelled targets."""
        data, config = self.data, self.data.problem.config.proxy.linear
        return build_linear_probe(data.workspace, data.statistics, config, data.cache, progress=data.progress)

    @cached_property
    def pair_retrieval(self) -> LinearRetrieval:
        """What scores held-out sentence pairs."""
        data, ridge = self.data, self.data.problem.config.proxy.linear.ridge
        held_out = data.problem.pool.held_out
        return build_linear_retrieval(
            data.workspace, data.statistics, ridge, held_out, data.cache, progress=data.progress
        )

    def scores(self, subset: Subset) -> Scores:
        """Accuracy of each target in [0, 1]; without labels, what is expected by the target's retrieval."""
        return self._scores_of(cut_to(subset, self.data.problem.config.proxy.linear.pairs))

    @cachedmethod(attrgetter("_scores"))
    def _scores_of(self, cut: Subset) -> Scores:
        measured, unlabelled = self.measure(cut), self.data.problem.targets.unlabelled
        return dict(measured.labelled) | (self._scale(measured, unlabelled) if unlabelled else {})

    def measure(self, subset: Subset) -> Measured:
        """Measure accuracy and retrieval of all targets that have either."""
        codes, pairs = self._codes_and_pairs(subset)
        retrieval = self.pair_retrieval.scores(codes, pairs) if self.data.problem.pool.held_out else {}
        return Measured(self.data.by_key(self.probe.scores(codes, pairs)), retrieval)

    @cached_property
    def _scale(self) -> GainScale:
        return self.data.gain_scale(LINEAR.number, self.measure, _SCALE_SUBSETS)

    def _cached(self) -> LinearProbe | None:
        """The newest probe on the newest statistics; ``None`` if an encoder of another width made these."""
        statistics, probe = (
            newest_arrays(self.data.cache, "statistics"),
            newest_arrays(self.data.cache, "probe"),
        )
        if statistics is None or probe is None or len(statistics["centre"]) != len(probe["probe"]):
            return None
        return read_probe(probe, read_statistics(statistics), self.data.problem.config.proxy.linear.ridge)


def linear_rung(data: SharedData) -> GapRung | ProbeRung:
    """Build rung 1 with the measure that the study asks for."""
    return GapRung(data) if data.problem.config.proxy.linear.measure == "gap" else ProbeRung(data)
