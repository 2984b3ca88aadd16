"""The game of regret: what players may do, and what is counted."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import optuna
import pytest

from benchmarks.common import page_of, read_json, results_of, study_file
from benchmarks.effects import prior
from benchmarks.peers.evolution import crowding, sorting
from benchmarks.peers.game import Game
from benchmarks.peers.kept import Kept
from benchmarks.peers.kernel import KERNEL, free_kernel
from benchmarks.peers.page import losses, parts
from benchmarks.peers.play import BUDGETS, OURS, PLAYERS, interval, offered, play
from benchmarks.peers.summary import regret_at, summary
from subsetsearch.config import load_study
from subsetsearch.problem.space import SearchSpace
from subsetsearch.subset import NONE, Subset

KEYS = ("arb_Arab", "ckb_Arab", "deu_Latn", "fra_Latn", "hin_Deva", "rus_Cyrl", "swh_Latn", "zul_Latn")
TARGETS = ("amh_Ethi", "wol_Latn")


@pytest.fixture(scope="module")
def game() -> Game:
    """Languages in other scripts are worth more; runs scatter little."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    rng = np.random.default_rng(0)
    names = {
        frozenset(rng.choice(KEYS, size, replace=False).tolist()) for size in (1, 2, 3, 5) for _ in range(24)
    }
    subsets = (
        NONE,
        *sorted({Subset(s) for s in names}, key=lambda s: (len(s.languages), s.name)),
        Subset(frozenset(KEYS)),
    )
    truth = np.array([0.4 + 0.1 * np.mean([k[-4:] != "Latn" for k in s.languages] or [-1]) for s in subsets])
    dev = tuple({t: float(value + 0.003 * rng.standard_normal()) for t in TARGETS} for value in truth)
    space = SearchSpace(KEYS, lambda s: 10.0 * len(s.languages), max_size=8)
    return Game("toy", load_study(study_file("quickstart")), space, subsets, dev, truth, (201,))


@pytest.mark.parametrize("name", [name for name in PLAYERS if name != "qlognehvi"])
def test_a_player_asks_for_new_subsets_and_repeats_itself_under_a_seed(game: Game, name: str) -> None:
    table = offered(game, 3)

    def asked() -> list[int]:
        player, ran = PLAYERS[name](table, 3), [0, table.all]
        for _ in range(14):
            ran.append(player.ask(ran))
        best = player.expects(ran)
        assert best is None or best in ran
        return ran

    ran = asked()
    assert len(set(ran)) == 16
    assert set(ran) <= set(range(len(table.subsets)))
    assert asked() == ran


def test_ours_finds_what_a_trait_tells(game: Game) -> None:
    ours, chance = ([play(game, PLAYERS[name], n) for n in range(5)] for name in (OURS, "random"))
    at = [
        np.mean([one.regret[rule][10] for one in found])
        for found, rule in ((ours, "model"), (chance, "luckiest"))
    ]
    assert at[0] < 0.5 * at[1]


def test_what_is_offered_holds_both_ends_and_is_the_same_for_all(game: Game) -> None:
    one, other = offered(game, 5), offered(game, 5)
    assert one.subsets == other.subsets != offered(game, 6).subsets
    assert NONE in one.subsets
    assert one.subsets[one.all] == Subset(frozenset(KEYS))
    assert one.truth.max() - one.truth[0] == pytest.approx(one.regret(0))
    assert one.area(list(range(len(one.subsets)))) == pytest.approx(1.0)


def test_the_nearest_is_new_and_shares_most(game: Game) -> None:
    for place in (1, 5, game.all):
        assert game.nearest(game.rows[place], []) == place
        assert game.nearest(game.rows[place], [place]) != place


def test_fronts_and_crowding_are_those_of_nsga2() -> None:
    costs, values = np.array([1.0, 2.0, 3.0, 2.0, 3.0]), np.array([1.0, 2.0, 3.0, 1.0, 0.5])
    assert sorting(costs, values).tolist() == [0, 0, 0, 1, 2]
    assert crowding(costs, values, sorting(costs, values)).tolist() == [np.inf, 2.0, np.inf, np.inf, np.inf]


def test_what_was_played_is_kept_and_summed_up(game: Game, tmp_path: Path) -> None:
    path = tmp_path / "toy.csv"
    kept = Kept.of(path, game.key)
    for name in (OURS, "singles, then greedy"):
        for number in range(2):
            kept.add(name, number, play(game, PLAYERS[name], number))
    read = Kept.of(path, game.key)
    assert set(read.played) == {OURS, "singles, then greedy"}
    found, again = summary(game, kept.played), summary(game, read.played)
    assert again["players"][OURS]["regret"]["model"]["10"] == pytest.approx(
        found["players"][OURS]["regret"]["model"]["10"], abs=2e-3
    )
    assert regret_at(found, 20)[OURS] == found["players"][OURS]["regret"]["model"]["20"][0]
    assert "more_than_ours" not in found["players"][OURS]
    assert all(
        str(b) in found["players"]["singles, then greedy"]["more_than_ours"]["luckiest"] for b in BUDGETS
    )
    assert parts({"toy": found})[0].startswith("### Losses")
    assert all("against" in loss for loss in losses(found))
    assert Kept.of(path, game.key, again=[OURS]).played.keys() == {"singles, then greedy"}
    assert Kept.of(path, "another").played == {}


def test_pages_say_what_was_recorded() -> None:
    results = read_json(results_of("peers") / "peers.json")
    page = page_of("peers").read_text(encoding="utf-8")
    assert results
    assert all(part in page for part in parts(results))
    tasks = read_json(results_of("calibration") / "effects.json")["tasks"]
    assert all(tasks[name]["regret_at_20"] == regret_at(task, 20) for name, task in results.items())
    recorded = read_json(results_of("effects") / "prior.json")
    assert prior.page(recorded) in page_of("effects").read_text(encoding="utf-8")
    told = Path(page_of("effects").parents[2] / "docs" / "results.md").read_text(encoding="utf-8")
    leads = (task["spearman"]["10"]["variances"][1] for task in recorded.values())
    assert all(f"{lead:+.2f} on" in told for lead in leads)


def test_an_interval_is_a_mean_between_its_ends() -> None:
    mean, low, high = interval([0.0, 1.0, 2.0, 3.0])
    assert low < mean == 1.5 < high


def test_botorch_plays(game: Game) -> None:
    pytest.importorskip("botorch")
    table = offered(game, 1)
    player, ran = PLAYERS["qlognehvi"](table, 1), [0, table.all]
    for _ in range(8):
        ran.append(player.ask(ran))
    assert len(set(ran)) == 10
    assert player.expects(ran) in ran


def test_a_lock_that_a_killed_run_has_left_is_deleted_and_a_fresh_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_EXTENSIONS_DIR", str(tmp_path))
    lock = tmp_path / "py311_cpu" / KERNEL / "lock"
    lock.parent.mkdir(parents=True)
    lock.touch()
    assert free_kernel() == []  # its compiler may still be at work
    os.utime(lock, (0, 0))
    with pytest.warns(UserWarning, match="a run that was killed"):
        assert free_kernel() == [lock]
    assert not lock.exists()
