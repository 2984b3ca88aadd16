"""Regret of what searches recommend after 10, 20 and 40 runs, on the tables of full runs.

``python -m benchmarks.peers`` plays on every table that is filled far enough. It writes each repetition to
``results/<task>.csv`` at once, and goes on where it was stopped; a table that has grown since is played anew.
From these it makes ``results/peers.json``, the figures of this folder's page, and ``regret_at_20`` of each
task in ``benchmarks/calibration/results/effects.json``. REALIGN_DATA names the corpora: costs are read there.
"""

from __future__ import annotations

import warnings

import optuna
from threadpoolctl import threadpool_limits

from benchmarks.common import parser_for, read_json, results_of, write_figures, write_json
from benchmarks.peers.game import Game, read_game
from benchmarks.peers.kept import Kept
from benchmarks.peers.page import parts
from benchmarks.peers.play import FEWER, PLAYERS, play
from benchmarks.peers.summary import regret_at, summary
from benchmarks.tables.tasks import TASKS

EFFECTS = results_of("calibration") / "effects.json"


def main() -> None:
    """Command line."""
    parser = parser_for(__doc__, "peers")
    parser.add_argument("--tasks", nargs="+", choices=tuple(TASKS), default=list(TASKS))
    parser.add_argument("--players", nargs="+", choices=tuple(PLAYERS), default=list(PLAYERS))
    parser.add_argument("--repetitions", type=int, default=30)
    parser.add_argument("--again", nargs="*", choices=tuple(PLAYERS), default=[], help="play these anew")
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
        kept = Kept.of(results_of("peers") / f"{name}.csv", game.key, options.again)
        for player in options.players:
            fill(game, kept, player, min(options.repetitions, FEWER.get(player, options.repetitions)))
        results[name] = summary(game, kept.played)
    results = {name: results[name] for name in TASKS if name in results}
    write_json(options.json, results)
    write_figures("peers", parts(results))
    effects = read_json(EFFECTS)
    for name, task in results.items():
        effects.setdefault("tasks", {}).setdefault(name, {})["regret_at_20"] = regret_at(task, 20)
    write_json(EFFECTS, effects)


def fill(game: Game, kept: Kept, player: str, repetitions: int) -> None:
    """Play what is missing of a player."""
    for repetition in range(repetitions):
        if repetition not in kept.played.get(player, {}):
            kept.add(player, repetition, play(game, PLAYERS[player], repetition))
    print(f"{game.name}: {player}, {repetitions} repetitions", flush=True)


if __name__ == "__main__":
    main()
