"""Searches of peers: as many runs on development data as ours had, each run by whoever asks first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context

import optuna
from threadpoolctl import threadpool_limits

from benchmarks.peers.evolution import Nsga2
from benchmarks.peers.game import Board
from benchmarks.peers.players import Greedy, Player
from benchmarks.study.board import OpenBoard
from benchmarks.study.entries import PEER, Entry, Spent
from benchmarks.study.runs import dev_runs
from benchmarks.study.search import Desk, Over, never, spent
from benchmarks.study.tasks import PEERS, StudyTask
from realign_core.runs.workspace.workspace import Workspace
from subsetsearch.errors import RealignError
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.subset import Subset

Measure = Callable[[Subset], Measurement]


class TimeOver(Exception):  # noqa: N818 (nothing went wrong)
    """The time of the command is over: what was run is kept, and the same command goes on."""


def _botorch(board: Board, runs: int) -> Player:  # noqa: ARG001
    from benchmarks.peers.bayes import Botorch  # an extra, which takes seconds to load

    return Botorch(board, 0)


def _greedy(board: Board, runs: int) -> Player:
    """With fewer runs than languages it would never grow a set: half of them are for single languages."""
    return Greedy(board, 0, singles=runs // 2)


PLAYERS: Mapping[str, Callable[[Board, int], Player]] = {
    "greedy": _greedy,
    "nsga2": lambda board, _: Nsga2(board, 0),
    "qlognehvi": _botorch,
}
"""Made for a board and a number of runs."""
CHOOSES_AMONG = ("qlognehvi",)
"""Players that search through a list of candidates."""


def play(board: OpenBoard, player: Player, measure: Measure, runs: int) -> tuple[int, list[Measurement]]:
    """Let a player run subsets, no realignment and all languages first.

    Args:
        board: What may be run.
        player: Who asks.
        measure: Runs a subset.
        runs: How many in all.

    Returns:
        Place of what it recommends: the best by its model if it has one, else the luckiest; and its runs.
    """
    ran: list[int] = []
    measurements: list[Measurement] = []
    while len(ran) < min(runs, len(board.rows)):
        place = len(ran) if len(ran) < 2 else player.ask(ran)
        measurements.append(measure(board.subset(place)))
        board.tell(place, measurements[-1].mean)
        ran.append(place)
    expected = player.expects(ran)
    return (max(ran, key=lambda place: board.values[place]) if expected is None else expected), measurements


def measurer(desk: Desk, over: Over = never) -> Measure:
    """Run subsets on development data with the search's seed; what is stored is read.

    Args:
        desk: The task.
        over: Asked before a run: it raises :class:`TimeOver` then.
    """
    full = dev_runs(desk.study, desk.problem, desk.kept.store)
    seeds = desk.problem.config.proxy.full.seeds[:1]
    prepared: list[Workspace] = []

    def measure(subset: Subset) -> Measurement:
        todo = full.missing([subset], seeds)
        if todo and over():
            raise TimeOver
        if todo:
            if not prepared:
                prepared.append(full.prepare([(desk.problem.cost.everything, seeds[0])]))
            full.run(todo, workspace=prepared[0])
            desk.kept.write()
        return full.of(subset, seeds)[0]

    return measure


def play_peer(desk: Desk, name: str, runs: int, over: Over = never) -> tuple[Entry, Spent]:
    """Let one peer search.

    Args:
        desk: The task.
        name: Of the peer.
        runs: As many as our search had.
        over: Asked before each run.

    Raises:
        TimeOver: If it is.
    """
    board = OpenBoard(desk.problem.space, desk.task.design.candidates, closed=name in CHOOSES_AMONG)
    place, ran = play(board, PLAYERS[name](board, runs), measurer(desk, over), runs)
    return Entry.of(PEER, name, board.subset(place)), spent(ran)


def play_all(
    desk: Desk, runs: int, *, workers: int = 1, over: Over = never
) -> tuple[list[Entry], dict[str, Spent]]:
    """Let all peers search, several at once with several workers.

    What they have run is stored; this process asks once more what they recommend, and runs nothing again.

    Args:
        desk: The task.
        runs: As many as our search had.
        workers: Processes.
        over: As :func:`play_peer`; it must go to other processes with several workers.

    Raises:
        TimeOver: As :func:`play_peer`.
    """
    if workers > 1:
        folder = str(desk.study.folder.path.parent)
        with ProcessPoolExecutor(min(workers, len(PEERS)), mp_context=get_context("spawn")) as pool:
            started = [pool.submit(_play_apart, desk.task, folder, name, runs, over) for name in PEERS]
            for peer in started:
                peer.result()
    picks = {name: play_peer(desk, name, runs, over) for name in PEERS}
    return [entry for entry, _ in picks.values()], {name: took for name, (_, took) in picks.items()}


def _play_apart(task: StudyTask, folder: str, name: str, runs: int, over: Over) -> None:
    """Let a peer search in a process of its own; what stops it stops whoever asks it again."""
    threadpool_limits(1)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with suppress(TimeOver, RealignError):
        play_peer(Desk.of(task, folder), name, runs, over)
