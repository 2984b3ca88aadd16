"""Diversity of feature values (Ploeger et al. 2024, "What is 'Typological Diversity' in NLP?")."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from subsetsearch.diversity.objectives._base import FloatArray, IntArray, Objective


def feature_entropy(chosen: Sequence[int] | IntArray, features: FloatArray) -> float:
    r"""Mean entropy of the features' values in the set, in bits.

    .. math:: H(S) = \frac{1}{d} \sum_f - \sum_v p_{fv} \log_2 p_{fv}

    where :math:`p_{fv}` is the share of the chosen languages with value ``v`` in feature ``f``. Values are
    rounded to 0 or 1 (averages of sources that disagree count as present from a half on).

    Args:
        chosen: Indices of the chosen languages.
        features: ``(n, d)`` in [0, 1], ``NaN`` where unknown.

    Returns:
        Bits, in [0, 1]; 0 for no language. Unknown values do not count. Not monotone.
    """
    rows = features[np.asarray(chosen, dtype=np.intp)]
    if not rows.size:
        return 0.0
    present = np.nansum(rows >= 0.5, axis=0).astype(np.float64)
    absent = np.nansum(rows < 0.5, axis=0).astype(np.float64)
    total = np.maximum(1.0, present + absent)
    bits = np.zeros(rows.shape[1])
    for count in (present, absent):
        share = count / total
        bits -= np.where(share > 0, share * np.log2(np.where(share > 0, share, 1.0)), 0.0)
    return float(bits.mean())


def value_inclusion(chosen: Sequence[int] | IntArray, features: FloatArray) -> float:
    """Feature value inclusion: the share of all attested feature values that occur in the set.

    FVI of Ploeger et al. 2024. Unknown values count neither as attested nor as included. In [0, 1];
    monotone and submodular (a coverage function).
    """
    attested = _values_seen(features)
    seen = _values_seen(features[np.asarray(chosen, dtype=np.intp)])
    return float((seen & attested).sum() / max(1, int(attested.sum())))


def _values_seen(features: FloatArray) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    if not len(features):
        return np.zeros((2, features.shape[1]), dtype=bool)
    return np.stack([(features >= 0.5).any(axis=0), (features < 0.5).any(axis=0)])


class FeatureEntropy(Objective):
    """Mean entropy of feature values as an objective (see :func:`feature_entropy`)."""

    name = "entropy"

    def __init__(self, features: FloatArray) -> None:
        super().__init__(len(features))
        self.features = features

    def value(self, chosen: Sequence[int] | IntArray) -> float:
        return feature_entropy(chosen, self.features)


class ValueInclusion(Objective):
    """Feature value inclusion as an objective (see :func:`value_inclusion`)."""

    name = "value-inclusion"
    monotone = True
    submodular = True

    def __init__(self, features: FloatArray) -> None:
        super().__init__(len(features))
        self.features = features
        self._holds = np.concatenate([features >= 0.5, features < 0.5], axis=1)
        self._attested = max(1, int(self._holds.any(axis=0).sum()))

    def value(self, chosen: Sequence[int] | IntArray) -> float:
        index = np.asarray(chosen, dtype=np.intp)
        return float(self._holds[index].any(axis=0).sum() / self._attested) if len(index) else 0.0

    def gains(self, chosen: Sequence[int] | IntArray) -> FloatArray:
        index = np.asarray(chosen, dtype=np.intp)
        seen = self._holds[index].any(axis=0)
        gains = (self._holds & ~seen).sum(axis=1) / self._attested
        gains[index] = -np.inf
        return np.asarray(gains, dtype=np.float64)
