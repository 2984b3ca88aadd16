"""Many candidate sets at once, as rows of booleans: random ones, neighbours, and which are allowed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from subsetsearch.search.space import SearchSpace, Subset

Rows = NDArray[np.bool_]

_MOST_LISTED = 20_000
_ROUNDING = 1e-9


class Moves:
    """Proposals within a search space; a set is a row with one boolean a language.

    Args:
        space: What may be proposed.
    """

    def __init__(self, space: SearchSpace) -> None:
        self._space = space
        self._index = {key: column for column, key in enumerate(space.keys)}
        self.prices = np.array([space.cost([key]) for key in space.keys], dtype=np.float64)
        self._must = self.row(space.must_include)
        self._free = self.row(space.free)

    @cached_property
    def _kin(self) -> NDArray[np.float32]:
        """One column a family, shape (n_languages, n_families)."""
        names = [self._space.families.get(key, key) for key in self._space.keys]
        order = {name: column for column, name in enumerate(dict.fromkeys(names))}
        table = np.zeros((len(names), len(order)), dtype=np.float32)
        table[np.arange(len(names)), [order[name] for name in names]] = 1.0
        return table

    def row(self, subset: Iterable[str]) -> Rows:
        """Write a set as a row."""
        row = np.zeros(len(self._space.keys), dtype=bool)
        row[[self._index[key] for key in subset]] = True
        return row

    def subset(self, row: Rows) -> Subset:
        """Read a row as a set."""
        return frozenset(self._space.keys[column] for column in np.flatnonzero(row))

    def allowed(self, rows: Rows) -> Rows:
        """Tell which rows keep every constraint, shape (n,)."""
        space, sizes = self._space, rows.sum(axis=1)
        kept = (sizes >= space.min_size) & (sizes <= space.max_size)
        kept &= rows[:, self._must].all(axis=1) & ~rows[:, ~(self._must | self._free)].any(axis=1)
        if space.budget is not None:
            # Sums of floats differ by their order; the exact check is the space's own.
            kept &= rows @ self.prices <= space.budget * (1 + _ROUNDING)
        if space.max_per_family is not None:
            kept &= (rows.astype(np.float32) @ self._kin).max(axis=1) <= space.max_per_family
        return np.asarray(kept)

    def random(self, n: int, rng: np.random.Generator) -> Rows:
        """Draw sets: a size, log-uniformly, then languages in a random order, as the limits allow.

        Args:
            n: How many.
            rng: Random stream.
        """
        space = self._space
        low, high = np.log([space.min_size, min(space.max_size, len(space.keys)) + 1])
        sizes = np.exp(rng.uniform(low, high, size=n)).astype(int)
        rows = np.tile(self._must, (n, 1))
        order = np.argsort(rng.random((n, len(space.keys))), axis=1)
        limited = space.budget is not None or space.max_per_family is not None
        for row, size, columns in zip(rows, sizes, order, strict=True):
            free = columns[self._free[columns]]
            if limited:
                self._fill(row, size, free)
            else:
                row[free[: max(0, size - int(row.sum()))]] = True
        return rows

    def _fill(self, row: Rows, size: int, columns: NDArray[np.int64]) -> None:
        """Add languages in order where budget and family limits allow, up to a size."""
        space = self._space
        left = np.inf if space.budget is None else space.budget - float(row @ self.prices)
        kin = row.astype(np.float32) @ self._kin
        count = int(row.sum())
        for column in columns:
            if count >= size:
                return
            family = int(self._kin[column].argmax())
            full = space.max_per_family is not None and kin[family] >= space.max_per_family
            if self.prices[column] <= left and not full:
                row[column] = True
                left -= self.prices[column]
                kin[family] += 1
                count += 1

    def neighbours(self, parents: Rows, n: int, rng: np.random.Generator) -> Rows:
        """Swap, add or drop one to three languages of randomly drawn parents.

        Args:
            parents: At least one row.
            n: How many children; some may not be allowed.
            rng: Random stream.
        """
        rows = parents[rng.integers(len(parents), size=n)].copy()
        times = np.minimum(3, rng.geometric(0.6, size=n))
        for step in range(3):
            active = np.flatnonzero(times > step)
            kind = rng.integers(3, size=len(active))
            block = rows[active]
            scores = rng.random(block.shape)
            inside = np.where(block & self._free, scores, -1.0)
            outside = np.where(~block & self._free, scores, -1.0)
            leaves, joins = inside.argmax(axis=1), outside.argmax(axis=1)
            drop = (kind != 1) & (inside.max(axis=1) >= 0)
            add = (kind != 2) & (outside.max(axis=1) >= 0)
            rows[active[drop], leaves[drop]] = False
            rows[active[add], joins[add]] = True
        return rows

    def every(self) -> Rows | None:
        """List all allowed sets; ``None`` if more than 20,000 are of an allowed size."""
        space = self._space
        free = np.flatnonzero(self._free)
        required = int(self._must.sum())
        sizes = range(max(0, space.min_size - required), min(len(free), space.max_size - required) + 1)
        if sum(math.comb(len(free), size) for size in sizes) > _MOST_LISTED:
            return None
        chosen = [c for size in sizes for c in itertools.combinations(free, size)]
        rows = np.tile(self._must, (len(chosen), 1))
        for row, columns in zip(rows, chosen, strict=True):
            row[list(columns)] = True
        return rows[self.allowed(rows)]
