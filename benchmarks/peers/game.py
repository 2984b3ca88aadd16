"""A table as a game: runs on development data are bought one by one, and test data say what for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from benchmarks.tables.load import Table, read_table
from benchmarks.tables.tasks import SEARCH_SEEDS, TRUTH_SEEDS, TableTask
from realign_core.support.files.keys import content_key
from subsetsearch.config.study import StudyConfig
from subsetsearch.dominance import hypervolume
from subsetsearch.problem.cost import PoolCost
from subsetsearch.problem.pool import build_pool
from subsetsearch.problem.space import SearchSpace
from subsetsearch.sampler.subset_matrix import Rows, SubsetMatrix
from subsetsearch.subset import NONE, Subset
from subsetsearch.surrogate.features import Matrix

FEWEST = 30
"""Subsets that a seed of the truth must have, to be one."""

EDGE = 1.02
"""The axis of costs ends so much beyond the cost of all languages."""


class Board(Protocol):
    """What players see: subsets that may be run, their costs, and what the runs so far have said."""

    @property
    def space(self) -> SearchSpace:
        """Subsets of the pool that are allowed."""
        ...

    @property
    def rows(self) -> Rows:
        """Subsets as booleans, shape (n, n_languages)."""
        ...

    @property
    def values(self) -> Matrix:
        """What a run of each says, shape (n,)."""
        ...

    @property
    def costs(self) -> Matrix:
        """Logarithms of data costs, shape (n,)."""
        ...

    def nearest(self, row: Rows, ran: Sequence[int]) -> int:
        """Place of the subset not run yet that stands for a proposed set."""
        ...


def nearest(rows: Rows, row: Rows, ran: Sequence[int]) -> int:
    """Find the row not run yet that shares most languages with a set, by Jaccard; small ones first."""
    both = (rows & row).sum(axis=1)
    either = (rows | row).sum(axis=1)
    likeness = np.where(either > 0, both / np.maximum(either, 1), 1.0)
    likeness[list(ran)] = -1.0
    return int(np.argmax(likeness))


@dataclass(frozen=True)
class Game:
    """A task.

    Args:
        name: Of the task.
        study: Its study.
        space: Of the study's pool; any subset of it is allowed.
        subsets: What may be run and recommended, no realignment first.
        dev: Target to score on development data of the one run that a subset has, as ``subsets``.
        truth: Mean test score over the seeds of the truth, shape (n,).
        seeds: Those seeds.
    """

    name: str
    study: StudyConfig
    space: SearchSpace
    subsets: tuple[Subset, ...]
    dev: tuple[Mapping[str, float], ...]
    truth: Matrix
    seeds: tuple[int, ...]

    @cached_property
    def values(self) -> Matrix:
        """What a run says: the mean over targets on development data, shape (n,)."""
        return np.array([float(np.mean([*scores.values()])) for scores in self.dev])

    @cached_property
    def rows(self) -> Rows:
        """Subsets as booleans, shape (n, n_languages)."""
        matrix = SubsetMatrix(self.space)
        return np.stack([matrix.row(subset) for subset in self.subsets])

    @cached_property
    def costs(self) -> Matrix:
        """Logarithms of data costs, in units of the cheapest language, shape (n,)."""
        matrix = SubsetMatrix(self.space)
        return np.asarray(matrix.features().log_costs(matrix.features().costs(self.rows)))

    @property
    def key(self) -> str:
        """Names the table as it is filled, with its truth."""
        names = [subset.name for subset in self.subsets]
        return content_key([names, self.values.round(6).tolist(), self.truth.round(6).tolist()])[:8]

    @property
    def all(self) -> int:
        """Place of the subset of all languages."""
        return int(self.rows.sum(axis=1).argmax())

    def regret(self, place: int) -> float:
        """What is lost by recommending a subset instead of the best, as a fraction."""
        return float(self.truth.max() - self.truth[place])

    def area(self, ran: list[int]) -> float:
        """True area under the front of some subsets, as a share of that of all."""
        return self._area(ran) / self._area(list(range(len(self.subsets))))

    def _area(self, ran: list[int]) -> float:
        edge, floor = float(EDGE * self.costs.max()), float(self.truth.min())
        return hypervolume(self.costs[ran], self.truth[ran], worst_cost=edge, worst_value=floor)

    def nearest(self, row: Rows, ran: Sequence[int]) -> int:
        """The subset of the table that is nearest to a set."""
        return nearest(self.rows, row, ran)


def read_game(task: TableTask) -> Game | None:
    """Read a task as far as its table is filled; ``None`` if that is not far enough."""
    table = read_table(task)
    seeds = tuple(seed for seed in TRUTH_SEEDS if _count(table, seed) >= FEWEST)
    (search_seed,) = SEARCH_SEEDS
    names = [
        s
        for s, seed in table.runs
        if seed == search_seed and all((s, other) in table.runs for other in seeds)
    ]
    if not seeds or len(names) < FEWEST or () not in names:
        return None
    names.sort(key=lambda name: (len(name), name))
    study = task.load()
    pool = build_pool(study)
    cost = PoolCost.build(study, pool)
    truth = table.truth(seeds)
    return Game(
        task.name,
        study,
        SearchSpace(tuple(pool.keys), cost, max_size=len(pool.keys), pairs=cost.pairs),
        tuple(NONE if not name else cost.pairs.top(name) for name in names),
        tuple(table.runs[name, search_seed].scores["dev"] for name in names),
        np.array([float(np.mean([*truth[name].values()])) for name in names]),
        seeds,
    )


def _count(table: Table, seed: int) -> int:
    return sum(other == seed for _, other in table.runs)
