"""Where a search begins: none, all, published subsets, and greedy sets of every size."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from subsetsearch.problem.problem import Problem
from subsetsearch.problem.space import SearchSpace
from subsetsearch.sampler.sampler import Score
from subsetsearch.strategies import strategy_subsets
from subsetsearch.subset import NONE, Subset
from subsetsearch.typology import Kind, load_typology

SIZES = (1, 2, 3, 4, 5, 7, 10, 14, 20, 30)

Start = tuple[str, Subset]


def warm_starts(problem: Problem, score: Score | None = None) -> list[Start]:
    """List named subsets to try first.

    Args:
        problem: The study.
        score: Scores a subset cheaply, where the search does.

    Returns:
        Origin and subset, each once: ``none`` and ``all``, then diverse sets, sets that score well, and
        published ones in turn, small ones first. Of several numbers of pairs, diverse sets take one after
        another, the others the highest that is allowed. Half of the study's trials are left to the sampler;
        where full runs are proposed by what the decision gains from them, all but ``none`` and ``all``.
    """
    if problem.config.search.by_decision:
        return _ends(problem.space)
    space, kind = problem.space, problem.config.typology.kind
    grown = {} if score is None else greedy_by_score(space, lambda keys: score(space.pairs.top(keys)))
    turns = itertools.zip_longest(
        _by_size("diverse", space, greedy_diverse(space, kind), spread=True),
        _by_size("linear", space, grown),
        published_starts(space),
    )
    ends = _ends(space)
    starts = _unique([*ends, *(start for turn in turns for start in turn if start is not None)])
    return starts[: max(len(ends), problem.config.search.trials // 2)]


def _ends(space: SearchSpace) -> list[Start]:
    return [("none", NONE), ("all", space.pairs.top(space.keys))]


def published_starts(space: SearchSpace) -> list[Start]:
    """Restrict the published subsets to a pool.

    Args:
        space: Of the study.

    Returns:
        Those that keep at least one language and are allowed, with the most pairs that are, small ones
        first.
    """
    starts_by_name = (
        (name, space.with_most_pairs(subset)) for name, subset in strategy_subsets(space.keys).items()
    )
    return _unique((name, start) for name, start in starts_by_name if start is not None)


def _by_size(
    origin: str, space: SearchSpace, sets: Mapping[int, frozenset[str]], *, spread: bool = False
) -> list[Start]:
    """Name sets by their size, each with the most pairs allowed or, spread, with one number after another."""
    limits = space.pairs.limits
    starts = []
    for number, size in enumerate(size for size in SIZES if size in sets):
        pairs = limits[-1 - number % len(limits)]
        start = space.with_most_pairs(sets[size])
        if spread and space.allows(Subset(sets[size], pairs)):
            start = space.pairs.canonical(sets[size], pairs)
        if start is not None:
            starts.append((f"{origin}-{size}", start))
    return starts


def _unique(starts: Iterable[Start]) -> list[Start]:
    """Keep the first name of each subset."""
    unique: dict[Subset, str] = {}
    for origin, start in starts:
        unique.setdefault(start, origin)
    return [(origin, start) for start, origin in unique.items()]


def greedy_diverse(space: SearchSpace, kind: Kind) -> dict[int, frozenset[str]]:
    """Grow a set by the language that is farthest, on average, from those in it.

    Distances are taken cautiously, so that a language whose features are unknown does not
    look diverse.

    Args:
        space: What is allowed.
        kind: What distances compare.

    Returns:
        Size to set, feasible ones only.
    """
    table = load_typology().distance_matrix(space.keys, kind=kind).cautious()
    distances = np.nan_to_num(table.values, nan=0.0)
    index = {key: row for row, key in enumerate(table.keys)}

    def gain(chosen: Sequence[str], key: str) -> float:
        rows = [index[other] for other in chosen]
        near = distances[index[key]]
        return float(near[rows].mean()) if rows else float(near.mean())

    return _grow(space, gain)


def greedy_by_score(space: SearchSpace, score: Callable[[Iterable[str]], float]) -> dict[int, frozenset[str]]:
    """Grow a set by the language that raises a score the most.

    Returns:
        Size to set, feasible ones only.
    """
    return _grow(space, lambda chosen, key: score([*chosen, key]))


def _grow(space: SearchSpace, gain: Callable[[Sequence[str], str], float]) -> dict[int, frozenset[str]]:
    """Add the best language that budget and family limits allow, until the largest size is reached."""
    chosen = sorted(space.must_include)
    sets: dict[int, frozenset[str]] = {}
    largest = min(space.max_size, SIZES[-1])
    while len(chosen) < largest:
        fitting = [key for key in space.free if key not in chosen and space.fits([*chosen, key])]
        if not fitting:
            break
        # Ties go to the first key, so that equal pools give equal sets.
        chosen.append(max(fitting, key=lambda key: (gain(chosen, key), -space.keys.index(key))))
        languages = frozenset(chosen)
        if space.allows(Subset(languages, space.pairs.limits[0])):
            sets[len(chosen)] = languages
    return sets
