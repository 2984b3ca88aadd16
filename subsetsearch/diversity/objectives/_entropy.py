"""Diversity of feature values (Ploeger et al. 2024, "What is 'Typological Diversity' in NLP?")."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from subsetsearch.diversity.objectives._base import FloatArray, IntArray, Objective


def feature_entropy(
    chosen: Sequence[int] | IntArray, features: FloatArray, *, missing: bool = False
) -> float:
    r"""Mean entropy of the features' values in the set, in bits.

    .. math:: H(S) = \frac{1}{d} \sum_f - \sum_v p_{fv} \log_2 p_{fv}

    where :math:`p_{fv}` is the share of the chosen languages with value ``v`` in feature ``f``. Values are
    rounded to 0 or 1 (averages of sources that disagree count as present from a half on).

    Args:
        chosen: Indices of the chosen languages.
        features: ``(n, d)`` in [0, 1], ``NaN`` where unknown.
        missing: Count "unknown" as a value of its own (then unknown languages look diverse; off by default).

    Returns:
        Bits, in [0, 1], with ``missing`` in [0, log2 3]; 0 for no language. Not monotone.
    """
    rows = features[np.asarray(chosen, dtype=np.intp)]
    if not rows.size:
        return 0.0
    present = np.nansum(rows >= 0.5, axis=0).astype(np.float64)
    absent = np.nansum(rows < 0.5, axis=0).astype(np.float64)
    counts = [present, absent]
    if missing:
        counts.append(np.isnan(rows).sum(axis=0).astype(np.float64))
    total = np.maximum(1.0, np.sum(counts, axis=0))
    bits = np.zeros(rows.shape[1])
    for count in counts:
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


def value_overlap(chosen: Sequence[int] | IntArray, features: FloatArray) -> float:
    """Feature value overlap: how often a pair of chosen languages agrees, over the features known in both.

    FVO of Ploeger et al. 2024, taken once over all features and pairs. In [0, 1], lower is more diverse;
    1 for fewer than two languages or nothing known in common.
    """
    rows = features[np.asarray(chosen, dtype=np.intp)]
    present = np.nansum(rows >= 0.5, axis=0).astype(np.float64)
    absent = np.nansum(rows < 0.5, axis=0).astype(np.float64)
    known = present + absent
    pairs = float((known * (known - 1)).sum())
    agree = float((present * (present - 1) + absent * (absent - 1)).sum())
    return agree / pairs if pairs else 1.0


def _values_seen(features: FloatArray) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    if not len(features):
        return np.zeros((2, features.shape[1]), dtype=bool)
    return np.stack([(features >= 0.5).any(axis=0), (features < 0.5).any(axis=0)])


class FeatureEntropy(Objective):
    """Mean entropy of feature values as an objective (see :func:`feature_entropy`)."""

    name = "entropy"

    def __init__(self, features: FloatArray, *, missing: bool = False) -> None:
        super().__init__(len(features))
        self.features = features
        self.missing = missing

    def value(self, chosen: Sequence[int] | IntArray) -> float:
        return feature_entropy(chosen, self.features, missing=self.missing)


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
