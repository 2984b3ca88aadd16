"""Features and distances with what is known about them: missing is never zero."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from subsetsearch.errors import SelectionError

Kind = Literal["featural", "syntactic", "phonological", "inventory", "genetic", "geographic", "learned"]
Metric = Literal["cosine", "angular", "hamming", "arc", "given"]

LEAST_SHARED = 25
"""Fewer shared features of URIEL (of 289) tell nothing: pairs that share less, as Danish and Bemba do, may be
at distance 0."""

KINDS: tuple[Kind, ...] = get_args(Kind)
FEATURE_PREFIXES: Mapping[Kind, str] = {
    "featural": "",
    "syntactic": "S_",
    "phonological": "P_",
    "inventory": "INV_",
}
"""Kinds that rest on URIEL's features, with the prefix of their names."""

BLOCKS: tuple[Kind, ...] = ("syntactic", "phonological", "inventory")
"""Kinds that make up the featural one."""


@dataclass(frozen=True, slots=True, eq=False)
class FeatureTable:
    """Feature vectors of some languages.

    Attributes:
        keys: Language keys, one a row.
        names: Feature names, one a column.
        values: Values of shape ``(n, d)``; ``NaN`` where a feature is not known.
        codes: The source's own code that each row was read from.
        rates: Mean of each feature over all languages of the source, ``(d,)``.
    """

    keys: tuple[str, ...]
    names: tuple[str, ...]
    values: NDArray[np.float64]
    codes: tuple[str, ...]
    rates: NDArray[np.float64] | None = None

    @property
    def coverage(self) -> NDArray[np.float64]:
        """Share of the features that is known, of shape ``(n,)``, between 0 and 1."""
        if not self.names:
            return np.zeros(len(self.keys))
        return np.asarray(np.isfinite(self.values).mean(axis=1), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class DistanceTable:
    """Distances between languages, and from how many features each was measured.

    Attributes:
        keys: Language keys, one a row and column.
        values: Symmetric distances of shape ``(n, n)``, zero diagonal; ``NaN`` where two languages
            have no known feature in common.
        shared: How many features are known in both languages, shape ``(n, n)``; the diagonal counts
            the language's own.
        n_features: How many features there are.
        kind: What is compared.
        metric: How it is compared.
        codes: The source's own code that each language was read from.
        evidence: How many features each distance really rests on, ``(n, n)``: the shared ones, or for a
            cosine only those that are present (see :func:`masked_distances`).
        baseline: How far two average languages are over the features that the pair shares, relative to all
            features, ``(n, n)``; ``None`` means 1.
        caution: Standard errors taken off, negative if added (see :meth:`cautious`).
    """

    keys: tuple[str, ...]
    values: NDArray[np.float64]
    shared: NDArray[np.int32]
    n_features: int
    kind: Kind
    metric: Metric
    codes: tuple[str, ...]
    evidence: NDArray[np.float32]
    baseline: NDArray[np.float32] | None = None
    caution: float = 0.0

    @property
    def coverage(self) -> NDArray[np.float64]:
        """Share of the features that is known in both languages, ``(n, n)``, between 0 and 1."""
        return np.asarray(self.shared / max(1, self.n_features), dtype=np.float64)

    @property
    def own_coverage(self) -> NDArray[np.float64]:
        """Share of the features that is known of each language, ``(n,)``, between 0 and 1."""
        return np.asarray(np.diag(self.shared) / max(1, self.n_features), dtype=np.float64)

    def standard_error(self) -> NDArray[np.float64]:
        r"""Standard error of each distance, ``(n, n)``, from above.

        The features known in both languages are a sample, without replacement, of all ``M``. The mean of
        ``e`` values in [0, 1] has a standard error of at most :math:`\frac{1}{2\sqrt e}` (Popoviciu's
        inequality), and knowing ``m`` of ``M`` shrinks it by :math:`\sqrt{1 - m/M}` (finite population
        correction): nothing when all is known, and the more the less is known.
        """
        known_share = np.minimum(1.0, self.shared / max(1, self.n_features))
        sample = np.maximum(self.evidence.astype(np.float64), 0.25)
        return np.asarray(0.5 / np.sqrt(sample) * np.sqrt(1.0 - known_share))

    @property
    def least_shared(self) -> int:
        """How many features two languages must share for their distance to be known.

        :data:`LEAST_SHARED`, or a tenth of the features where these are fewer than ten times as many.
        """
        return min(LEAST_SHARED, max(1, math.ceil(self.n_features / 10)))

    def trusted(self, least: int | None = None) -> DistanceTable:
        """Take distances that rest on a handful of features for unknown: they look certain and are not.

        Args:
            least: Number of shared features that is enough; :attr:`least_shared`, if left out.

        Returns:
            The same table, ``NaN`` where fewer are shared.
        """
        few = self.shared < (self.least_shared if least is None else least)
        np.fill_diagonal(few, val=False)
        return replace(self, values=np.where(few, np.nan, self.values))

    def cautious(self, errors: float = 2.0, *, far: bool = False, least: int | None = None) -> DistanceTable:
        """Take standard errors off each distance, so that no language looks diverse for being unknown.

        A maximum over distances measured on few features picks the luckiest error. The lower end of
        the distance's confidence interval does not: what is not known can only bring a language nearer.
        Where the features known in both are ones in which any two languages differ much (``baseline``
        above 1), the distance is divided by that first. Pairs with too few common features get 0.

        Args:
            errors: How many standard errors to take off; 0 only fills the unknown pairs. With 2, blanking
                features of a language at random makes it less likely to be chosen, for every solver.
            far: Take the upper end instead, and 1 (or the largest distance) for unknown pairs: for
                objectives that look for near languages (least dispersion, coverage of targets), where
                being unknown must not look like being near.
            least: As for :meth:`trusted`.

        Returns:
            The same table with other values; none is ``NaN``.
        """
        trusted = self.trusted(least).values
        margin = errors * self.standard_error()
        ratio = np.ones(self.values.shape) if self.baseline is None or errors == 0 else self.baseline
        if far:
            top = max(1.0, float(np.nanmax(self.values, initial=0.0)))
            values = np.minimum(top, np.nan_to_num(trusted / np.minimum(1.0, ratio), nan=top) + margin)
        else:
            values = np.maximum(0.0, np.nan_to_num(trusted / np.maximum(1.0, ratio), nan=0.0) - margin)
        np.fill_diagonal(values, 0.0)
        return replace(self, values=values, caution=-errors if far else errors)

    def subset(self, keys: Sequence[str]) -> DistanceTable:
        """Keep some languages, in the order given.

        Raises:
            SelectionError: If a key is not in the table.
        """
        position = {key: index for index, key in enumerate(self.keys)}
        missing = [key for key in keys if key not in position]
        if missing:
            raise SelectionError(f"not in the distance table: {', '.join(missing)}")
        rows = [position[key] for key in keys]
        return replace(
            self,
            keys=tuple(keys),
            values=self.values[np.ix_(rows, rows)],
            shared=self.shared[np.ix_(rows, rows)],
            codes=tuple(self.codes[row] for row in rows),
            evidence=self.evidence[np.ix_(rows, rows)],
            baseline=None if self.baseline is None else self.baseline[np.ix_(rows, rows)],
        )
