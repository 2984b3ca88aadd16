"""Which subsets are run: no realignment, all languages, and of each size random, kindred and diverse ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle

import numpy as np

from benchmarks.common import RECORDED_TYPOLOGY
from realign_core.support.seeds import named_generator

SIZES = (1, 2, 3, 5, 8, 20)
SPLIT_SIZES = (1, 2, 3, 5, 8, 20)
"""Of the six subsets of the split of variance."""

Languages = tuple[str, ...]


def design(keys: Sequence[str], each: int, known: Sequence[Languages] = ()) -> list[Languages]:
    """Draw subsets, the same ones every time.

    Random ones come by turns with a random language and its nearest kin (what somebody with the data of
    one region has), and with a random language to which the farthest from all before is added again and
    again. No score has a say.

    Args:
        keys: Languages of the pool.
        each: Subsets of each size.
        known: Subsets that are wanted in any case; they come first and count.

    Returns:
        No realignment first, all languages last; small ones before large ones.
    """
    rng = named_generator(0, "designed table")
    distances = _distances(keys)
    drawn: dict[Languages, None] = dict.fromkeys([(), *known])
    for size in SIZES:
        kinds: list[Callable[[], Sequence[int]]] = [partial(_random, len(keys), size, rng)]
        if size > 1:
            kinds += [partial(_kin, distances, size, rng), partial(_diverse, distances, size, rng)]
        turns = cycle(kinds)
        while sum(len(subset) == size for subset in drawn) < each:
            drawn[tuple(sorted(keys[i] for i in next(turns)()))] = None
    return [*drawn, tuple(sorted(keys))]


def split_design(keys: Sequence[str]) -> list[Languages]:
    """Draw the subsets of the split of variance: a random one of each of six sizes."""
    rng = named_generator(0, "split of variance")
    return [tuple(sorted(keys[i] for i in _random(len(keys), size, rng))) for size in SPLIT_SIZES]


def _random(n: int, size: int, rng: np.random.Generator) -> Sequence[int]:
    return [int(i) for i in rng.choice(n, size, replace=False)]


def _kin(distances: np.ndarray, size: int, rng: np.random.Generator) -> Sequence[int]:
    """Draw a language, and take those nearest to it."""
    first = int(rng.integers(len(distances)))
    return [int(i) for i in np.argsort(distances[first], kind="stable")[:size]]


def _diverse(distances: np.ndarray, size: int, rng: np.random.Generator) -> Sequence[int]:
    """Draw a language, and add the one whose nearest is farthest until there are enough."""
    chosen = [int(rng.integers(len(distances)))]
    while len(chosen) < size:
        nearest = distances[:, chosen].min(axis=1)
        nearest[chosen] = -2.0
        chosen.append(int(np.argmax(nearest)))
    return chosen


def _distances(keys: Sequence[str]) -> np.ndarray:
    """URIEL distances; a language is nearest to itself."""
    distances = RECORDED_TYPOLOGY.distance_matrix(keys).cautious(far=True, least=0).values.copy()
    np.fill_diagonal(distances, -1.0)
    return np.asarray(distances)
