"""Least squares on subset and seed, fast where subsets are many and seeds few.

Effects of subsets are taken out run by run, so that a system of the size of the seeds is left (the theorem of
Frisch, Waugh and Lovell). The numbers are those of a fit of all effects at once, up to rounding.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Key = TypeVar("Key", bound=Hashable)
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class TwoWay:
    """Effects of subsets and seeds.

    Args:
        names: Subsets, as they come first in the cells.
        seeds: Rising.
        subsets: Their effects, shape (n_names, n_scores).
        luck: Effects of the seeds, shape (n_seeds, n_scores).
        left: What neither explains, shape (n_cells, n_scores).
        rank: Of the fit.
    """

    names: list[Hashable]
    seeds: list[int]
    subsets: Matrix
    luck: Matrix
    left: Matrix
    rank: int


def two_way(cells: Sequence[tuple[Key, int]], scores: Matrix) -> TwoWay:
    """Fit scores by subset and seed.

    Args:
        cells: Subset and seed of each run.
        scores: Shape (n_cells, n_scores).
    """
    names = list(dict.fromkeys(name for name, _ in cells))
    seeds = sorted({seed for _, seed in cells})
    place = {name: i for i, name in enumerate(names)}
    row = np.array([place[name] for name, _ in cells])
    column = np.searchsorted(seeds, [seed for _, seed in cells])
    runs = np.bincount(row, minlength=len(names))[:, None].astype(np.float64)

    def means(values: Matrix) -> Matrix:
        """Mean of each subset's rows."""
        total = np.zeros((len(names), values.shape[1]))
        np.add.at(total, row, values)
        return np.asarray(total / runs)

    dummies = np.eye(len(seeds))[column]
    averages, share = means(scores), means(dummies)
    within = dummies - share[row]
    luck, _, rank, _ = np.linalg.lstsq(within.T @ within, within.T @ (scores - averages[row]), rcond=1e-9)
    left = scores - averages[row] - within @ luck
    return TwoWay(list(names), seeds, averages - share @ luck, luck, left, len(names) + int(rank))
