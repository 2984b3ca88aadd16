"""Which subsets tell how far the rungs can be trusted: all sizes, several of each, low and high ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from realign_core.support.seeds import named_generator
from subsetsearch.errors import SelectionError, count
from subsetsearch.problem.space import SearchSpace
from subsetsearch.subset import Subset

A_SIZE = 3
"""Fewest subsets of a size, so that the size has a ranking of its own."""

_DRAWS = 24
"""Number of subsets of a size among which rung 1 finds the extremes."""

_TRIES = 50
"""How often a draw that breaks a constraint is repeated."""


def design(
    space: SearchSpace, rung1: Callable[[Subset], float], subsets: int, *, seed: int = 0
) -> dict[Subset, str]:
    """Choose subsets that cover sizes and the range of rung 1.

    Sizes lie evenly on a logarithmic scale. Of each, the lowest and the highest of a few dozen random
    subsets by rung 1 are taken, and random ones besides. Where the study chooses pairs per
    language, each subset is drawn at one of them.

    Args:
        space: What may be proposed; only such subsets are chosen.
        rung1: Scores a subset.
        subsets: How many, 3 or more.
        seed: Names the random stream: the same subsets every time.

    Returns:
        Subset to ``low``, ``random`` or ``high``, by size. Fewer than asked for where the constraints
        allow no more.

    Raises:
        SelectionError: If fewer than three were asked for, or none could be drawn.
    """
    if subsets < A_SIZE:
        raise SelectionError(
            f"{count(subsets, 'subset')} cannot calibrate anything",
            fix=f"ask for {A_SIZE} or more (--subsets)",
        )
    rng = named_generator(seed, "calibration")
    chosen: dict[Subset, str] = {}
    sizes = _sizes(space, subsets)
    for position, size in enumerate(sizes):
        n_of_size = -(-(subsets - len(chosen)) // (len(sizes) - position))
        chosen |= _of_size(space, rung1, size, n_of_size, rng)
    if not chosen:
        raise SelectionError(
            "no random subset kept the study's constraints", where="search", fix="loosen budget or sizes"
        )
    return chosen


def _sizes(space: SearchSpace, subsets: int) -> list[int]:
    low = max(1, space.min_size, len(space.must_include))
    high = max(low, min(space.max_size, len(space.free) + len(space.must_include)))
    sizes = np.exp(np.linspace(np.log(low), np.log(high), max(1, subsets // A_SIZE)))
    return sorted({int(size) for size in np.rint(sizes)})


def _of_size(
    space: SearchSpace,
    rung1: Callable[[Subset], float],
    size: int,
    n_of_size: int,
    rng: np.random.Generator,
) -> dict[Subset, str]:
    """Draw subsets of one size: the lowest, the highest, and the first ones drawn."""
    drawn: dict[Subset, float] = {}
    limits = space.pairs.limits
    for _ in range(_TRIES * max(_DRAWS, n_of_size)):
        members = rng.choice(len(space.free), size - len(space.must_include), replace=False)
        languages = space.must_include | {space.free[i] for i in members}
        choice = int(rng.integers(len(limits))) if len(limits) > 1 else 0
        subset = space.pairs.canonical(languages, limits[choice])
        if subset not in drawn and space.allows(subset):
            drawn[subset] = rung1(subset)
        if len(drawn) >= max(_DRAWS, n_of_size):
            break
    ranked = sorted(drawn, key=lambda subset: (drawn[subset], subset.order))
    chosen = {ranked[0]: "low"} if ranked else {}
    if len(ranked) > 1 and n_of_size > 1:
        chosen[ranked[-1]] = "high"
    unchosen = [subset for subset in drawn if subset not in chosen]
    return chosen | dict.fromkeys(unchosen[: max(0, n_of_size - len(chosen))], "random")
