"""Make the objective of a rule over a pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from subsetsearch.diversity.objectives import (
    FacilityLocation,
    FeatureEntropy,
    GroupBalance,
    LogDeterminant,
    MinDispersion,
    Objective,
    PhylogeneticDiversity,
    SumDispersion,
    ValueInclusion,
    positive_kernel,
)
from subsetsearch.errors import ConfigError
from subsetsearch.languages import Language
from subsetsearch.strategies._request import Request
from subsetsearch.strategies._rules import Basis, ObjectiveName, Rule
from subsetsearch.typology import Kind, Metric, Typology

_NO_DISTANCES = frozenset({"entropy", "value-inclusion", "phylogenetic", "families", "genera", "scripts"})
SCRIPT_TIE_BREAK = 1e-3
"""Weight of the distances beside the script pairs: too small to outweigh one pair, enough to decide ties."""


@dataclass(frozen=True, slots=True)
class Distances:
    """Distances as the solvers use them.

    Attributes:
        typology: Source.
        kind: Kind of distance.
        metric: Metric, or the kind's own.
        caution: Standard errors taken off.
    """

    typology: Typology
    kind: Kind
    metric: Metric | None
    caution: float

    def near(self, languages: Sequence[Language]) -> NDArray[np.float64]:
        """For objectives that look for far languages: what is unknown brings languages nearer, ``(n, n)``."""
        keys = [language.key for language in languages]
        return self.typology.distance_matrix(keys, self.kind, self.metric).cautious(self.caution).values

    def far(self, languages: Sequence[Language]) -> NDArray[np.float64]:
        """For objectives that look for near languages: what is unknown takes them farther, ``(n, n)``."""
        keys = [language.key for language in languages]
        return (
            self.typology.distance_matrix(keys, self.kind, self.metric)
            .cautious(self.caution, far=True)
            .values
        )

    def unknown(
        self, languages: Sequence[Language], rule: Rule, objective: ObjectiveName | None
    ) -> list[str]:
        """Keys of the languages without any known feature, where the objective needs distances."""
        if objective in _NO_DISTANCES or (rule.basis is Basis.SCRIPTS and objective is None):
            return []
        keys = [language.key for language in languages]
        table = self.typology.distance_matrix(keys, self.kind, self.metric)
        return [key for key, share in zip(keys, table.own_coverage, strict=True) if share == 0.0]


def make_objective(
    rule: Rule, request: Request, languages: Sequence[Language], distances: Distances
) -> Objective:
    """Make the objective that a rule, or the user instead of it, asks for.

    Raises:
        ConfigError: If the source or the targets are needed and missing.
    """
    name: ObjectiveName = request.objective or ("min-sum" if rule.least else "max-sum")
    if rule.with_source and request.source is None:
        raise ConfigError(f"'{rule.name}' needs the source language", fix="give a source, for instance eng")
    if request.objective is None and rule.basis is Basis.SCRIPTS:
        return _scripts_first(languages, distances)
    if name in ("max-sum", "min-sum", "max-min"):
        return _dispersion(name, request.source if rule.with_source else None, languages, distances)
    if name == "facility-location":
        return _coverage(request.targets, languages, distances)
    if name == "log-det":
        return LogDeterminant(positive_kernel(distances.near(languages)))
    return _of_features(name, languages, distances)


def _of_features(name: ObjectiveName, languages: Sequence[Language], distances: Distances) -> Objective:
    """Objectives that need no distances."""
    if name == "phylogenetic":
        return PhylogeneticDiversity(languages)
    if name in ("entropy", "value-inclusion"):
        table = distances.typology.features([language.key for language in languages], distances.kind)
        return FeatureEntropy(table.values) if name == "entropy" else ValueInclusion(table.values)
    return _balance(name, languages)


def _dispersion(
    name: ObjectiveName, source: Language | None, languages: Sequence[Language], distances: Distances
) -> Objective:
    everyone = [*languages, source] if source is not None else list(languages)
    table = distances.far(everyone) if name == "min-sum" else distances.near(everyone)
    n = len(languages)
    anchor = table[:n, n] if source is not None else None
    if name == "max-min":
        return MinDispersion(table[:n, :n], anchor)
    return SumDispersion(table[:n, :n], anchor, least=name == "min-sum")


def _coverage(targets: Sequence[Language], languages: Sequence[Language], distances: Distances) -> Objective:
    """Coverage of the targets, or of the pool itself."""
    if not targets:
        return FacilityLocation(1.0 - distances.far(languages))
    everyone = list(dict.fromkeys([*languages, *targets]))
    rows = [everyone.index(language) for language in languages]
    columns = [everyone.index(language) for language in targets]
    return FacilityLocation(1.0 - distances.far(everyone)[np.ix_(rows, columns)])


def _scripts_first(languages: Sequence[Language], distances: Distances) -> Objective:
    """Pairs in different scripts, ties by distance: a max-sum problem, so it can be solved exactly."""
    scripts = np.asarray([language.script for language in languages])
    differ = (scripts[:, None] != scripts[None, :]).astype(np.float64)
    objective = SumDispersion(differ + SCRIPT_TIE_BREAK * distances.near(languages))
    objective.name = "script-pairs"
    return objective


def _balance(name: ObjectiveName, languages: Sequence[Language]) -> Objective:
    groups = {
        "families": [language.family for language in languages],
        "genera": [language.genus for language in languages],
        "scripts": [language.script for language in languages],
    }
    if name not in groups:
        raise ConfigError(f"unknown objective '{name}'", fix="see: subsetsearch select --help")
    return GroupBalance(groups[name], name)
