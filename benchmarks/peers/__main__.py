"""Regret of what searches recommend after 10, 20 and 40 runs, on the tables of full runs.

``python -m benchmarks.peers`` plays on every table that is filled far enough. It writes ``peers.json``, the
figures of this folder's page, and ``regret_at_20`` of each task in
``benchmarks/calibration/results/effects.json``. REALIGN_DATA names the corpora, which costs are read from.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import optuna
from threadpoolctl import threadpool_limits

from benchmarks.common import parser_for, read_json, results_of, write_figures, write_json
from benchmarks.peers.game import Game, read_game
from benchmarks.peers.page import parts
from benchmarks.peers.play import BUDGETS, OURS, PLAYERS, RULES, Played, interval, play
from benchmarks.tables.tasks import TASKS

EFFECTS = results_of("calibration") / "effects.json"


def main() -> None:
    """Command line."""
    parser = parser_for(__doc__, "peers")
    parser.add_argument("--tasks", nargs="+", choices=tuple(TASKS), default=list(TASKS))
    parser.add_argument("--players", nargs="+", choices=tuple(PLAYERS), default=list(PLAYERS))
    parser.add_argument("--repetitions", type=int, default=30)
    options = parser.parse_args()
    threadpool_limits(1)
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    results = read_json(options.json)
    for name in options.tasks:
        game = read_game(TASKS[name])
        if game is None:
            print(f"{name}: the table is not filled far enough")
            continue
        played = {player: plays(game, player, options.repetitions) for player in options.players}
        results[name] = (results.get(name) or {}) | summary(game, played, options.repetitions)
        write_json(options.json, results)
    write_figures("peers", parts(results))
    tell_effects(results)


def plays(game: Game, player: str, repetitions: int) -> list[Played]:
    """All repetitions of one player."""
    found = [play(game, PLAYERS[player], repetition) for repetition in range(repetitions)]
    at = {rule: round(float(np.mean([one.regret[rule][20] for one in found])), 2) for rule in found[0].regret}
    print(game.name, player, at, flush=True)
    return found


def summary(game: Game, played: dict[str, list[Played]], repetitions: int) -> dict[str, Any]:
    """What is recorded of a task: means with intervals, in points and shares."""
    others = [place for place in range(len(game.subsets)) if place]
    return {
        "subsets": len(game.subsets),
        "seeds_of_truth": list(game.seeds),
        "repetitions": repetitions,
        "regret_of_none": round(100 * game.regret(0), 3),
        "mean_regret": round(100 * float(np.mean([game.regret(place) for place in others])), 3),
        "players": {player: _of_player(found, played.get(OURS)) for player, found in played.items()},
    }


def _of_player(found: list[Played], ours: list[Played] | None) -> dict[str, Any]:
    regret = {
        rule: {str(b): interval([one.regret[rule][b] for one in found]) for b in BUDGETS}
        for rule in RULES
        if rule in found[0].regret
    }
    record: dict[str, Any] = {"regret": regret}
    record["area"] = {str(b): interval([one.area[b] for one in found]) for b in BUDGETS}
    if ours is not None and found is not ours:
        # The same repetition offers both the same subsets.
        pairs = list(zip(found, ours, strict=True))
        record["more_than_ours"] = {
            rule: {
                str(b): interval([one.regret[rule][b] - mine.regret["model"][b] for one, mine in pairs])
                for b in BUDGETS
            }
            for rule in regret
        }
    return record


def regret_at(task: dict[str, Any], budget: int) -> dict[str, float]:
    """Mean regret in points by player, by the better of its rules; ours by its model."""
    return {
        player: min(
            of[str(budget)][0] for rule, of in record["regret"].items() if player != OURS or rule == "model"
        )
        for player, record in task["players"].items()
    }


def tell_effects(results: dict[str, Any]) -> None:
    """Write ``regret_at_20`` beside what else is known of the model of effects."""
    effects = read_json(EFFECTS)
    for name, task in results.items():
        effects.setdefault("tasks", {}).setdefault(name, {})["regret_at_20"] = regret_at(task, 20)
    write_json(EFFECTS, effects)


if __name__ == "__main__":
    main()
