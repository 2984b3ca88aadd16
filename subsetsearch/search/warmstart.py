"""Where a search begins: none, all, published subsets, and greedy sets of every size."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from subsetsearch.search.ladder import Ladder
from subsetsearch.search.published import strategy_subsets
from subsetsearch.search.space import SearchSpace, Subset
from subsetsearch.surrogate import typological_traits
from subsetsearch.surrogate.features import Matrix
from subsetsearch.typology import load_typology

SIZES = (1, 2, 3, 4, 5, 7, 10, 14, 20, 30)

Start = tuple[str, Subset]


def warm_starts(ladder: Ladder) -> list[Start]:
    """List named subsets to try first.

    Args:
        ladder: The study's ladder; rung 1 is asked for, nothing is trained.

    Returns:
        Origin and subset, each subset once: ``none`` and ``all``, then diverse, rung-1 and
        published sets in turn, small ones first. Half of the study's trials are left to the sampler.
    """
    promising = _by_size("linear", greedy_by_score(ladder.space, ladder.rung1))
    diverse = _by_size("diverse", greedy_diverse(ladder, ladder.space))
    turns = itertools.zip_longest(diverse, promising, published_starts(ladder.space))
    ends: list[Start] = [("none", frozenset()), ("all", frozenset(ladder.pool.keys))]
    starts = _unique([*ends, *(start for turn in turns for start in turn if start is not None)])
    return starts[: max(len(ends), ladder.study.search.trials // 2)]


def free_starts(ladder: Ladder, space: SearchSpace) -> list[Start]:
    """List the warm starts that take no evaluation: ``none``, ``all`` and diverse sets.

    Args:
        ladder: Of the study.
        space: What is allowed.
    """
    ends: list[Start] = [("none", frozenset()), ("all", frozenset(ladder.pool.keys))]
    return _unique([*ends, *_by_size("diverse", greedy_diverse(ladder, space))])


def published_starts(space: SearchSpace) -> list[Start]:
    """Restrict the published subsets to a pool.

    Args:
        space: Of the study.

    Returns:
        Those that keep at least one language and are allowed, small ones first.
    """
    return _unique(start for start in strategy_subsets(space.keys).items() if space.allows(start[1]))


def _by_size(origin: str, found: dict[int, Subset]) -> list[Start]:
    return [(f"{origin}-{size}", found[size]) for size in SIZES if size in found]


def _unique(starts: Iterable[Start]) -> list[Start]:
    """Keep the first name of each subset."""
    unique: dict[Subset, str] = {}
    for origin, subset in starts:
        unique.setdefault(subset, origin)
    return [(origin, subset) for subset, origin in unique.items()]


def pool_traits(ladder: Ladder) -> Matrix:
    """Typological coordinates of the pool, shape (n_languages, at most 16), in the order of its keys."""
    return typological_traits(load_typology().features(ladder.pool.keys).values)


def greedy_diverse(ladder: Ladder, space: SearchSpace) -> dict[int, Subset]:
    """Grow a set by the language that is farthest, on average, from those in it.

    Distances are taken cautiously, so that a language whose features are unknown does not
    look diverse.

    Args:
        ladder: Of the study.
        space: What is allowed.

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

    return _grow(space, gain)


def greedy_by_score(space: SearchSpace, score: Callable[[Iterable[str]], float]) -> dict[int, Subset]:
    """Grow a set by the language that raises a score the most.

    Returns:
        Size to subset, feasible ones only.
    """
    return _grow(space, lambda chosen, key: score([*chosen, key]))


def _grow(space: SearchSpace, gain: Callable[[Sequence[str], str], float]) -> dict[int, Subset]:
    """Add the best language that budget and family limits allow, until the largest size is reached."""
    chosen = sorted(space.must_include)
    found: dict[int, Subset] = {}
    largest = min(space.max_size, SIZES[-1])
    while len(chosen) < largest:
        left = [key for key in space.free if key not in chosen and space.fits([*chosen, key])]
        if not left:
            break
        # Ties go to the first key, so that equal pools give equal sets.
        chosen.append(max(left, key=lambda key: (gain(chosen, key), -space.keys.index(key))))
        subset = frozenset(chosen)
        if space.allows(subset):
            found[len(chosen)] = subset
    return found
