"""Traits that need no encoder: what the tables of languages and URIEL say, and how near the targets are."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from subsetsearch.languages import Language, resolve
from subsetsearch.traits.relation import similarities
from subsetsearch.traits.table import Matrix, TraitTable

MODEL_TRAITS = (
    "other_script",
    "unseen",
    "resources",
    "other_family",
    "source_similarity",
    "is_target",
    "target_similarity",
)
"""Traits that the model of effects learns from; why these: benchmarks/calibration."""


def free_traits(
    keys: Sequence[str], source: str | None, targets: Sequence[str] = (), encoder: str | None = None
) -> TraitTable:
    """Collect what is known of languages without computing.

    Args:
        keys: Language keys.
        source: Key of the source language; ``None`` if its code is no language.
        targets: Keys of the target languages.
        encoder: Whose pre-training data are asked about: ``xlmr``, ``mbert`` or ``e5``; ``None`` if unknown.

    Returns:
        ``other_script`` and ``other_family`` than the source's, ``source_similarity`` (typology, in
        [-1, 1]), ``latitude`` and ``longitude``, ``resources`` (0 to 5, Joshi et al. 2020), ``unseen`` in
        pre-training, and of the targets: ``is_target``, ``target_similarity`` (mean over them),
        ``target_family`` and ``target_script`` (share of the targets with the same one).
    """
    languages, target_languages = [resolve(key) for key in keys], [resolve(key) for key in targets]
    columns: dict[str, Sequence[float] | Matrix] = {
        "latitude": [_place(language)[0] for language in languages],
        "longitude": [_place(language)[1] for language in languages],
        "resources": [_number(language.resource_class) for language in languages],
    }
    if source is not None:
        home = resolve(source)
        columns["other_script"] = [float(language.script != home.script) for language in languages]
        columns["other_family"] = [float(language.family != home.family) for language in languages]
        columns["source_similarity"] = similarities(keys, [source])[:, 0]
    if encoder is not None:
        columns["unseen"] = [float(encoder not in language.seen_in) for language in languages]
    if target_languages:
        columns["is_target"] = [float(language in target_languages) for language in languages]
        columns["target_similarity"] = similarities(keys, targets).mean(axis=1)
        columns["target_family"] = [
            float(np.mean([language.family == other.family for other in target_languages]))
            for language in languages
        ]
        columns["target_script"] = [
            float(np.mean([language.script == other.script for other in target_languages]))
            for language in languages
        ]
    return TraitTable.of(keys, columns)


def _place(language: Language) -> tuple[float, float]:
    return language.coordinates or (math.nan, math.nan)


def _number(value: int | None) -> float:
    return math.nan if value is None else float(value)
