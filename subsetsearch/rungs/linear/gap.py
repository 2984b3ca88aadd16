r"""Rung 1 by parallel text alone: how much of the gap between translations a subset's map closes.

The gap of language l is the mean squared distance of its sentence vectors to their translations'. Under
the map W of a subset (:mod:`subsetsearch.rungs.linear.gram`) it becomes

.. math::

    e_l(W) = \mathrm{tr}(W^\top G_l W) - 2\,\mathrm{tr}(W^\top C_l) + \mathrm{tr}(G_{src}),

and the share that W closes is :math:`1 - e_l(W) / e_l(I)`. It is asked of *every* language of the pool
(but of held-out targets, where a study keeps these in its pool): what was learnt from one language, or from
several alike, carries over to few others. No label is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

import numpy as np
from cachetools import LRUCache, cachedmethod

from subsetsearch.rungs.linear.gram import Matrix, PoolStatistics, folded_square, subset_map
from subsetsearch.rungs.measured import Proxy

_KEPT_SCORES = 4096
"""A search asks for the same subsets again, as what was not proposed last time is promising still."""

_KEPT_MAPS = 8
"""A sampler's shortlist: one of them is asked for again, by target. They are large."""

Key = tuple[tuple[int, ...], int | None]
"""Rows of a subset, and its number of pairs."""


@dataclass(frozen=True, slots=True)
class MapProducts:
    """A map W as the gap reads it: W itself and W Wᵀ folded, shape (d, d) both."""

    w: Matrix
    folded: Matrix


@dataclass(frozen=True, slots=True)
class Gaps:
    """A weighted sum over languages of their gaps, Σ w_l e_l(W).

    Args:
        grams: Σ w_l G_l, shape (d, d).
        crosses: Σ w_l C_l, shape (d, d).
        kept: Σ w_l tr(G_src).
    """

    grams: Matrix
    crosses: Matrix
    kept: float

    def remaining_gap(self, moved: MapProducts) -> float:
        """What a map leaves of them; of their shares, if each weight is divided by e_l(I)."""
        change = float(np.vdot(self.grams, moved.folded)) - 2 * float(np.vdot(self.crosses, moved.w))
        return change + self.kept


@dataclass(frozen=True)
class LinearGap(Proxy):
    """The share of the gap that is closed: a target's own where the pool has it, else the pool's mean.

    Args:
        statistics: Second moments of the pool's sentence vectors, centred on the source.
        ridge: Pull towards the identity.
        language_of: Target to its language in the pool; ``None`` where the pool does not have it.
        unasked: Languages of the pool that are no part of its mean: held-out targets.
    """

    statistics: PoolStatistics
    ridge: float
    language_of: Mapping[str, str | None]
    unasked: frozenset[str] = frozenset()
    _scores: LRUCache[Key, float] = field(
        default_factory=lambda: LRUCache(_KEPT_SCORES), init=False, repr=False, compare=False
    )
    _maps: LRUCache[Key, MapProducts] = field(
        default_factory=lambda: LRUCache(_KEPT_MAPS), init=False, repr=False, compare=False
    )

    def scores(self, languages: Sequence[str], pairs: int | None = None) -> dict[str, float]:
        """Score a subset for every target.

        Args:
            languages: Members of the pool; none for no realignment.
            pairs: Each gives its first so many pairs, one of the statistics' prefixes; all, if left out.

        Returns:
            Target to the share of the gap that is closed: 0 without realignment, at most 1, and
            below 0 where the map widens the gap.

        Raises:
            KeyError: If a language is not in the pool, or a number of pairs was not prepared.
        """
        if not len(languages):
            return dict.fromkeys(self.language_of, 0.0)
        moved = self._moved(self._key(languages, pairs))
        place = {name: row for row, name in enumerate(self.statistics.every.languages)}
        shares = {
            language: self._share(place[language], moved)
            for language in set(self.language_of.values())
            if language is not None
        }
        everyone = 1.0 - self._pool.remaining_gap(moved) if None in self.language_of.values() else 0.0
        return {
            target: everyone if language is None else shares[language]
            for target, language in self.language_of.items()
        }

    def score(self, languages: Sequence[str], pairs: int | None = None) -> float:
        """Mean over targets of :meth:`scores`, at most 1, without computing each."""
        if not len(languages):
            return 0.0  # exactly: the identity closes nothing, whatever rounding says
        return self._mean(self._key(languages, pairs))

    @cachedmethod(attrgetter("_scores"))
    def _mean(self, key: Key) -> float:
        return 1.0 - self._targets.remaining_gap(self._moved(key))

    def _share(self, row: int, moved: MapProducts) -> float:
        """Share of one language's gap that is closed."""
        s = self.statistics.every
        gap = Gaps(s.grams[row], s.crosses[row], float(np.trace(s.source)))
        return 1.0 - gap.remaining_gap(moved) / float(self._gaps[row])

    def _key(self, languages: Sequence[str], pairs: int | None) -> Key:
        return tuple(self.statistics.at(pairs).rows(languages)), pairs

    @cachedmethod(attrgetter("_maps"))
    def _moved(self, key: Key) -> MapProducts:
        rows, pairs = key
        w = subset_map(self.statistics.at(pairs), rows, self.ridge)
        return MapProducts(w, folded_square(w))

    @cached_property
    def _gaps(self) -> Matrix:
        """Every language's gap before realignment, shape (n_languages,)."""
        s = self.statistics.every
        change = np.trace(s.grams, axis1=1, axis2=2) - 2 * np.trace(s.crosses, axis1=1, axis2=2)
        return np.asarray(change + np.trace(s.source))

    @cached_property
    def _targets(self) -> Gaps:
        """What the mean over targets weighs."""
        languages = self.statistics.every.languages
        pool = self._everyone
        weights = [
            pool if language is None else np.array([name == language for name in languages], float)
            for language in self.language_of.values()
        ]
        return self._weighed(np.mean(weights, axis=0))

    @cached_property
    def _pool(self) -> Gaps:
        """What the mean over the pool weighs."""
        return self._weighed(self._everyone)

    @cached_property
    def _everyone(self) -> Matrix:
        """Equal weights of the languages that the mean asks, shape (n_languages,)."""
        weights = np.array([name not in self.unasked for name in self.statistics.every.languages], float)
        return np.asarray(weights / weights.sum())

    def _weighed(self, weights: Matrix) -> Gaps:
        """Add shares up: of each language's gap, as many parts of it as were there before."""
        s, scaled = self.statistics.every, weights / self._gaps
        grams, crosses = np.tensordot(scaled, s.grams, axes=1), np.tensordot(scaled, s.crosses, axes=1)
        return Gaps(grams, crosses, float(scaled.sum() * np.trace(s.source)))
