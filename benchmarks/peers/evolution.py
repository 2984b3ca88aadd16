"""Peers that breed or weigh sets: NSGA-II and TPE of Optuna, and SparseEA."""

from __future__ import annotations

import numpy as np
import optuna
from optuna.trial import TrialState, create_trial

from benchmarks.peers.game import Board
from benchmarks.peers.players import Plain, Ran
from subsetsearch.sampler.subset_matrix import Rows

POPULATION = 8
"""Small, as runs are few: 40 of them are five generations."""

STARTS = 8
"""Sets of uniform size that TPE is given before it weighs."""


class Told(Plain):
    """A sampler of Optuna, told of the subset that was run: what it proposed, or the nearest to that."""

    starts = 0

    def __init__(self, game: Board, seed: int) -> None:
        super().__init__(game, seed)
        self.names = tuple(game.space.distributions())
        self.stored = optuna.create_study(directions=["minimize", "maximize"], sampler=self.sampler(seed))
        self.told = 0
        self.attrs: dict[int, dict[str, object]] = {}

    def sampler(self, seed: int) -> optuna.samplers.BaseSampler:
        """Make it."""
        raise NotImplementedError

    def ask(self, ran: Ran) -> int:
        """The nearest to what it proposes; first sets of uniform size."""
        self.tell(ran)
        trial = self.stored.ask(self.game.space.distributions())
        row = np.array([bool(trial.params[name]) for name in self.names])
        if len(ran) < self.starts:
            row = self.drawn()
        attrs = self.stored._storage.get_trial_system_attrs(trial._trial_id)
        self.stored.tell(trial, state=TrialState.FAIL)
        place = self.game.nearest(row, list(ran))
        self.attrs[place] = dict(attrs)
        return place

    def tell(self, ran: Ran) -> None:
        """Tell what was run since it was last asked."""
        for place in ran[self.told :]:
            self.stored.add_trial(
                create_trial(
                    params=dict(zip(self.names, map(bool, self.game.rows[place]), strict=True)),
                    distributions=self.game.space.distributions(),
                    values=[float(self.game.costs[place]), float(self.game.values[place])],
                    system_attrs=self.attrs.get(place, self.first_attrs()),
                )
            )
        self.told = len(ran)

    def first_attrs(self) -> dict[str, object]:
        """What a trial that it did not propose carries."""
        return {}


class Nsga2(Told):
    """NSGA-II; its first population are sets of uniform size, with no realignment and all languages."""

    starts = POPULATION

    def sampler(self, seed: int) -> optuna.samplers.BaseSampler:
        """Optuna's."""
        return optuna.samplers.NSGAIISampler(population_size=POPULATION, seed=seed)

    def first_attrs(self) -> dict[str, object]:
        """They are of the first generation."""
        return {"NSGAIISampler:generation": 0}


class Tpe(Told):
    """TPE, warm: it weighs after sets of uniform size."""

    starts = STARTS

    def sampler(self, seed: int) -> optuna.samplers.BaseSampler:
        """Optuna's."""
        return optuna.samplers.TPESampler(seed=seed, n_startup_trials=STARTS)


class SparseEA(Plain):
    """SparseEA (Tian, Zhang, Wang and Jin 2020, IEEE Trans. Evol. Comput. 24(2)) for sets.

    Languages are scored by the rank of their single in non-dominated sorting (lower is better; one without a
    single in the table has the mean). Sparse sets of uniform size are filled by binary tournaments on these
    scores; children take or lose one language of their other parent, and mutate by one, by tournaments too.
    """

    def __init__(self, game: Board, seed: int) -> None:
        super().__init__(game, seed)
        self.singles = [int(p) for p in self.rng.permutation(np.flatnonzero(game.rows.sum(axis=1) == 1))]
        self.first: list[Rows] | None = None

    def ask(self, ran: Ran) -> int:
        """A single, one of the first population, or a child."""
        waiting = [place for place in self.singles if place not in ran]
        if waiting:
            return waiting[0]
        scores = self.scores()
        if self.first is None:
            self.first = [self.sparse(scores) for _ in range(POPULATION)]
        row = self.first.pop() if self.first else self.child(scores, self.parents(ran))
        return self.game.nearest(row, list(ran))

    def scores(self) -> np.ndarray:
        """Score of each language."""
        ranks = sorting(self.game.costs[self.singles], self.game.values[self.singles])
        scores = np.full(self.game.rows.shape[1], ranks.mean() if len(ranks) else 0.0)
        for place, rank in zip(self.singles, ranks, strict=True):
            scores[int(self.game.rows[place].argmax())] = rank
        return scores

    def sparse(self, scores: np.ndarray) -> Rows:
        """A set of uniform size."""
        row = np.zeros(len(scores), dtype=bool)
        for _ in range(int(self.drawn().sum())):
            row[self.pick(np.flatnonzero(~row), scores)] = True
        return row

    def parents(self, ran: Ran) -> list[int]:
        """The population: the first fronts, spread by crowding."""
        places = np.array(ran)
        costs, values = self.game.costs[places], self.game.values[places]
        ranks = sorting(costs, values)
        order = np.lexsort((-crowding(costs, values, ranks), ranks))
        return [int(place) for place in places[order][:POPULATION]]

    def child(self, scores: np.ndarray, population: list[int]) -> Rows:
        """Crossover and mutation of two parents."""
        mother, father = (self.game.rows[i] for i in self.rng.choice(population, 2, replace=False))
        row: Rows = mother.copy()
        self.change(row, np.flatnonzero(mother & ~father), np.flatnonzero(~mother & father), scores)
        self.change(row, np.flatnonzero(row), np.flatnonzero(~row), scores)
        return row

    def change(self, row: Rows, inside: np.ndarray, outside: np.ndarray, scores: np.ndarray) -> None:
        """Drop the worse of two, or add the better of two."""
        if self.rng.random() < 0.5:
            if len(inside):
                row[self.pick(inside, -scores)] = False
        elif len(outside):
            row[self.pick(outside, scores)] = True

    def pick(self, keys: np.ndarray, scores: np.ndarray) -> int:
        """The lower one of two."""
        two = self.rng.choice(keys, 2)
        return int(min(two, key=lambda key: scores[key]))


def sorting(costs: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Number of the front of each point in non-dominated sorting, from 0."""
    ranks, level = np.full(len(costs), -1), 0
    better = (costs[:, None] <= costs) & (values[:, None] >= values)
    better &= (costs[:, None] < costs) | (values[:, None] > values)
    while (ranks < 0).any():
        open_ = ranks < 0
        ranks[open_ & ~better[open_].any(axis=0)] = level
        level += 1
    return ranks


def crowding(costs: np.ndarray, values: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """Crowding distance of each point within its front."""
    distances = np.zeros(len(costs))
    for rank in set(ranks.tolist()):
        front = np.flatnonzero(ranks == rank)
        for axis in (costs, values):
            order = front[np.argsort(axis[front], kind="stable")]
            distances[order[[0, -1]]] = np.inf
            width = float(np.ptp(axis[front])) or 1.0
            distances[order[1:-1]] += (axis[order[2:]] - axis[order[:-2]]) / width
    return distances
