"""lang2vec (URIEL; Littell et al. 2017) as a source of features and distances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from subsetsearch.errors import ConfigError
from subsetsearch.languages import resolve
from subsetsearch.typology._base import choose_code, distances_from_features, tell_code, vector_metric
from subsetsearch.typology._lang2vec_files import PREFIXES, SetName, feature_set
from subsetsearch.typology._masked import great_circle
from subsetsearch.typology._tables import (
    BLOCKS,
    FEATURE_PREFIXES,
    KINDS,
    DistanceTable,
    FeatureTable,
    Kind,
    Metric,
)

FeatureSource = Literal["average", "knn", "raw"]

_DEFAULT_METRICS: dict[Kind, Metric] = {"geographic": "arc"}


@dataclass(frozen=True)
class Lang2Vec:
    """Features of URIEL from lang2vec's files.

    Attributes:
        source: ``average`` (mean over the sources that know a feature; the default), ``knn`` (the same
            with unknown features predicted from neighbours, so that nothing is missing), ``raw``
            (present if any source says so).
        joined: Whether syntax, phonology and inventory of a language are each read from the code of its
            group that knows most of them; else all are read from one.
    """

    source: FeatureSource = "average"
    joined: bool = True

    def __post_init__(self) -> None:
        if self.source not in ("average", "knn", "raw"):
            raise ConfigError(
                f"unknown lang2vec features '{self.source}'", fix="choose one of: average, knn, raw"
            )

    @property
    def name(self) -> str:
        """Source and settings."""
        return f"lang2vec/{self.source}" + ("" if self.joined else "/one code a language")

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """All of them."""
        return KINDS

    def features(self, keys: Sequence[str], kind: Kind = "featural") -> FeatureTable:
        """Feature vectors; the code of each row is the best-covered one of the language's group.

        With ``featural``, a block of which another code of the group knows more is read from that one; both
        codes are named, with ``+`` between.

        Args:
            keys: Language keys.
            kind: ``featural`` is syntax, phonology and inventory together (289 features); ``genetic``
                membership in the nodes of the family tree; ``geographic`` nearness to 299 points of
                the globe; ``learned`` the vectors of Malaviya et al. 2017.

        Returns:
            Values ``(n, d)``; a language that lang2vec does not have is a row of ``NaN``.

        Raises:
            ConfigError: If the kind is unknown.
        """
        if kind not in KINDS:
            raise ConfigError(f"unknown kind of distance '{kind}'", fix=f"choose one of: {', '.join(KINDS)}")
        name = self._set_of(kind)
        rows, coverage, columns = _index(name, FEATURE_PREFIXES.get(kind, ""))
        table = feature_set(name)
        names = tuple(table.names[column] for column in columns)
        values = np.full((len(keys), len(columns)), np.nan)
        codes = []
        for index, key in enumerate(keys):
            code = choose_code(resolve(key), coverage, f"{kind} features")
            if coverage.get(code, 0.0) > 0.0:
                values[index] = table.values[rows[code]][columns]
            blocks = self._blocks(key, code) if kind == "featural" else {}
            for other, places in blocks.items():
                values[index, places] = table.values[rows[other]][[columns[place] for place in places]]
            codes.append("+".join([code, *blocks]))
        if kind == "genetic":
            names, values = _add_isolates(keys, names, values)
        rates = table.rates[columns] if kind in FEATURE_PREFIXES else None
        return FeatureTable(tuple(keys), names, values, tuple(codes), rates)

    def _blocks(self, key: str, code: str) -> dict[str, list[int]]:
        """Find the codes that know more of a block of features than the one that is read, and its columns."""
        by_code: dict[str, list[int]] = {}
        for block in BLOCKS if self.joined else ():
            _, coverage, columns = _index(self.source, FEATURE_PREFIXES[block])
            other = choose_code(resolve(key), coverage, block, tell=False)
            if coverage.get(other, 0.0) > coverage.get(code, 0.0):
                tell_code(resolve(key), coverage, f"{block} features", other, code)
                whole = _places(self.source)
                by_code.setdefault(other, []).extend(whole[column] for column in columns)
        return by_code

    def distance_matrix(
        self, keys: Sequence[str], kind: Kind = "featural", metric: Metric | None = None
    ) -> DistanceTable:
        """Masked distances.

        Args:
            keys: Language keys.
            kind: What to compare.
            metric: ``cosine`` (default), ``angular`` or ``hamming``; geographic distances are always
                great-circle arcs between the languages' places, as shares of half the circumference.

        Raises:
            ConfigError: If kind and metric do not go together.
        """
        metric = metric or _DEFAULT_METRICS.get(kind, "cosine")
        if kind == "geographic":
            return _arcs(keys, metric)
        chosen = vector_metric(metric, f"{kind} distances")
        return distances_from_features(self.features(keys, kind), kind, chosen, self.name)

    def _set_of(self, kind: Kind) -> SetName:
        if kind == "genetic":
            return "fam"
        if kind == "geographic":
            return "geo"
        if kind == "learned":
            return "learned"
        return self.source


@cache
def _index(name: SetName, prefix: str) -> tuple[dict[str, int], dict[str, float], list[int]]:
    """Rows by code, share known by code, and the columns with a prefix (zeros of the tree say nothing)."""
    table = feature_set(name)
    columns = [index for index, feature in enumerate(table.names) if feature.startswith(prefix)]
    share: list[float] = table.known[:, PREFIXES.index(prefix)].tolist()
    return table.rows(), dict(zip(table.codes, share, strict=True)), columns


@cache
def _places(name: SetName) -> dict[int, int]:
    """Where each column of a set stands among the featural ones."""
    return {column: place for place, column in enumerate(_index(name, "")[2])}


def _add_isolates(
    keys: Sequence[str], names: tuple[str, ...], values: NDArray[np.float64]
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Give each isolate a node of its own: the files have none, as for languages they do not know."""
    isolates = [
        row for row, key in enumerate(keys) if not resolve(key).lineage and np.isnan(values[row]).all()
    ]
    nodes = np.zeros((len(keys), len(isolates)))
    nodes[np.isnan(values).all(axis=1)] = np.nan
    for column, row in enumerate(isolates):
        values[row] = 0.0
        nodes[row] = 0.0
        nodes[row, column] = 1.0
    return names + tuple(f"F_{resolve(keys[row]).family}" for row in isolates), np.hstack([values, nodes])


def _arcs(keys: Sequence[str], metric: Metric) -> DistanceTable:
    if metric != "arc":
        raise ConfigError(f"metric '{metric}' does not fit geographic distances", fix="leave the metric out")
    languages = [resolve(key) for key in keys]
    places = np.asarray([language.coordinates or (np.nan, np.nan) for language in languages]).reshape(-1, 2)
    finite = np.isfinite(places).all(axis=1)
    shared = (finite[:, None] & finite[None, :]).astype(np.int32)
    codes = tuple(language.glottocode or language.iso639_3 for language in languages)
    return DistanceTable(
        tuple(keys), great_circle(places), shared, 1, "geographic", "arc", codes, shared.astype(np.float32)
    )
