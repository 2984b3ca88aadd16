"""What is recorded of a task: means over repetitions with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.peers.game import Game
from benchmarks.peers.play import BUDGETS, HALF, OURS, PLAYERS, RULES, Played, interval

By = Mapping[int, Played]
"""Repetition to what came of it."""


def summary(game: Game, played: Mapping[str, By]) -> dict[str, Any]:
    """Regrets in points and shares of the area, by player.

    Args:
        game: The task.
        played: Player to its repetitions.
    """
    others = [place for place in range(len(game.subsets)) if place]
    return {
        "subsets": len(game.subsets),
        "seeds_of_truth": list(game.seeds),
        "regret_of_none": round(100 * game.regret(0), 3),
        "mean_regret": round(100 * float(np.mean([game.regret(place) for place in others])), 3),
        "players": {
            player: _of_player(played[player], played.get(OURS, {}) if player != OURS else {})
            for player in PLAYERS
            if player in played
        },
    }


def _of_player(played: By, ours: By) -> dict[str, Any]:
    rules = [rule for rule in RULES if all(rule in one.regret for one in played.values())]
    record: dict[str, Any] = {"repetitions": len(played)}
    record["regret"] = {rule: _by_budget([one.regret[rule] for one in played.values()]) for rule in rules}
    record["area"] = _by_budget([one.area for one in played.values()])
    # The same repetition offers both the same subsets.
    pairs = [(played[number], ours[number]) for number in played if number in ours]
    if pairs:
        record["more_than_ours"] = {
            rule: _by_budget(
                [{b: one.regret[rule][b] - mine.regret["model"][b] for b in BUDGETS} for one, mine in pairs]
            )
            for rule in rules
        }
    return record


def _by_budget(values: Sequence[Mapping[int, float]]) -> dict[str, list[float]]:
    return {str(budget): interval([one[budget] for one in values]) for budget in BUDGETS}


def regret_at(task: Mapping[str, Any], budget: int) -> dict[str, float]:
    """Mean regret in points by player, by the better of its rules; ours by its model."""
    return {
        player: min(
            of[str(budget)][0] for rule, of in record["regret"].items() if player != OURS or rule == "model"
        )
        for player, record in task["players"].items()
        if player != HALF
    }
