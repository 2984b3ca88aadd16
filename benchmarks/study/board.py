"""The whole space of a study as peers play on it: any set that is allowed may be run, not a table's alone."""

from __future__ import annotations

import numpy as np

from benchmarks.peers.game import nearest
from benchmarks.peers.players import Ran
from realign_core.support.seeds import named_generator
from subsetsearch.problem.space import SearchSpace
from subsetsearch.sampler.subset_matrix import Rows, SubsetMatrix
from subsetsearch.subset import NONE, Subset
from subsetsearch.surrogate.features import Matrix


class OpenBoard:
    """Subsets by place, of which proposals become further ones.

    It begins with no realignment, all languages, every single language and random sets of uniform size.

    Args:
        space: What is allowed.
        more: How many random sets.
        closed: Whether a proposal is the nearest of these instead, for players that choose among a list.
    """

    def __init__(self, space: SearchSpace, more: int, *, closed: bool = False) -> None:
        self.space, self.closed = space, closed
        self._matrix = SubsetMatrix(space)
        self._features = self._matrix.features()
        first = [self._matrix.row(subset) for subset in self._ends()]
        self.rows: Rows = np.stack([*first, *self._drawn(more)])
        self.values: Matrix = np.full(len(self.rows), np.nan)

    def _ends(self) -> list[Subset]:
        singles = [self.space.pairs.top([key]) for key in self.space.keys]
        return [NONE, self.space.pairs.top(self.space.keys), *singles]

    def _drawn(self, more: int) -> list[Rows]:
        rng = named_generator(0, "candidates of peers")
        sizes, found = range(2, self.space.max_size + 1), dict[bytes, Rows]()
        for size in rng.choice(sizes, more) if sizes else ():
            keys = rng.choice(self.space.keys, int(size), replace=False)
            row = self._matrix.row(self.space.pairs.top(map(str, keys)))
            found[row.tobytes()] = row
        return list(found.values())

    @property
    def costs(self) -> Matrix:
        """Logarithms of data costs, in units of the cheapest language, shape (n,)."""
        return np.asarray(self._features.log_costs(self._features.costs(self.rows)))

    def subset(self, place: int) -> Subset:
        """The subset of a place."""
        return self._matrix.subset(self.rows[place])

    def tell(self, place: int, value: float) -> None:
        """Say what a run of a subset has scored."""
        self.values[place] = value

    def nearest(self, row: Rows, ran: Ran) -> int:
        """The place of a proposed set, maybe a new one; if it was run or is not allowed, of the nearest."""
        same = np.flatnonzero((self.rows == row).all(axis=1))
        if len(same) and int(same[0]) not in ran:
            return int(same[0])
        if len(same) or self.closed or not self.space.allows(self._matrix.subset(row)):
            return nearest(self.rows, row, ran)
        self.rows = np.concatenate([self.rows, row[None]])
        self.values = np.append(self.values, np.nan)
        return len(self.rows) - 1
