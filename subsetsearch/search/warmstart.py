"""Where a search begins: none, all, and greedy sets of every size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from subsetsearch.search.ladder import Ladder
from subsetsearch.search.space import SearchSpace, Subset
from subsetsearch.typology import load_typology

SIZES = (1, 2, 3, 4, 5, 7, 10, 14, 20, 30)


def warm_starts(ladder: Ladder) -> list[tuple[str, Subset]]:
    """List named subsets to try first.

    Args:
        ladder: The study's ladder; rung 1 is asked for, nothing is trained.

    Returns:
        Origin and subset, each subset once: ``none`` and ``all``, then diverse and rung-1
        sets in turn, small ones first.
    """
    starts = [("none", frozenset[str]()), ("all", frozenset(ladder.pool.keys))]
    diverse = greedy_diverse(ladder)
    promising = greedy_by_score(ladder.space, ladder.rung1)
    for size in SIZES:
        starts += [(f"diverse-{size}", diverse[size])] if size in diverse else []
        starts += [(f"linear-{size}", promising[size])] if size in promising else []
    unique: dict[Subset, str] = {}
    for origin, subset in starts:
        unique.setdefault(subset, origin)
    return [(origin, subset) for subset, origin in unique.items()]


def greedy_diverse(ladder: Ladder) -> dict[int, Subset]:
    """Grow a set by the language that is farthest, on average, from those in it.

    Distances are taken cautiously, so that a language whose features are unknown does not
    look diverse.

    Returns:
        Size to subset, feasible ones only.
    """
    table = load_typology().distance_matrix(ladder.pool.keys, kind=ladder.study.typology.kind).cautious()
    distances = np.nan_to_num(table.values, nan=0.0)
    index = {key: row for row, key in enumerate(table.keys)}

    def gain(chosen: Sequence[str], key: str) -> float:
        rows = [index[other] for other in chosen]
        own = distances[index[key]]
        return float(own[rows].mean()) if rows else float(own.mean())

    return _grow(ladder.space, gain)


def greedy_by_score(space: SearchSpace, score: Callable[[Iterable[str]], float]) -> dict[int, Subset]:
    """Grow a set by the language that raises a score the most.

    Returns:
        Size to subset, feasible ones only.
    """
    return _grow(space, lambda chosen, key: score([*chosen, key]))


def _grow(space: SearchSpace, gain: Callable[[Sequence[str], str], float]) -> dict[int, Subset]:
    """Add the best affordable language until the largest size is reached."""
    chosen = sorted(space.must_include)
    found: dict[int, Subset] = {}
    while len(chosen) < space.max_size:
        left = [
            key
            for key in space.keys
            if key not in chosen and (space.budget is None or space.cost([*chosen, key]) <= space.budget)
        ]
        if not left:
            break
        # Ties go to the first key, so that equal pools give equal sets.
        chosen.append(max(left, key=lambda key: (gain(chosen, key), -space.keys.index(key))))
        subset = frozenset(chosen)
        if space.allows(subset):
            found[len(chosen)] = subset
    return found
