"""Exact max-min dispersion: cliques in threshold graphs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


class OutOfTime(Exception):  # noqa: N818 - a signal between two functions, not an error for users
    """The deadline passed before the question was decided."""


@dataclass
class CliqueSearch:
    """Is there a clique of a size within a budget? Bit sets and a colouring bound.

    A graph whose vertices can be coloured with fewer than ``k`` colours has no clique of ``k``; vertices are
    tried from the last colour down, as in Tomita & Seki 2003.

    Attributes:
        neighbours: Bit set of the neighbours of each vertex.
        size: Size of the clique.
        costs: Cost of each vertex, or ``None``.
        budget: Largest total cost.
        deadline: ``time.perf_counter()`` value at which to give up.
        nodes: Nodes looked at so far.
    """

    neighbours: Sequence[int]
    size: int
    costs: Sequence[float] | None = None
    budget: float = float("inf")
    deadline: float = float("inf")
    nodes: int = 0

    def find(self) -> tuple[int, ...] | None:
        """A clique, or ``None`` if there is none.

        Raises:
            OutOfTime: If the deadline passed.
        """
        everyone = (1 << len(self.neighbours)) - 1
        return self._extend([], everyone, 0.0)

    def _extend(self, clique: list[int], candidates: int, spent: float) -> tuple[int, ...] | None:
        need = self.size - len(clique)
        if need == 0:
            return tuple(clique)
        self.nodes += 1
        if self.nodes % 256 == 0 and time.perf_counter() > self.deadline:
            raise OutOfTime
        if candidates.bit_count() < need or not self._payable(candidates, need, spent):
            return None
        for vertex, colour in reversed(self._colour(candidates, need)):
            if colour < need:
                return None
            price = self.costs[vertex] if self.costs is not None else 0.0
            if spent + price <= self.budget + 1e-9:
                clique.append(vertex)
                extended = self._extend(clique, candidates & self.neighbours[vertex], spent + price)
                if extended is not None:
                    return extended
                clique.pop()
            candidates &= ~(1 << vertex)
        return None

    def _payable(self, candidates: int, need: int, spent: float) -> bool:
        if self.costs is None:
            return True
        prices = sorted(self.costs[vertex] for vertex in _bits(candidates))
        return spent + sum(prices[:need]) <= self.budget + 1e-9

    def _colour(self, candidates: int, need: int) -> list[tuple[int, int]]:
        """Colour greedily; vertices whose colour is too low to matter are left out."""
        ranked: list[tuple[int, int]] = []
        colour = 0
        uncoloured = candidates
        while uncoloured:
            colour += 1
            independent = uncoloured
            while independent:
                low = independent & -independent
                vertex = low.bit_length() - 1
                uncoloured ^= low
                independent &= ~self.neighbours[vertex]
                independent &= ~low
                if colour >= need:
                    ranked.append((vertex, colour))
        return ranked


def _bits(mask: int) -> list[int]:
    bits = []
    while mask:
        low = mask & -mask
        bits.append(low.bit_length() - 1)
        mask ^= low
    return bits


def set_at_least(
    distances: NDArray[np.float64],
    threshold: float,
    k: int,
    *,
    costs: NDArray[np.float64] | None = None,
    budget: float = np.inf,
    deadline: float = np.inf,
) -> tuple[tuple[int, ...] | None, int]:
    """Find ``k`` languages all at least ``threshold`` apart, or prove that there are none.

    Args:
        distances: Symmetric ``(n, n)``.
        threshold: Smallest distance allowed.
        k: How many.
        costs: ``(n,)`` or ``None``.
        budget: Largest total cost.
        deadline: ``time.perf_counter()`` value at which to give up.

    Returns:
        Their indices or ``None``, and the number of nodes looked at.

    Raises:
        OutOfTime: If the deadline passed.
    """
    near = distances < threshold - 1e-12
    np.fill_diagonal(near, True)
    edge = ~near
    alive = np.ones(len(edge), dtype=bool)
    while True:  # a vertex with fewer than k - 1 neighbours is in no clique of k
        degree = (edge & alive[None, :]).sum(axis=1)
        weak = alive & (degree < k - 1)
        if not weak.any():
            break
        alive &= ~weak
    if int(alive.sum()) < k:
        return None, 1
    vertices = np.flatnonzero(alive)
    order = vertices[np.argsort(-degree[vertices], kind="stable")]  # high degree first: fewer colours
    block = edge[np.ix_(order, order)]
    masks = [int("".join("1" if bit else "0" for bit in row[::-1]), 2) for row in block]
    prices = None if costs is None else [float(costs[vertex]) for vertex in order]
    search = CliqueSearch(masks, k, prices, budget, deadline)
    clique = search.find()
    return (None if clique is None else tuple(sorted(int(order[v]) for v in clique))), search.nodes
