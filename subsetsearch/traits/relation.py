"""How languages relate to targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from subsetsearch.languages import resolve
from subsetsearch.traits.table import Matrix
from subsetsearch.traits.typological import coordinates

if TYPE_CHECKING:
    import pandas as pd


def similarities(keys: Sequence[str], others: Sequence[str]) -> Matrix:
    """Typological similarity: the cosine of typological coordinates.

    Args:
        keys: Language keys.
        others: Language keys.

    Returns:
        Shape (n_keys, n_others), in [-1, 1]; 0 where nothing is known of one of them.
    """
    all_keys = list(dict.fromkeys([*keys, *others]))
    places = coordinates(all_keys)
    lengths = np.linalg.norm(places, axis=1, keepdims=True)
    unit = places / np.where(lengths > 0, lengths, 1.0)
    rows = {key: unit[i] for i, key in enumerate(all_keys)}
    dimension = unit.shape[1]
    left = np.array([rows[key] for key in keys]).reshape(len(keys), dimension)
    right = np.array([rows[key] for key in others]).reshape(len(others), dimension)
    return np.asarray(left @ right.T)


def relations(keys: Sequence[str], targets: Sequence[str]) -> pd.DataFrame:
    """Tell how each language relates to each target.

    Args:
        keys: Language keys.
        targets: Language keys.

    Returns:
        A row a pair: ``language``, ``target``, ``same`` language, ``family``, ``script`` (each a boolean)
        and ``similarity`` by typology, in [-1, 1].
    """
    import pandas as pd

    near = similarities(keys, targets)
    rows = [
        {
            "language": language.key,
            "target": target.key,
            "same": language == target,
            "family": language.family == target.family,
            "script": language.script == target.script,
            "similarity": near[i, j],
        }
        for i, language in enumerate(map(resolve, keys))
        for j, target in enumerate(map(resolve, targets))
    ]
    return pd.DataFrame(rows)
