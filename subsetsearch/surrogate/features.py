"""Sets of languages as vectors: who is in, what they are like on average, how large and what they cost.

Where a study chooses pairs per language, a row has one boolean a choice after those of the
languages, exactly one of them true.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Members = NDArray[np.bool_]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class PairTable:
    """What each language gives and costs for each number of pairs, from few to many.

    Args:
        prices: Shape (n_choices, n_languages).
        pairs: Shape (n_choices, n_languages), above 0.
    """

    prices: Matrix
    pairs: Matrix

    def costs(self, languages: Members, choice: Indices) -> Matrix:
        """Cost of each set with its pairs, shape (n,)."""
        return np.asarray((languages @ self.prices.T)[np.arange(len(choice)), choice], dtype=np.float64)

    def plenty(self, languages: Members, choice: Indices) -> Matrix:
        """Logarithm of the mean pairs per language, from -1 (fewest) to 1 (most); shape (n,).

        No language at all lacks none, so the empty set is at 1.
        """
        low, high = np.log(self.pairs.min()), np.log(self.pairs.max())
        sizes = languages.sum(axis=1)
        total = (languages @ self.pairs.T)[np.arange(len(choice)), choice]
        means = np.where(sizes > 0, total / np.maximum(1, sizes), self.pairs.max())
        return np.asarray(2.0 * (np.log(means) - low) / ((high - low) or 1.0) - 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class SetFeatures:
    """What is known of the languages of a pool.

    Args:
        prices: What each language adds to the cost at most, shape (n_languages,).
        traits: Typological coordinates, shape (n_languages, t), rows of about unit length; ``t``
            may be 0.
        pair_table: Choices of pairs per language, if the study has them; rows are longer then.
    """

    prices: Matrix
    traits: Matrix
    pair_table: PairTable | None = None

    def languages(self, members: Members) -> Members:
        """The part of rows that says which languages are in, shape (n, n_languages)."""
        return members[:, : len(self.prices)]

    def choice(self, members: Members) -> Indices:
        """The choice of pairs of each row, as its place, shape (n,)."""
        return np.asarray(members[:, len(self.prices) :].argmax(axis=1))

    def costs(self, members: Members) -> Matrix:
        """Cost of each set, shape (n,)."""
        if self.pair_table is not None:
            return self.pair_table.costs(self.languages(members), self.choice(members))
        return np.asarray(members @ self.prices, dtype=np.float64)

    def log_costs(self, costs: Matrix) -> Matrix:
        """Write costs on the axis of the hypervolume: log(1 + cost / cheapest language).

        ``none`` is at 0, the cheapest language at log 2, and the unit of the cost does not matter.
        """
        return np.asarray(np.log1p(costs / self.cheapest))

    @property
    def cheapest(self) -> float:
        """Lowest price above 0 (1 if there is none)."""
        prices = self.prices if self.pair_table is None else self.pair_table.prices
        paid = prices[prices > 0]
        return float(paid.min()) if len(paid) else 1.0

    def weights(self, members: Members, power: float) -> Matrix:
        """Share of each language in its set: 1 / size ** power for members, else 0; shape (n, L)."""
        languages = self.languages(members)
        sizes = np.maximum(1, languages.sum(axis=1))[:, None]
        return np.asarray(languages / sizes**power, dtype=np.float64)

    def extent(self, members: Members) -> Matrix:
        """Logarithms of size and cost, each between 0 and about 1; shape (n, 2)."""
        sizes = np.log1p(self.languages(members).sum(axis=1)) / np.log1p(len(self.prices))
        top = float(self.log_costs(self.prices.sum(keepdims=True))[0])
        costs = self.log_costs(self.costs(members)) / (top or 1.0)
        return np.stack([sizes, costs], axis=1)

    def plenty(self, members: Members) -> Matrix:
        """How many pairs the languages give, in [-1, 1], where there are choices; shape (n, 1 or 0)."""
        if self.pair_table is None:
            return np.empty((len(members), 0))
        return self.pair_table.plenty(self.languages(members), self.choice(members))[:, None]
