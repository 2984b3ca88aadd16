"""Many subsets at once, as rows of booleans: random ones, neighbours, and which are allowed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from subsetsearch.problem.space import SearchSpace
from subsetsearch.subset import Subset
from subsetsearch.surrogate.features import Indices, Matrix, PairTable, SetFeatures

Rows = NDArray[np.bool_]

_MOST_LISTED = 20_000
_ROUNDING = 1e-9
_STEPPED = 0.4
"""Share of the children that have another number of pairs than their parent."""

_ONLY_STEPPED = 0.5
"""Share of these that keep the parent's languages."""


class SubsetMatrix:
    """Subsets of a search space as rows of booleans: one a language, then one a number of pairs.

    The number is written as the highest one that comes to the same data, so that equal subsets are
    equal rows. Where a study has no such choice, a row is as long as the pool.

    Args:
        space: What may be proposed.
    """

    def __init__(self, space: SearchSpace) -> None:
        self._space = space
        self._index = {key: column for column, key in enumerate(space.keys)}
        limits = space.pairs.limits
        prices = [[space.cost(Subset(frozenset({key}), pairs)) for key in space.keys] for pairs in limits]
        self._prices = np.array(prices, dtype=np.float64)
        self.prices = self._prices[-1]
        self._lengths = np.array([space.pairs.lengths.get(key, 0) for key in space.keys], dtype=np.float64)
        self._must = self._languages(space.must_include)
        self._free = self._languages(space.free)

    @property
    def width(self) -> int:
        """Length of a row."""
        return len(self._space.keys) + len(self._space.pairs.choices)

    def features(self, traits: Matrix | None = None) -> SetFeatures:
        """Describe rows to a surrogate.

        Args:
            traits: Typological coordinates of the languages, in the order of ``space.keys``.
        """
        trait_values = np.zeros((len(self.prices), 0)) if traits is None else traits
        if not self._space.pairs:
            return SetFeatures(self.prices, trait_values)
        pairs = np.minimum(self._lengths, self._space.pairs.bounds[:, None])
        return SetFeatures(self.prices, trait_values, PairTable(self._prices, pairs))

    @cached_property
    def _kin(self) -> NDArray[np.float32]:
        """One column a family, shape (n_languages, n_families)."""
        names = [self._space.families.get(key, key) for key in self._space.keys]
        order = {name: column for column, name in enumerate(dict.fromkeys(names))}
        table = np.zeros((len(names), len(order)), dtype=np.float32)
        table[np.arange(len(names)), [order[name] for name in names]] = 1.0
        return table

    def _languages(self, keys: Iterable[str]) -> Rows:
        row = np.zeros(len(self._space.keys), dtype=bool)
        row[[self._index[key] for key in keys]] = True
        return row

    def row(self, subset: Subset) -> Rows:
        """Write a subset as a row."""
        row = self._languages(subset.languages)
        if not self._space.pairs:
            return row
        choices = self._space.pairs.choices
        choice = choices.index(self._space.pairs.choice(subset))
        return np.asarray(self._joined(row[None], np.array([choice]))[0])

    def subset(self, row: Rows) -> Subset:
        """Read a row."""
        choices, (languages, numbers) = self._space.pairs, np.split(row, [len(self._space.keys)])
        pairs = choices.limits[int(numbers.argmax())] if choices else None
        return choices.canonical((self._space.keys[column] for column in np.flatnonzero(languages)), pairs)

    def _split(self, rows: Rows) -> tuple[Rows, Indices]:
        """Take rows apart into languages and choices of pairs (0 without any)."""
        languages, numbers = np.split(rows, [len(self._space.keys)], axis=1)
        return languages, numbers.argmax(axis=1) if self._space.pairs else np.zeros(len(rows), dtype=np.intp)

    def _joined(self, languages: Rows, choice: Indices) -> Rows:
        """Join languages and numbers of pairs to rows; one that cuts nothing becomes the highest."""
        bounds = self._space.pairs.bounds
        if not len(bounds):
            return languages
        longest = np.where(languages, self._lengths, 0.0).max(axis=1)
        choice = np.where(bounds[choice] >= longest, len(bounds) - 1, choice)
        return np.concatenate([languages, np.eye(len(bounds), dtype=bool)[choice]], axis=1)

    def allowed(self, rows: Rows) -> Rows:
        """Tell which rows keep every constraint, shape (n,)."""
        space = self._space
        languages, choice = self._split(rows)
        sizes = languages.sum(axis=1)
        ok = (sizes >= space.min_size) & (sizes <= space.max_size)
        ok &= languages[:, self._must].all(axis=1) & ~languages[:, ~(self._must | self._free)].any(axis=1)
        if space.budget is not None:
            # Sums of floats differ by their order; the exact check is the space's own.
            costs = (languages @ self._prices.T)[np.arange(len(choice)), choice]
            ok &= costs <= space.budget * (1 + _ROUNDING)
        if space.max_per_family is not None:
            ok &= (languages.astype(np.float32) @ self._kin).max(axis=1) <= space.max_per_family
        return np.asarray(ok)

    def random(self, n: int, rng: np.random.Generator) -> Rows:
        """Draw subsets: a size, log-uniformly, a number of pairs, then languages in a random order.

        Args:
            n: How many.
            rng: Random stream.
        """
        space = self._space
        low, high = np.log([space.min_size, min(space.max_size, len(space.keys)) + 1])
        sizes = np.exp(rng.uniform(low, high, size=n)).astype(int)
        rows = np.tile(self._must, (n, 1))
        order = np.argsort(rng.random((n, len(space.keys))), axis=1)
        choice = rng.integers(len(space.pairs.choices), size=n) if space.pairs else np.zeros(n, dtype=np.intp)
        limited = space.budget is not None or space.max_per_family is not None
        for row, size, columns, prices in zip(rows, sizes, order, self._prices[choice], strict=True):
            free = columns[self._free[columns]]
            if limited:
                self._fill(row, size, free, prices)
            else:
                row[free[: max(0, size - int(row.sum()))]] = True
        return self._joined(rows, choice)

    def _fill(self, row: Rows, size: int, columns: NDArray[np.int64], prices: Matrix) -> None:
        """Add languages in order where budget and family limits allow, up to a size."""
        space = self._space
        budget_left = np.inf if space.budget is None else space.budget - float(row @ prices)
        kin = row.astype(np.float32) @ self._kin
        count = int(row.sum())
        for column in columns:
            if count >= size:
                return
            family = int(self._kin[column].argmax())
            full = space.max_per_family is not None and kin[family] >= space.max_per_family
            if prices[column] <= budget_left and not full:
                row[column] = True
                budget_left -= prices[column]
                kin[family] += 1
                count += 1

    def neighbours(self, parents: Rows, n: int, rng: np.random.Generator) -> Rows:
        """Swap, add or drop one to three languages of randomly drawn parents, or step their number of pairs.

        Args:
            parents: At least one row.
            n: How many children; some may not be allowed.
            rng: Random stream.
        """
        rows, choice = self._split(parents[rng.integers(len(parents), size=n)])
        rows = rows.copy()
        times = np.minimum(3, rng.geometric(0.6, size=n))
        if self._space.pairs:
            stepped = rng.random(n) < _STEPPED
            top = len(self._space.pairs.choices) - 1
            choice = np.clip(choice + np.where(stepped, rng.choice([-1, 1], size=n), 0), 0, top)
            times[stepped & (rng.random(n) < _ONLY_STEPPED)] = 0
        for step in range(3):
            self._change(rows, np.flatnonzero(times > step), rng)
        return self._joined(rows, choice)

    def _change(self, rows: Rows, active: Indices, rng: np.random.Generator) -> None:
        """Swap, add or drop one language of some rows, in place."""
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

    def every(self) -> Rows | None:
        """List all allowed subsets; ``None`` if more than 20,000 are of an allowed size."""
        space = self._space
        free = np.flatnonzero(self._free)
        required = int(self._must.sum())
        sizes = range(max(0, space.min_size - required), min(len(free), space.max_size - required) + 1)
        n_choices = len(self._prices)
        if n_choices * sum(math.comb(len(free), size) for size in sizes) > _MOST_LISTED:
            return None
        chosen = [c for size in sizes for c in itertools.combinations(free, size)]
        rows = np.tile(self._must, (len(chosen), 1))
        for row, columns in zip(rows, chosen, strict=True):
            row[list(columns)] = True
        every = [self._joined(rows, np.full(len(rows), choice)) for choice in range(n_choices)]
        by_bytes = {row.tobytes(): row for row in np.concatenate(every)}
        unique = np.array(list(by_bytes.values()), dtype=bool).reshape(-1, self.width)
        return unique[self.allowed(unique)]
