"""Rules that say which held-out languages get the realigned encoder, by what the searched targets gain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.held_out.measure import Array, Gains, Mask, Places, plain, searches
from subsetsearch.traits.relation import relations

HARM = 0.01
"""A target is harmed that loses more than a point: smaller losses are within the noise of a table."""

SOFT = 0.1
"""Similarity, a cosine, by which the weight of a searched target falls to 1/e."""


@dataclass(frozen=True, eq=False)
class Kinship:
    """How the targets of a table relate.

    Args:
        similar: Typological similarity, shape (n_targets, n_targets), in [-1, 1].
        family: Whether two are of one family; the same shape.
    """

    similar: Array
    family: Mask

    @classmethod
    def of(cls, targets: Sequence[str]) -> Kinship:
        """Relate targets by URIEL and Glottolog."""
        shape = len(targets), len(targets)
        rows = relations(targets, targets)
        return cls(
            rows["similarity"].to_numpy(dtype=float).reshape(shape),
            rows["family"].to_numpy(dtype=bool).reshape(shape),
        )

    def between(self, held_out: Places, searched: Places) -> Kinship:
        """Rows of held-out targets, columns of searched ones."""
        at = np.ix_(held_out, searched)
        return Kinship(self.similar[at], self.family[at])


Rule = Callable[[Array, Kinship], Mask]
"""Gains of the searched targets and how held-out ones relate to them, to whether each of these is sent."""


def everywhere(gains: Array, kinship: Kinship) -> Mask:
    """Send all, if the searched targets gain on average."""
    return np.full(len(kinship.similar), gains.mean() > 0)


def nearest(gains: Array, kinship: Kinship) -> Mask:
    """Send a target where the searched one goes that is most like it; so the real study does."""
    sent: Mask = gains[kinship.similar.argmax(axis=1)] > 0
    return sent


def nearest_by_a_point(gains: Array, kinship: Kinship) -> Mask:
    """As ``nearest``, but only where this one gains more than a point."""
    sent: Mask = gains[kinship.similar.argmax(axis=1)] > HARM
    return sent


def weighted(gains: Array, kinship: Kinship) -> Mask:
    """Send a target if the searched ones gain on average, the more similar ones counting more."""
    weights = np.exp(kinship.similar / SOFT)
    sent: Mask = (weights * gains).sum(axis=1) > 0
    return sent


def family(gains: Array, kinship: Kinship) -> Mask:
    """Send a target if the searched ones of its family gain on average; without one, by the mean of all."""
    members = kinship.family.sum(axis=1)
    means = (kinship.family * gains).sum(axis=1) / np.maximum(members, 1)
    sent: Mask = np.where(members > 0, means, gains.mean()) > 0
    return sent


RULES: Mapping[str, Rule] = {
    "everywhere": everywhere,
    "nearest": nearest,
    "nearest_by_a_point": nearest_by_a_point,
    "weighted": weighted,
    "family": family,
}
"""By name."""


@dataclass(frozen=True, slots=True)
class Route:
    """What comes of a rule for the held-out targets of one search.

    Args:
        gain: Mean over all of them; those that are not sent gain 0.
        sent: How many get the realigned encoder.
        harmed: How many of these lose more than a point.
        targets: How many there are.
    """

    gain: float
    sent: int
    harmed: int
    targets: int

    @classmethod
    def of(cls, sent: Mask, truth: Array) -> Route:
        """Judge a route.

        Args:
            sent: Which targets get the realigned encoder, shape (n_targets,).
            truth: Their gains by it on test data, the same shape.
        """
        harmed = sent & (truth < -HARM)
        return cls(float((truth * sent).mean()), int(sent.sum()), int(harmed.sum()), len(truth))


def routes(
    gains: Gains, kinship: Kinship, size: int, draws: int, seed: int = 0
) -> Iterator[Mapping[str, Route]]:
    """Draw halves of the targets and searches; route the held-out half of each by every rule.

    Args:
        gains: Of a table.
        kinship: Of its targets.
        size: Subsets that a search runs, none with a held-out language. It chooses by the mean gain.
        draws: Searches. Those that choose no realignment are left out, as nothing is sent.
        seed: Of the draws.

    Yields:
        Rule to its route; ``by_truth`` is the best route, which only test labels could tell.
    """
    for searched, held_out, allowed in searches(gains, size, draws, seed):
        chosen = allowed[int(plain(gains.dev[np.ix_(allowed, searched)]).argmax())]
        seen, truth = gains.dev[chosen, searched], gains.test[chosen, held_out]
        if not truth.any():
            continue
        near = kinship.between(held_out, searched)
        sent = {name: rule(seen, near) for name, rule in RULES.items()} | {"by_truth": truth > 0}
        yield {name: Route.of(mask, truth) for name, mask in sent.items()}
