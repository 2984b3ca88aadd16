"""What a source of typological facts offers, and distances from feature vectors."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from realign_core.support.files.cache import kept_folder
from realign_core.support.files.disk import cache_dir
from realign_core.support.files.keys import content_key
from subsetsearch.errors import ConfigError
from subsetsearch.languages import Language, resolve
from subsetsearch.typology._masked import MaskedDistances, VectorMetric, masked_distances
from subsetsearch.typology._tables import DistanceTable, FeatureTable, Kind, Metric

log = logging.getLogger(__name__)

_LAYOUT = 2  # raised when the cached arrays change
_CACHE_FROM = 500  # languages from which a whole matrix is kept in the cache folder


@runtime_checkable
class Typology(Protocol):
    """A source of features and distances; languages are named by their keys."""

    @property
    def name(self) -> str:
        """The source and its settings, for reports."""
        ...

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of distance that the source can give."""
        ...

    def features(self, keys: Sequence[str], kind: Kind = "featural") -> FeatureTable:
        """Feature vectors of the languages; unknown values, or unknown languages, are ``NaN``."""
        ...

    def distance_matrix(
        self, keys: Sequence[str], kind: Kind = "featural", metric: Metric | None = None
    ) -> DistanceTable:
        """Masked distances between the languages, and how many features each rests on."""
        ...


def choose_code(language: Language, coverage: Mapping[str, float], what: str, *, tell: bool = True) -> str:
    """Choose under which code of a language's group to read its features.

    A canonical key stands for its macro-language, so the best-covered code of both is taken. Any other
    member of a macro-language keeps its own features unless the macro-language's cover twice as many.
    Every departure from the own code is logged.

    Args:
        language: The language.
        coverage: Share of the features known, by the source's code.
        what: What is read, for the log.
        tell: Log a departure.

    Returns:
        The code, the language's own if none of the group is in the source.
    """
    code = language.iso639_3
    stands_for = language.macro is None or resolve(language.macro).iso639_3 == code
    best = max(language.group, key=lambda other: (coverage.get(other, -1.0), other == code))
    of_code, of_best = coverage.get(code, 0.0), coverage.get(best, 0.0)
    if of_best <= of_code or not (stands_for or of_best >= 2.0 * of_code):
        return code
    if tell:
        tell_code(language, coverage, what, best, code)
    return best


def tell_code(language: Language, coverage: Mapping[str, float], what: str, code: str, other: str) -> None:
    """Log that features are read from one code instead of another."""
    taken_share, other_share = (100 * coverage.get(either, 0.0) for either in (code, other))
    message = "%s: %s of %s (%.0f %% known) instead of %s (%.0f %%)"
    log.info(message, language.key, what, code, taken_share, other, other_share)


def mean_known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of each column over the rows that know it, ``(d,)``; 0 where none does."""
    finite = np.isfinite(values)
    return np.asarray(np.where(finite, values, 0.0).sum(axis=0) / np.maximum(1, finite.sum(axis=0)))


def vector_metric(metric: Metric, what: str) -> VectorMetric:
    """Check that a metric compares feature vectors.

    Args:
        metric: The metric.
        what: What is to be compared, for the message.

    Raises:
        ConfigError: If it does not.
    """
    if metric not in ("cosine", "angular", "hamming"):
        raise ConfigError(f"metric '{metric}' does not fit {what}", fix="choose cosine, angular or hamming")
    return metric


def distances_from_features(
    table: FeatureTable, kind: Kind, metric: VectorMetric, source: str
) -> DistanceTable:
    """Masked distances of a feature table; matrices of many languages are kept memory-mapped."""
    if len(table.keys) < _CACHE_FROM:
        distances = masked_distances(table.values, metric, table.rates)
    else:
        distances = _cached(table, metric, source)
    return DistanceTable(
        keys=table.keys,
        values=distances.values,
        shared=distances.shared,
        n_features=len(table.names),
        kind=kind,
        metric=metric,
        codes=table.codes,
        evidence=distances.evidence,
        baseline=distances.baseline,
    )


def _cached(table: FeatureTable, metric: VectorMetric, source: str) -> MaskedDistances:
    digest = hashlib.sha256(np.ascontiguousarray(table.values).tobytes()).hexdigest()
    folder = (
        cache_dir()
        / "typology"
        / f"matrix-{content_key([_LAYOUT, source, metric, list(table.keys), digest])}"
    )

    def write(draft: Path) -> None:
        for name, array in masked_distances(table.values, metric, table.rates)._asdict().items():
            np.save(draft / f"{name}.npy", array, allow_pickle=False)

    try:
        kept_folder(folder, write, what="a matrix of distances")
        return MaskedDistances(
            *(
                np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
                for name in MaskedDistances._fields
            )
        )
    except OSError as error:
        log.warning("no cache of the distances of %d languages (%s)", len(table.keys), error)
        return masked_distances(table.values, metric, table.rates)
