"""Balance over groups: families, genera, scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np

from subsetsearch.diversity.objectives._base import FloatArray, IntArray, Objective


def group_entropy(chosen: Sequence[int] | IntArray, groups: Sequence[Hashable]) -> float:
    r"""Entropy of the groups in the set, in bits: :math:`-\sum_g p_g \log_2 p_g`.

    In [0, log2 k]; log2 k if every language is of another group. Shannon 1948.
    """
    counts = np.asarray(list(Counter(groups[int(index)] for index in chosen).values()), dtype=np.float64)
    if not counts.size:
        return 0.0
    share = counts / counts.sum()
    return float(-(share * np.log2(share)).sum()) + 0.0


class GroupBalance(Objective):
    r"""Even choice over groups: :math:`f(S) = \sum_g \sqrt{n_g(S)}`.

    The concave function of the counts makes the second language of a group worth less than the first,
    the third less again: monotone and submodular (Lin & Bilmes 2011), and for a fixed size its maximum is
    the evenest split, as for :func:`group_entropy`, which is not submodular. In [0, k].

    Args:
        groups: Group of each language.
        name: ``families``, ``genera`` or ``scripts``.
    """

    monotone = True
    submodular = True

    def __init__(self, groups: Sequence[Hashable], name: str) -> None:
        super().__init__(len(groups))
        self.name = name
        numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
        self._group = np.asarray([numbers[group] for group in groups], dtype=np.intp)
        self._n_groups = len(numbers)

    def _counts(self, chosen: Sequence[int] | IntArray) -> FloatArray:
        index = np.asarray(chosen, dtype=np.intp)
        return np.bincount(self._group[index], minlength=self._n_groups).astype(np.float64)

    def value(self, chosen: Sequence[int] | IntArray) -> float:
        return float(np.sqrt(self._counts(chosen)).sum())

    def gains(self, chosen: Sequence[int] | IntArray) -> FloatArray:
        counts = self._counts(chosen)
        gains = (np.sqrt(counts + 1.0) - np.sqrt(counts))[self._group]
        gains[np.asarray(chosen, dtype=np.intp)] = -np.inf
        return np.asarray(gains)
