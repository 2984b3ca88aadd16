"""Targets without labels in the ladder: retrieval, on the scale of the labelled targets."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from realign_core.support.files.cache import kept_value
from realign_core.support.seeds import named_generator
from subsetsearch.problem.space import SearchSpace
from subsetsearch.rungs.gain import GainScale, excess, gain_slope
from subsetsearch.rungs.measured import Measured
from subsetsearch.subset import NONE, Subset

logger = logging.getLogger(__name__)

_TRIES = 50
"""A draw that breaks a constraint is repeated so often."""


def spread_subsets(space: SearchSpace, count: int, *, seed: int = 0) -> list[Subset]:
    """Draw different subsets of all sizes, evenly on a logarithmic scale.

    Args:
        space: Only subsets are drawn that it allows with as few pairs as may be.
        count: How many at most.
        seed: Names the random stream: the same subsets every time, fewer are the first of more.

    Returns:
        Fewer than asked for where the constraints allow no more.
    """
    rng = named_generator(seed, "spread subsets")
    required = len(space.must_include)
    low = max(1, space.min_size, required)
    high = max(low, min(space.max_size, len(space.free) + required))
    drawn: dict[Subset, None] = {}
    for _ in range(_TRIES * count):
        if len(drawn) == count:
            break
        size = int(np.rint(np.exp(rng.uniform(np.log(low), np.log(high)))))
        members = rng.choice(len(space.free), min(size - required, len(space.free)), replace=False)
        languages = space.must_include | {space.free[i] for i in members}
        if languages and space.allows(Subset(languages, space.pairs.limits[0])):
            drawn.setdefault(Subset(languages))
    return list(drawn)


def gain_scale(none: Measured, others: Iterable[Measured]) -> GainScale:
    """Learn from targets that have labels and held-out pairs what retrieval is worth.

    Args:
        none: Measured without realignment.
        others: Measured of some subsets.

    Returns:
        Slope 1 if nothing can be learnt, and 0 where retrieval goes against accuracy;
        the log says so.
    """
    peers = sorted(none.labelled.keys() & none.retrieval.keys())
    start = dict(none.retrieval)
    measured = list(others) if len(peers) > 1 else []
    slope = None
    if measured:
        retrieval = [[m.retrieval[key] - none.retrieval[key] for key in peers] for m in measured]
        accuracy = [[m.labelled[key] - none.labelled[key] for key in peers] for m in measured]
        slope = gain_slope(excess(np.array(retrieval)), excess(np.array(accuracy)))
    if slope is None:
        if none.labelled:
            logger.warning(
                "fewer than two labelled targets have held-out pairs of the same source sentences: gains "
                "in retrieval and in accuracy are taken as equal"
            )
        return GainScale(1.0, start, peers)
    if slope < 0:
        logger.warning(
            "of %d labelled targets left out in turn, those that gained more retrieval gained less accuracy "
            "(slope %.2f): the unlabelled targets follow the labelled ones alone",
            len(peers),
            slope,
        )
    else:
        logger.info("a gain in retrieval is worth %.2f in accuracy, by %s", slope, ", ".join(peers))
    return GainScale(max(slope, 0.0), start, peers)


def stored_gain_scale(
    place: Path, measure: Callable[[Subset], Measured], subsets: Sequence[Subset]
) -> GainScale:
    """Read the scale that another process has learnt, or learn it.

    Args:
        place: File of the scale, named by what decides it.
        measure: Measures a subset, at a cost.
        subsets: What to learn from.
    """

    def learn() -> dict[str, object]:
        scale = gain_scale(measure(NONE), map(measure, subsets))
        return {"slope": scale.slope, "start": dict(scale.start), "peers": list(scale.peers)}

    stored = kept_value(place, learn, what="the scale of gains")
    return GainScale(stored["slope"], stored["start"], stored["peers"])
