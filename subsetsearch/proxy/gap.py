r"""Rung 1 by parallel text alone: how much of the gap between translations a subset's map closes.

The gap of language l is the mean squared distance of its sentence vectors to their translations'. Under
the map W of a subset (:mod:`subsetsearch.proxy.gram`) it becomes

.. math::

    e_l(W) = \mathrm{tr}(W^\top G_l W) - 2\,\mathrm{tr}(W^\top C_l) + \mathrm{tr}(G_{src}),

and the share that W closes is :math:`1 - e_l(W) / e_l(I)`. It is asked of *every* language of the pool: what
was learnt from one language, or from several alike, carries over to few others. No label is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from subsetsearch.proxy.base import Proxy
from subsetsearch.proxy.gram import GramStatistics, Matrix, subset_map


@dataclass(frozen=True)
class LinearGap(Proxy):
    """The share of the gap that is closed: a target's own where the pool has it, else the pool's mean.

    Args:
        statistics: Second moments of the pool's sentence vectors, centred on the source.
        ridge: Pull towards the identity.
        own: Target to its language in the pool; ``None`` where the pool does not have it.
        prefixes: Number of pairs to the moments of each language's first so many.
    """

    statistics: GramStatistics
    ridge: float
    own: Mapping[str, str | None]
    prefixes: Mapping[int, GramStatistics] = field(default_factory=dict)

    def scores(self, languages: Sequence[str], pairs: int | None = None) -> dict[str, float]:
        """Score a subset for every target.

        Args:
            languages: Members of the pool; none for no realignment.
            pairs: Each gives its first so many pairs, one of ``prefixes``; all, if left out.

        Returns:
            Target to the share of the gap that is closed: 0 without realignment, at most 1, and
            below 0 where the map widens the gap.

        Raises:
            KeyError: If a language is not in the pool, or a number of pairs was not prepared.
        """
        shares = self.shares(languages, pairs)
        by_language = dict(zip(self.statistics.languages, shares.tolist(), strict=True))
        everyone = float(shares.mean())
        return {target: everyone if own is None else by_language[own] for target, own in self.own.items()}

    def score(self, languages: Sequence[str], pairs: int | None = None) -> float:
        """Mean over targets of :meth:`scores`, at most 1, without computing each."""
        w = self._map(languages, pairs)
        grams, crosses, kept = self._weighted
        error = float(np.vdot(grams, w @ w.T)) - 2 * float(np.vdot(crosses, w)) + kept
        return 1.0 - error

    def shares(self, languages: Sequence[str], pairs: int | None = None) -> Matrix:
        """Share of each language's gap that is closed, in the order of the statistics."""
        n, w = len(self.statistics.languages), self._map(languages, pairs)
        moved = self.statistics.grams.reshape(n, -1) @ (w @ w.T).ravel()
        crossed = self.statistics.crosses.reshape(n, -1) @ w.ravel()
        return np.asarray(1.0 - (moved - 2 * crossed + np.trace(self.statistics.source)) / self._gaps)

    def _map(self, languages: Sequence[str], pairs: int | None) -> Matrix:
        statistics = self.statistics if pairs is None else self.prefixes[pairs]
        return subset_map(statistics, self.statistics.rows(languages), self.ridge)

    @cached_property
    def _gaps(self) -> Matrix:
        """Every language's gap before realignment, shape (n_languages,)."""
        s = self.statistics
        own = np.trace(s.grams, axis1=1, axis2=2) - 2 * np.trace(s.crosses, axis1=1, axis2=2)
        return np.asarray(own + np.trace(s.source))

    @cached_property
    def _weighted(self) -> tuple[Matrix, Matrix, float]:
        """Moments of all languages as :meth:`score` weighs them: sums over g of w g, w c and w tr(G_src)."""
        s = self.statistics
        weights = np.zeros(len(s.languages))
        for own in self.own.values():
            weights += (
                1 / len(weights) if own is None else np.array([name == own for name in s.languages], float)
            )
        weights /= len(self.own) * self._gaps
        grams = np.tensordot(weights, s.grams, axes=1)
        crosses = np.tensordot(weights, s.crosses, axes=1)
        return grams, crosses, float(weights.sum() * np.trace(s.source))
