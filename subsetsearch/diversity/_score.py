"""Explain one set of languages: dispersion, groups, coverage of targets, and how much is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from subsetsearch.diversity.objectives import (
    PhylogeneticDiversity,
    feature_entropy,
    group_entropy,
    mean_pairwise,
    smallest_distance,
)
from subsetsearch.errors import count
from subsetsearch.languages import ShownAsTable, language_frame, resolve_all
from subsetsearch.typology import DistanceTable, Kind, Metric, Typology, load_typology

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Pair:
    """Two languages and their distance."""

    first: str
    second: str
    distance: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Reach:
    """The chosen language that is nearest to a target.

    Args:
        target: Its key.
        nearest: Key of the chosen language.
        distance: Between the two; 1 where it is not known.
        coverage: Share of the features that is known in both.
        known: Whether these are enough for a distance.
    """

    target: str
    nearest: str
    distance: float
    coverage: float
    known: bool = True


@dataclass(frozen=True, slots=True, repr=False)
class SetScore(ShownAsTable):
    """How diverse a set is, and how well it covers targets.

    Distances are those that were measured (masked, nothing taken off); a language without a known
    feature takes no part in them.

    Attributes:
        keys: The set, sorted.
        kind: Kind of distance.
        mean_distance: Mean distance of the pairs, ``NaN`` for fewer than two languages.
        min_distance: Smallest distance of a pair, ``NaN`` for fewer than two.
        nearest: The pair at that distance.
        farthest: The pair at the largest.
        coverage: Share of the features known, by key, between 0 and 1.
        families: Number of languages by family.
        genera: The same by genus.
        scripts: The same by script.
        family_entropy: Entropy of the families, in bits.
        phylogenetic: Faith's phylogenetic diversity (see :class:`PhylogeneticDiversity`).
        feature_entropy: Mean entropy of the feature values, in bits; ``NaN`` without features.
        target_coverage: Mean similarity (1 - distance) of each target to its nearest chosen language, in
            [0, 1]; unknown pairs count 0; ``None`` without targets.
        reach: For each target the nearest chosen language.
        unknown: Languages without any known feature.
    """

    keys: tuple[str, ...]
    kind: Kind
    mean_distance: float
    min_distance: float
    nearest: Pair | None
    farthest: Pair | None
    coverage: Mapping[str, float]
    families: Mapping[str, int]
    genera: Mapping[str, int]
    scripts: Mapping[str, int]
    family_entropy: float
    phylogenetic: float
    feature_entropy: float
    target_coverage: float | None
    reach: tuple[Reach, ...]
    unknown: tuple[str, ...]

    @property
    def heading(self) -> str:
        """The set in a line: distances, groups, coverage."""
        parts = [f"{count(len(self.keys), 'language')}, {self.kind} distances"]
        if self.nearest is not None:
            pair = f"{self.nearest.first} - {self.nearest.second}"
            parts.append(f"mean {self.mean_distance:.3f}, smallest {self.min_distance:.3f} ({pair})")
        parts.append(f"{count(len(self.families), 'family')}, {count(len(self.scripts), 'script')}")
        if self.target_coverage is not None:
            parts.append(f"coverage {self.target_coverage:.3f} of {count(len(self.reach), 'target')}")
        return "; ".join(parts)

    def to_frame(self) -> pd.DataFrame:
        """The languages, with the share of features that is known of each."""
        return language_frame(self.keys, known=self.coverage)


def score(
    languages: Iterable[str],
    *,
    targets: Iterable[str] = (),
    typology: Typology | str = "lang2vec",
    kind: Kind = "featural",
    metric: Metric | None = None,
) -> SetScore:
    """Explain a set of languages: distances, families, scripts, coverage of targets.

    Args:
        languages: Keys, codes or names; each once.
        targets: Languages to be reached, which may also be in the set.
        typology: Source of distances, or its name (see :func:`subsetsearch.typology.load_typology`).
        kind: Kind of distance.
        metric: Metric, or the kind's own.

    Returns:
        The score.

    Raises:
        LanguageError: If a language is unknown or given twice.

    Example:
        >>> score(["sw", "zu"]).families
        {'Atlantic-Congo': 2}
    """
    source = load_typology(typology) if isinstance(typology, str) else typology
    chosen = tuple(sorted(resolve_all(languages)))
    covered = tuple(resolve_all(targets))
    keys = tuple(language.key for language in chosen)
    everyone = tuple(dict.fromkeys([*keys, *(language.key for language in covered)]))
    table = source.distance_matrix(everyone, kind, metric).trusted()
    inner = table.subset(keys)
    indices = [index for index, share in enumerate(inner.own_coverage) if share > 0]
    filled = _with_means(inner.values)
    ranked = _pairs(inner, indices)
    reach = tuple(_reach(table, keys, language.key) for language in covered)
    return SetScore(
        keys=keys,
        kind=kind,
        mean_distance=mean_pairwise(indices, filled) if ranked else float("nan"),
        min_distance=smallest_distance(indices, filled) if ranked else float("nan"),
        nearest=ranked[0] if ranked else None,
        farthest=ranked[-1] if ranked else None,
        coverage=dict(zip(keys, inner.own_coverage.tolist(), strict=True)),
        families=_count([language.family for language in chosen]),
        genera=_count([language.genus for language in chosen]),
        scripts=_count([language.script for language in chosen]),
        family_entropy=group_entropy(range(len(chosen)), [language.family for language in chosen]),
        phylogenetic=PhylogeneticDiversity(chosen).value(range(len(chosen))),
        feature_entropy=_entropy(source, keys, kind),
        target_coverage=float(np.mean([max(0.0, 1.0 - r.distance) for r in reach])) if reach else None,
        reach=reach,
        unknown=tuple(key for key, share in zip(keys, inner.own_coverage, strict=True) if share == 0),
    )


def _with_means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give unknown pairs the mean distance of the others: they say nothing."""
    off_diagonal = values[~np.eye(len(values), dtype=bool)]
    finite = off_diagonal[np.isfinite(off_diagonal)]
    return np.nan_to_num(values, nan=float(finite.mean()) if finite.size else 0.0)


def _pairs(table: DistanceTable, indices: Sequence[int]) -> list[Pair]:
    pairs = [
        Pair(table.keys[i], table.keys[j], float(table.values[i, j]), float(table.coverage[i, j]))
        for position, i in enumerate(indices)
        for j in indices[position + 1 :]
        if np.isfinite(table.values[i, j])
    ]
    return sorted(pairs, key=lambda pair: (pair.distance, pair.first, pair.second))


def _reach(table: DistanceTable, keys: Sequence[str], target: str) -> Reach:
    """Nearest chosen language; one without common features is at the largest distance, 1."""
    row = table.keys.index(target)
    columns = [table.keys.index(key) for key in keys]
    measured = table.values[row, columns]
    distances = np.nan_to_num(measured, nan=1.0)
    best = int(np.argmin(distances))
    return Reach(
        target,
        keys[best],
        float(distances[best]),
        float(table.coverage[row, columns[best]]),
        known=bool(np.isfinite(measured[best])),
    )


def _entropy(source: Typology, keys: Sequence[str], kind: Kind) -> float:
    """Entropy of the values, where the source has features of the kind and they are present or absent."""
    if kind in ("geographic", "learned") or getattr(source, "distances", None) is not None:
        return float("nan")
    return feature_entropy(range(len(keys)), source.features(keys, kind).values)


def _count(groups: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for group in groups:
        counts[group] = counts.get(group, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
