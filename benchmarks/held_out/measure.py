"""Choices for held-out languages from tables of full runs: with and without a subset's own languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.tables.load import Table

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Gains:
    """Gains over no realignment.

    Args:
        dev: On development data, with the seeds of the search; shape (n_subsets, n_targets).
        test: On test data, with the seeds of the truth; the same shape.
        own: Whether the target is a language of the subset; the same shape.
        targets: Keys of the targets, where they are known.
    """

    dev: Array
    test: Array
    own: Mask
    targets: tuple[str, ...] = ()

    @classmethod
    def of(cls, table: Table) -> Gains:
        """Read a table that has a row of no realignment."""
        searched, truth = table.searched(), table.truth()
        subsets = [subset for subset in truth if subset in searched]
        targets = sorted(truth[()])
        dev = [[np.mean([run[key] for run in searched[s].values()]) for key in targets] for s in subsets]
        test = [[truth[s][key] for key in targets] for s in subsets]
        own = [[key in s for key in targets] for s in subsets]
        none = subsets.index(())
        return cls(_gains(dev, none), _gains(test, none), np.array(own), tuple(targets))


def _gains(scores: object, none: int) -> Array:
    rows: Array = np.array(scores, dtype=np.float64)
    over: Array = rows - rows[none]
    return over


@dataclass(frozen=True, slots=True)
class Choice:
    """What comes of one search: how far each choice is below the best candidate, for the held-out languages.

    Args:
        plain: Chosen by the mean over all searched targets.
        others: Chosen by the mean over those that are no language of the subset.
        random: The mean of all candidates.
        differ: Whether the two choices are different subsets.
    """

    plain: float
    others: float
    random: float
    differ: bool


def plain(gains: Array) -> Array:
    """Mean gain of each subset; shape (n_subsets, n_targets) to (n_subsets,)."""
    means: Array = gains.mean(axis=1)
    return means


def without_own(gains: Array, own: Mask) -> Array:
    """Mean gain of each subset over targets that are none of its languages.

    Targets differ in what they gain by any subset. So each one's mean over such subsets is taken off before.

    Args:
        gains: Shape (n_subsets, n_targets).
        own: Whether the target is a language of the subset, the same shape.

    Returns:
        Shape (n_subsets,); minus infinity where every target is a language of the subset.
    """
    other = ~own
    levels = (gains * other).sum(axis=0) / np.maximum(other.sum(axis=0), 1)
    counts = other.sum(axis=1)
    sums = ((gains - levels) * other).sum(axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), -np.inf)


def searches(
    gains: Gains, size: int | None, draws: int, seed: int = 0
) -> Iterator[tuple[Places, Places, Places]]:
    """Draw halves of the targets, and searches that run subsets without a held-out language.

    Args:
        gains: Of a table.
        size: Subsets that a search runs; all that are allowed, if ``None``.
        draws: Searches.
        seed: Of the draws.

    Yields:
        Places of the searched targets, of the held-out ones, and of the subsets that are run.
    """
    rng = np.random.default_rng(seed)
    n_targets = gains.own.shape[1]
    for _ in range(draws):
        mixed = rng.permutation(n_targets)
        searched, held_out = mixed[: n_targets // 2], mixed[n_targets // 2 :]
        allowed = np.flatnonzero(~gains.own[:, held_out].any(axis=1))
        if size is not None and size < len(allowed):
            allowed = rng.choice(allowed, size, replace=False)
        yield searched, held_out, allowed


def choices(gains: Gains, size: int | None, draws: int, seed: int = 0) -> Iterator[Choice]:
    """Draw halves of the targets and searches among subsets without a held-out language.

    Args:
        gains: Of a table.
        size: Subsets that a search runs; all that are allowed, if ``None``.
        draws: Searches. Those in which no subset has a searched target are left out, as nothing can differ.
        seed: Of the draws.
    """
    for searched, held_out, allowed in searches(gains, size, draws, seed):
        dev, own = gains.dev[np.ix_(allowed, searched)], gains.own[np.ix_(allowed, searched)]
        if not own.any():
            continue
        truth = gains.test[np.ix_(allowed, held_out)].mean(axis=1)
        first, second = int(plain(dev).argmax()), int(without_own(dev, own).argmax())
        best = truth.max()
        yield Choice(
            float(best - truth[first]),
            float(best - truth[second]),
            float(best - truth.mean()),
            first != second,
        )
