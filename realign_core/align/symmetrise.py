"""Join the alignments of two directions (Och and Ney 2003; Koehn et al. 2003)."""

from __future__ import annotations

from enum import StrEnum

from realign_core.align.base import links
from realign_core.support.arrays import Int

_NEIGHBOURS = ((-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))


class Symmetry(StrEnum):
    """``intersection`` is exact, ``grow`` adds links beside it, ``union`` takes all."""

    INTERSECTION = "intersection"
    GROW = "grow"
    UNION = "union"


def symmetrise(forward: Int, backward: Int, symmetry: Symmetry) -> Int:
    """Join two alignments of one pair.

    Args:
        forward: Shape (k, 2), links (source, target).
        backward: Shape (m, 2), links (source, target) of the other direction.
        symmetry: How they are joined; ``grow`` is grow-diag: a link of the union is added
            if it touches an accepted one and one of its words is free.

    Returns:
        Shape (n, 2), between intersection and union.
    """
    left, right = _as_set(forward), _as_set(backward)
    if symmetry is Symmetry.INTERSECTION:
        return links(sorted(left & right))
    if symmetry is Symmetry.UNION:
        return links(sorted(left | right))
    return links(sorted(_grow(left & right, left | right)))


def _as_set(pairs: Int) -> set[tuple[int, int]]:
    return {(int(i), int(j)) for i, j in pairs}


def _grow(accepted: set[tuple[int, int]], union: set[tuple[int, int]]) -> set[tuple[int, int]]:
    grown = set(accepted)
    while True:
        rows, columns = {i for i, _ in grown}, {j for _, j in grown}
        new = {
            (i + di, j + dj)
            for i, j in grown
            for di, dj in _NEIGHBOURS
            if (i + di, j + dj) in union - grown and (i + di not in rows or j + dj not in columns)
        }
        if not new:
            return grown
        grown.add(min(new))
