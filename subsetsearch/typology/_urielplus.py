"""URIEL+ (Khan et al. 2025; package ``urielplus``) as a source of features and distances."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from realign_core.support.program.extras import require
from subsetsearch.errors import ConfigError
from subsetsearch.languages import Language, resolve
from subsetsearch.typology._base import choose_code, distances_from_features, mean_known, vector_metric
from subsetsearch.typology._lang2vec import Lang2Vec
from subsetsearch.typology._tables import BLOCKS, FEATURE_PREFIXES, DistanceTable, FeatureTable, Kind, Metric


@dataclass(frozen=True, eq=False)
class UrielPlus:
    """Features of URIEL+: present if any of its sources says so (its own default), unknown if none knows.

    Attributes:
        codes: Row codes of the knowledge base, ISO 639-3 or (with further databases) glottocodes.
        names: Feature names.
        values: ``(n, d)``, ``NaN`` where unknown.
        integrated: Whether Grambank, SAPhon, BDPROTO, APiCS and eWAVE were added to URIEL.
    """

    codes: tuple[str, ...] = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    values: NDArray[np.float64] = field(repr=False)
    integrated: bool = False

    @property
    def name(self) -> str:
        """Source and settings."""
        return "urielplus/integrated" if self.integrated else "urielplus"

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that rest on its features, and geography."""
        return ("featural", "syntactic", "phonological", "inventory", "geographic")

    def features(self, keys: Sequence[str], kind: Kind = "featural") -> FeatureTable:
        """Feature vectors; the best-covered code of each language's group is read.

        Raises:
            ConfigError: If the source has no such kind.
        """
        if kind not in FEATURE_PREFIXES:
            raise ConfigError(
                f"urielplus has no {kind} features here", fix=f"choose one of: {', '.join(FEATURE_PREFIXES)}"
            )
        columns = [i for i, feature in enumerate(self.names) if feature.startswith(FEATURE_PREFIXES[kind])]
        rows = {code: index for index, code in enumerate(self.codes)}
        result = np.full((len(keys), len(columns)), np.nan)
        used = []
        for index, key in enumerate(keys):
            code = self._code(resolve(key), rows, columns, kind)
            used.append(code)
            if code in rows:
                result[index] = self.values[rows[code], columns]
                if kind == "featural" and not self.integrated:
                    self._join_blocks(result[index], resolve(key), rows, columns)
        names = tuple(self.names[column] for column in columns)
        rates = mean_known(self.values[:, columns])
        return FeatureTable(tuple(keys), names, result, tuple(used), rates)

    def distance_matrix(
        self, keys: Sequence[str], kind: Kind = "featural", metric: Metric | None = None
    ) -> DistanceTable:
        """Masked distances; angular unless another metric is asked for, as in URIEL+ itself.

        Raises:
            ConfigError: If kind and metric do not go together.
        """
        if kind == "geographic":
            return Lang2Vec().distance_matrix(keys, kind, metric)
        chosen = vector_metric(metric or "angular", f"{kind} distances")
        return distances_from_features(self.features(keys, kind), kind, chosen, self.name)

    def _join_blocks(
        self, row: NDArray[np.float64], language: Language, rows: dict[str, int], columns: list[int]
    ) -> None:
        """Read each block of features from the code of the group that knows most of it."""
        for block in BLOCKS:
            places = [p for p, c in enumerate(columns) if self.names[c].startswith(FEATURE_PREFIXES[block])]
            block_columns = [columns[place] for place in places]
            other = self._code(language, rows, block_columns, block) if block_columns else ""
            block_values = self.values[rows[other], block_columns] if other in rows else row[places]
            if np.isfinite(block_values).sum() > np.isfinite(row[places]).sum():
                row[places] = block_values

    def _code(self, language: Language, rows: dict[str, int], columns: list[int], kind: Kind) -> str:
        if self.integrated:
            return language.glottocode or ""
        coverage = {
            code: float(np.isfinite(self.values[rows[code], columns]).mean())
            for code in language.group
            if code in rows
        }
        return choose_code(language, coverage, f"{kind} features")


def load_urielplus(*, integrate: bool = False) -> UrielPlus:
    """Load the installed ``urielplus``.

    Args:
        integrate: Add its further databases (about a minute, and much memory).

    Raises:
        MissingExtraError: If it is not installed.
    """
    module = require("urielplus.urielplus", extra="urielplus", purpose="read URIEL+")
    root_level = logging.getLogger().level  # the package configures the root logger when it is imported
    source: Any = module.URIELPlus()
    if integrate:
        source.integrate_databases()
    logging.getLogger().setLevel(root_level)
    cube = np.asarray(source.get_typological_data_array(), dtype=np.float64)
    values = cube.max(axis=2)
    values[values < 0] = np.nan
    codes = tuple(str(code) for code in source.get_typological_languages_array())
    names = tuple(str(name) for name in source.get_typological_features_array())
    return UrielPlus(codes, names, values, integrate)
