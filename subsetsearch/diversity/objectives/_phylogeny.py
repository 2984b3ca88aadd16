"""How much of the family tree a set spans."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from subsetsearch.diversity.objectives._base import FloatArray, IntArray, Objective
from subsetsearch.languages import Language


class PhylogeneticDiversity(Objective):
    """Faith's phylogenetic diversity: total length of the branches from the root to the languages.

    A branch is 1/depth long. So a split near the root weighs more than one among dialects, and a lineage
    does not weigh more because it was divided into more levels (Glottolog's trees have between 1 and 20).
    The branch to a family has length 1, and an isolate is a family of its own.

    Source: Faith 1992, "Conservation evaluation and phylogenetic diversity". At least 0; monotone and
    submodular; greedy is optimal for any size (Steel 2005).

    Args:
        languages: The languages; their order is that of the indices.
    """

    name = "phylogenetic"
    monotone = True
    submodular = True

    def __init__(self, languages: Sequence[Language]) -> None:
        super().__init__(len(languages))
        paths = [
            [*(language.lineage_codes or (f"isolate:{language.iso639_3}",)), language.key]
            for language in languages
        ]
        depths = {node: depth for path in paths for depth, node in enumerate(path, start=1)}
        column = {node: number for number, node in enumerate(depths)}
        # Length of the branch above each node.
        self._lengths = 1.0 / np.asarray(list(depths.values()), dtype=np.float64)
        self._on_path = np.zeros((self.n, len(column)), dtype=bool)
        for row, path in enumerate(paths):
            self._on_path[row, [column[node] for node in path]] = True

    def value(self, chosen: Sequence[int] | IntArray) -> float:
        index = np.asarray(chosen, dtype=np.intp)
        return float(self._lengths @ self._on_path[index].any(axis=0)) if len(index) else 0.0

    def gains(self, chosen: Sequence[int] | IntArray) -> FloatArray:
        index = np.asarray(chosen, dtype=np.intp)
        gains = (self._on_path & ~self._on_path[index].any(axis=0)) @ self._lengths
        gains[index] = -np.inf
        return np.asarray(gains)
