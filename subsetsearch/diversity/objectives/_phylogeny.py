"""The family tree as a graph, and how much of it a set spans."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from subsetsearch.diversity.objectives._base import FloatArray, IntArray, Objective
from subsetsearch.languages import Language

if TYPE_CHECKING:
    import networkx as nx

ROOT = "root"


def family_tree(languages: Sequence[Language]) -> nx.DiGraph:
    """Family tree of some languages: from a common root over families and groups to the keys.

    Each edge has ``length`` 1/depth of the leaf-ward node, so that a split near the root weighs more than
    one among dialects, and lineages that were cut finer do not weigh more for that (Glottolog's trees
    have between 1 and 20 levels); the edge to a family has length 1.

    Args:
        languages: Leaves.

    Returns:
        A directed tree whose edges lead away from ``root``.
    """
    import networkx as nx

    tree = nx.DiGraph()
    tree.add_node(ROOT)
    for language in languages:
        for depth, (upper, lower) in enumerate(pairwise(_path(language)), start=1):
            tree.add_edge(upper, lower, length=1.0 / depth)
    return tree


def _path(language: Language) -> list[str]:
    """Nodes from the root to the language; an isolate is a family of its own."""
    return [ROOT, *(language.lineage_codes or (f"isolate:{language.iso639_3}",)), language.key]


def phylogenetic_diversity(keys: Sequence[str], tree: nx.DiGraph) -> float:
    """Faith's phylogenetic diversity: total length of the branches from the root to the languages.

    Source: Faith 1992, "Conservation evaluation and phylogenetic diversity". At least 0; monotone and
    submodular; greedy is optimal for any size (Steel 2005).

    Args:
        keys: Chosen languages.
        tree: From :func:`family_tree`.
    """
    edges: set[tuple[str, str]] = set()
    for key in keys:
        node = key
        while node != ROOT:
            upper = next(iter(tree.predecessors(node)))
            edges.add((upper, node))
            node = upper
    return float(sum(tree.edges[edge]["length"] for edge in edges))


class PhylogeneticDiversity(Objective):
    """Faith's phylogenetic diversity as an objective (see :func:`phylogenetic_diversity`).

    Args:
        languages: The languages; their order is that of the indices.
    """

    name = "phylogenetic"
    monotone = True
    submodular = True

    def __init__(self, languages: Sequence[Language]) -> None:
        super().__init__(len(languages))
        paths = [_path(language)[1:] for language in languages]
        depths = {node: depth for path in paths for depth, node in enumerate(path, start=1)}
        column = {node: number for number, node in enumerate(depths)}
        self._lengths = 1.0 / np.asarray(
            list(depths.values()), dtype=np.float64
        )  # of the edge above each node
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
