"""Where a search begins: none, all, published subsets, and greedy sets of every size."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from subsetsearch.problem.space import SearchSpace
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.strategies import strategy_subsets
from subsetsearch.subset import NONE, Subset
from subsetsearch.typology import load_typology

SIZES = (1, 2, 3, 4, 5, 7, 10, 14, 20, 30)

Start = tuple[str, Subset]


def warm_starts(ladder: Ladder) -> list[Start]:
    """List named candidates to try first.

    Args:
        ladder: The study's ladder; rung 1 is asked for, nothing is trained.

    Returns:
        Origin and candidate, each once: ``none`` and ``all``, then diverse, rung-1 and published sets
        in turn, small ones first. Of several levels of pairs, diverse sets take one after another, the
        others the highest that is allowed. Half of the study's trials are left to the sampler.
    """
    space = ladder.space

    def score(keys: Iterable[str]) -> float:
        return ladder.rung1(space.levels.top(keys))

    promising = _by_size("linear", space, greedy_by_score(space, score))
    diverse = _by_size("diverse", space, greedy_diverse(ladder, space), spread=True)
    turns = itertools.zip_longest(diverse, promising, published_starts(space))
    ends = _ends(space)
    starts = _unique([*ends, *(start for turn in turns for start in turn if start is not None)])
    return starts[: max(len(ends), ladder.study.search.trials // 2)]


def free_starts(ladder: Ladder, space: SearchSpace) -> list[Start]:
    """List the warm starts that take no evaluation: ``none``, ``all`` and diverse sets.

    Args:
        ladder: Of the study.
        space: What is allowed.
    """
    diverse = _by_size("diverse", space, greedy_diverse(ladder, space), spread=True)
    return _unique([*_ends(space), *diverse])


def _ends(space: SearchSpace) -> list[Start]:
    return [("none", NONE), ("all", space.levels.top(space.keys))]


def published_starts(space: SearchSpace) -> list[Start]:
    """Restrict the published subsets to a pool.

    Args:
        space: Of the study.

    Returns:
        Those that keep at least one language and are allowed, at the highest level that is, small ones
        first.
    """
    found = ((name, space.with_most_pairs(subset)) for name, subset in strategy_subsets(space.keys).items())
    return _unique((name, start) for name, start in found if start is not None)


def _by_size(
    origin: str, space: SearchSpace, found: Mapping[int, frozenset[str]], *, spread: bool = False
) -> list[Start]:
    """Name sets by their size, each at the highest level that is allowed or, spread, at one after another."""
    limits = space.levels.limits
    starts = []
    for number, size in enumerate(size for size in SIZES if size in found):
        pairs = limits[-1 - number % len(limits)]
        start = space.with_most_pairs(found[size])
        if spread and space.allows(Subset(found[size], pairs)):
            start = space.levels.canonical(found[size], pairs)
        if start is not None:
            starts.append((f"{origin}-{size}", start))
    return starts


def _unique(starts: Iterable[Start]) -> list[Start]:
    """Keep the first name of each candidate."""
    unique: dict[Subset, str] = {}
    for origin, start in starts:
        unique.setdefault(start, origin)
    return [(origin, start) for start, origin in unique.items()]


def greedy_diverse(ladder: Ladder, space: SearchSpace) -> dict[int, frozenset[str]]:
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


def greedy_by_score(space: SearchSpace, score: Callable[[Iterable[str]], float]) -> dict[int, frozenset[str]]:
    """Grow a set by the language that raises a score the most.

    Returns:
        Size to subset, feasible ones only.
    """
    return _grow(space, lambda chosen, key: score([*chosen, key]))


def _grow(space: SearchSpace, gain: Callable[[Sequence[str], str], float]) -> dict[int, frozenset[str]]:
    """Add the best language that budget and family limits allow, until the largest size is reached."""
    chosen = sorted(space.must_include)
    found: dict[int, frozenset[str]] = {}
    largest = min(space.max_size, SIZES[-1])
    while len(chosen) < largest:
        left = [key for key in space.free if key not in chosen and space.fits([*chosen, key])]
        if not left:
            break
        # Ties go to the first key, so that equal pools give equal sets.
        chosen.append(max(left, key=lambda key: (gain(chosen, key), -space.keys.index(key))))
        subset = frozenset(chosen)
        if space.allows(Subset(subset, space.levels.limits[0])):
            found[len(chosen)] = subset
    return found
