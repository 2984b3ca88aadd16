"""Play a game many times, and keep what each player recommends and has found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.peers.evolution import Nsga2, SparseEA, Tpe
from benchmarks.peers.game import Game
from benchmarks.peers.players import Greedy, Ours, Player, Random, RandomExpected
from realign_core.support.seeds import named_generator

BUDGETS = (10, 20, 40)

OFFERED = 0.8
"""Share of the table that a repetition offers, so that repetitions differ for players without chance, too."""

RULES = ("luckiest", "model")
OURS = "subsetsearch"
HALF = "random, read by our model"
"""No peer: random runs, and our reading of them."""


def _botorch(game: Game, seed: int) -> Player:
    from benchmarks.peers.bayes import Botorch  # torch takes seconds to load

    return Botorch(game, seed)


PLAYERS: Mapping[str, Callable[[Game, int], Player]] = {
    OURS: Ours,
    "random": Random,
    HALF: RandomExpected,
    "singles, then greedy": Greedy,
    "nsga2": Nsga2,
    "sparse-ea": SparseEA,
    "tpe, warm": Tpe,
    "qlognehvi": _botorch,
}

FEWER = {"qlognehvi": 10}
"""Repetitions of players that take long."""


@dataclass(frozen=True, slots=True)
class Played:
    """One repetition of one player.

    Args:
        regret: Rule to budget to what is lost by its recommendation, in points; without a model only one.
        area: Budget to the share of the true area under the front of all that its runs hold.
    """

    regret: Mapping[str, Mapping[int, float]]
    area: Mapping[int, float]


def offered(game: Game, repetition: int) -> Game:
    """Draw what a repetition offers: no realignment, all languages, and a share of the others."""
    rng = named_generator(repetition, f"peers on {game.name}")
    ends = {0, game.all}
    others = [place for place in range(len(game.subsets)) if place not in ends]
    n = round(OFFERED * len(others))
    places = sorted({*ends, *(int(i) for i in rng.choice(others, n, replace=False))})
    return replace(
        game,
        subsets=tuple(game.subsets[i] for i in places),
        dev=tuple(game.dev[i] for i in places),
        truth=game.truth[places],
    )


def play(game: Game, make: Callable[[Game, int], Player], repetition: int) -> Played:
    """Play once: no realignment, all languages, then whatever the player asks for."""
    table = offered(game, repetition)
    player, ran = make(table, repetition), [0, table.all]
    regret: dict[str, dict[int, float]] = {rule: {} for rule in RULES}
    area: dict[int, float] = {}
    for budget in BUDGETS:
        while len(ran) < min(budget, len(table.subsets)):
            ran.append(player.ask(ran))
        for rule, place in zip(RULES, (_luckiest(table, ran), player.expects(ran)), strict=True):
            if place is not None:
                regret[rule][budget] = 100 * table.regret(place)
        area[budget] = table.area(ran)
    return Played({rule: by_budget for rule, by_budget in regret.items() if by_budget}, area)


def _luckiest(game: Game, ran: Sequence[int]) -> int:
    return max(ran, key=lambda place: game.values[place])


def interval(values: Sequence[float], digits: int = 3) -> list[float]:
    """Mean, and ends of its 95 % bootstrap interval over repetitions."""
    rng = np.random.default_rng(0)
    array = np.asarray(values)
    means = rng.choice(array, (2000, len(array))).mean(axis=1)
    return [round(float(x), digits) for x in (array.mean(), *np.quantile(means, [0.025, 0.975]))]
