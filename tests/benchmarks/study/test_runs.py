"""The harness of the real study: its files, its plan, and that it goes on from its rows alone."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.study import carry as carry_module
from benchmarks.study import peers as peers_module
from benchmarks.study import reproduce as reproduce_module
from benchmarks.study import untouched as untouched_module
from benchmarks.study.__main__ import main
from benchmarks.study.again import Repetition, chosen
from benchmarks.study.analysis.repeated import repeated
from benchmarks.study.board import OpenBoard
from benchmarks.study.carry import PRIOR, add, best_single
from benchmarks.study.choose import Chooser, groups
from benchmarks.study.design import costs, pairs_read
from benchmarks.study.entries import (
    COST,
    DIVERSE,
    ENDS,
    OURS,
    PEER,
    PUBLISHED,
    RANDOM,
    TRAITS,
    Entry,
    Plan,
    Spent,
)
from benchmarks.study.files.plan_file import read_plan, write_plan
from benchmarks.study.order import ordered_runs
from benchmarks.study.peers import PLAYERS, TimeOver, _play_apart, play, play_all, play_peer
from benchmarks.study.reproduce import forecast, likely_runs, reproduce, stored_plan
from benchmarks.study.runs import GUESS, missing
from benchmarks.study.search import Deadline, Desk, searched_runs, trials
from benchmarks.study.summary import read_measured, read_repeated
from benchmarks.study.tasks import SEEDS, TASKS, Design, StudyTask
from realign_core.support.seeds import named_generator
from subsetsearch.config import load_study
from subsetsearch.config.rungs import FULL
from subsetsearch.errors import StudyError
from subsetsearch.problem.pool import build_targets
from subsetsearch.problem.space import SearchSpace
from subsetsearch.results.measurements.measurement import DEV, TEST, Measurement
from subsetsearch.results.tables.run_table import read_runs, write_runs
from subsetsearch.rungs.full import FullRuns
from subsetsearch.rungs.full_rung import further_seed
from subsetsearch.subset import NONE, Subset

POOL = ("afr", "deu", "hin", "ita", "nld", "por", "swa", "tel", "yor")
HELD_OUT = ("wol", "zul")
TOPICS = {"swh_Latn": "swa", "yor_Latn": "yor", "tel_Telu": "tel", "wol_Latn": "wol", "zul_Latn": "zul"}
LINES = 40
SIZES = Design(
    *(10.0, 6),
    seeds=(2001, 2002),
    sizes=(1, 3),
    draws=2,
    pairs=(10, LINES),
    exact=5.0,
    candidates=12,
    share=99.0,
)

STUDY = """
name = "real-toy"
[recipe.encoder]
name = "{encoder}"
max_length = 16
[recipe.parallel]
format = "folder"
path = "{root}/parallel"
[recipe.task]
kind = "text"
source_language = "eng_Latn"
train = {{ format = "sib", path = "{root}/topics" }}
[recipe.realignment]
steps = 2
pairs_per_batch = 4
learning_rate = 0.01
[recipe.finetuning]
epochs = 3
batch_size = 4
learning_rate = 0.01
[recipe.compute]
precision = "float32"
attention = "eager"
[pool]
min_pairs = 10
[targets]
held_out = ["wol", "zul"]
[search]
max_size = 4
[evaluate]
seeds = [1, 2]
"""


WORDS = (("cat", "dog", "fish", "sees"), ("big", "house", "tree", "old"))
"""What texts of either label are of, most of the time."""


def _text(language: str, n: int) -> list[str]:
    """Other texts in every language, each word with its prefix."""
    rng, prefix = named_generator(7, language), ("z", "ka", "u")[len(language) % 3]
    prefix = "" if language.startswith("eng") else prefix
    found = []
    for number in range(n):
        words = [str(rng.choice(WORDS[(number + int(rng.random() < 0.2)) % 2])) for _ in range(5)]
        found.append(" ".join([*(prefix + word for word in words), str(number)]))
    return found


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Aligned lines and topics in a few languages."""
    found = tmp_path_factory.mktemp("study")
    (found / "parallel").mkdir()
    for code in ("eng", *POOL, *HELD_OUT):
        text = "\n".join(_text(code, LINES)) + "\n"
        (found / "parallel" / f"{code}.txt").write_text(text, encoding="utf-8")
    for code in ("eng_Latn", *TOPICS):
        for split in ("train",) if code == "eng_Latn" else ("dev", "test"):
            rows = [f"{n}\t{'ab'[n % 2]}\t{text}" for n, text in enumerate(_text(code + split, 20))]
            path = found / "topics" / code / f"{split}.tsv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("index_id\tcategory\ttext\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return found


@pytest.fixture
def task(root: Path, tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StudyTask:
    """The toy task, with a cache of its own, and two peers that are quick."""
    monkeypatch.setenv("REALIGN_CACHE", str(tmp_path / "cache"))
    for module in (peers_module, reproduce_module):
        monkeypatch.setattr(module, "PEERS", ("greedy", "nsga2"))
    file = tmp_path / "real-toy.toml"
    file.write_text(STUDY.format(encoder=tiny_encoder.as_posix(), root=root.as_posix()), encoding="utf-8")
    return StudyTask("toy", file, tmp_path / "results", SIZES)


def truth(subset: Subset, target: str) -> float:
    """Telugu helps everybody, Hindi harms Yoruba, others do nothing."""
    good = 0.1 * ("tel_Telu" in subset.languages) / max(1, len(subset.languages)) ** 0.5
    return 0.4 + good - 0.05 * ("hin_Deva" in subset.languages and target == "yor_Latn")


Asked = list[tuple[str, Subset, int]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Runs are not done, but made up from the truth; they are noted."""
    noted: Asked = []

    def measure(self: FullRuns, _: object, subset: Subset, seed: int, __: object) -> Measurement:
        noted.append((self.split, subset, seed))
        rng = named_generator(seed, f"{self.split} {subset.name}")
        luck = 0.01 * named_generator(seed, self.split).standard_normal()
        scores = {k: truth(subset, k) + luck + 0.002 * float(rng.standard_normal()) for k in self.codes}
        return Measurement(
            *(self.problem.fingerprint, "r", subset, FULL.number, self.split, seed, "accuracy", scores),
            held_out=self.problem.targets.held_out & self.codes.keys(),
            seconds=60.0,
            fresh=self.fresh,
        )

    monkeypatch.setattr(FullRuns, "_measure", measure)
    return noted


def whole(task: StudyTask, runs: Path, **options: Any) -> tuple[bool, Desk, list[str]]:
    told: list[str] = []
    desk = Desk.of(task, str(runs))
    return reproduce(desk, tell=told.append, **options), desk, told


def planned(desk: Desk) -> Plan:
    plan = stored_plan(desk)
    assert plan is not None
    return plan


def test_a_task_is_searched_planned_and_run(task: StudyTask, tmp_path: Path, asked: Asked) -> None:
    done, desk, told = whole(task, tmp_path / "runs")
    assert done
    assert len(set(asked)) == len(asked)  # nothing twice
    plan = planned(desk)
    assert {entry.kind for entry in plan.entries} == {
        ENDS,
        OURS,
        PUBLISHED,
        RANDOM,
        TRAITS,
        DIVERSE,
        PEER,
        COST,
    }
    assert plan.search.runs == 10
    assert [run.subset for run in plan.tried] == [run.subset for run in searched_runs(desk)]
    known = plan.entry("ours: recommended").expected
    assert known is not None
    assert known.noise_none > known.noise > 0
    assert plan.searched == ("swh_Latn", "tel_Telu", "yor_Latn")
    assert plan.held_out == ("wol_Latn", "zul_Latn")
    assert "least_family_en_5" in " ".join(entry.name for entry in plan.of_kind(PUBLISHED))
    assert not any({"wol_Latn", "zul_Latn"} & set(entry.languages) for entry in plan.entries)
    assert plan.entry("ours: recommended").languages == ("tel_Telu",)
    assert set(plan.peers) == {"greedy", "nsga2"}
    tests = [(subset, seed) for split, subset, seed in asked if split == TEST]
    assert set(tests) == set(ordered_runs(plan))
    assert (
        tests[: len(tests) - len(_last(plan, tests))]
        == ordered_runs(plan)[: len(tests) - len(_last(plan, tests))]
    )
    rows = read_runs(task.test, split=TEST)
    assert {(row.subset, row.seed) for row in rows} == set(ordered_runs(plan))
    assert all(row.fresh and set(row.held_out) == {"wol_Latn", "zul_Latn"} for row in rows)
    dev = read_runs(task.dev, split=DEV)
    assert all(
        set(row.scores) == {"swh_Latn", "tel_Telu", "yor_Latn"} for row in dev
    )  # nobody saw the others
    assert not missing(desk, plan)
    _check_routes(desk, plan)
    assert told[0].startswith("toy: 6 trials of the search, about")
    assert 0.5 < likely_runs(desk) / len(ordered_runs(plan)) < 2
    assert f"toy: {len(_first(plan))} full runs, 20 runs of peers' searches at most to do" in told[1]
    _check_rows_alone(task, tmp_path, asked)


def _first(plan: Plan) -> list[tuple[Subset, int]]:
    """Runs that were planned before the peers had chosen."""
    return ordered_runs(plan.with_peers([], {}))


def _check_routes(desk: Desk, plan: Plan) -> None:
    """A held-out target is sent where the searched one goes that is most like it."""
    chooser = Chooser.of(desk.problem, searched_runs(desk))
    route = chooser.route(Subset(frozenset({"tel_Telu"})))
    assert set(route) == {*plan.targets}
    assert all(route.values())
    for entry in plan.of_kind(OURS):
        assert entry.subset == NONE or entry.expected is not None


def _last(plan: Plan, tests: Sequence[tuple[Subset, int]]) -> list[tuple[Subset, int]]:
    """Runs of the last tier: peers' picks are known after all others were run."""
    late = {entry.subset for entry in plan.of_kind(PEER)}
    early = {entry.subset for entry in plan.entries if entry.kind != PEER}
    return [run for run in tests if run[0] in late - early]


def _check_rows_alone(task: StudyTask, tmp_path: Path, asked: Asked) -> None:
    """On another machine, with the tables alone, nothing is run again but what they lack."""
    asked.clear()
    done, desk, told = whole(task, tmp_path / "another machine")
    assert done
    assert asked == []
    assert told == ["toy: nothing to do"]
    text = task.test.read_text(encoding="utf-8").splitlines()
    task.test.write_text("\n".join(text[:-3]) + "\n", encoding="utf-8")
    assert whole(task, tmp_path / "third")[0]
    assert len(asked) == 3
    assert len(missing(desk, planned(desk))) == 0


def test_a_search_that_was_cut_off_goes_on_elsewhere(task: StudyTask, tmp_path: Path, asked: Asked) -> None:
    done, desk, _ = whole(task, tmp_path / "runs", over=lambda: True)
    assert not done
    assert stored_plan(desk) is None
    first = len(trials(desk))
    assert 2 <= first < 10
    before = list(asked)
    desk = Desk.of(task, str(tmp_path / "another machine"))
    assert trials(desk) == []
    assert reproduce(desk, tell=lambda _: None)
    assert len(set(asked)) == len(asked)
    assert [run for run in asked if run in before] == before
    assert len(trials(desk)) == 10
    assert 2 <= len(searched_runs(desk)) <= 10


def test_time_is_asked_between_runs(task: StudyTask, tmp_path: Path, asked: Asked) -> None:
    def after(rounds: int) -> Callable[[], bool]:
        left = iter(range(rounds))
        return lambda: next(left, None) is None

    done, desk, _ = whole(task, tmp_path / "runs", over=after(4))
    assert not done
    so_far = len(asked)
    for rounds in (3, 60):
        done = whole(task, tmp_path / "runs", over=after(rounds))[0]
    assert done
    assert len(asked) > so_far
    assert len(set(asked)) == len(asked)
    assert not missing(desk, planned(desk))


def test_rows_of_changed_settings_are_refused(task: StudyTask, tmp_path: Path, asked: Asked) -> None:
    assert not whole(task, tmp_path / "runs", over=lambda: True)[0]
    task.file.write_text(
        task.file.read_text(encoding="utf-8").replace("steps = 2", "steps = 3"), encoding="utf-8"
    )
    with pytest.raises(StudyError, match="its settings were changed"):
        Desk.of(task, str(tmp_path / "another machine"))
    shutil.rmtree(task.results)
    assert Desk.of(task, str(tmp_path / "another machine"))


def test_runs_of_other_data_are_not_compared(task: StudyTask, tmp_path: Path, asked: Asked) -> None:
    assert whole(task, tmp_path / "runs")[0]
    rows = read_runs(task.test, split=TEST)
    write_runs(task.test, [replace(rows[0], recipe_hash="another"), *rows[1:]])
    with pytest.raises(StudyError, match="are of two kinds"):
        Desk.of(task, str(tmp_path / "another machine"))


def test_peers_are_added_where_only_the_tables_are(task: StudyTask, tmp_path: Path, asked: Asked) -> None:
    _, desk, _ = whole(task, tmp_path / "runs")
    before = planned(desk)
    write_plan(task.plan, before.with_peers([], {}))
    asked.clear()
    done, desk, _ = whole(task, tmp_path / "another machine")
    assert done
    assert trials(desk) == []
    assert asked == []
    assert [e.label for e in planned(desk).entries] == [e.label for e in before.entries]
    assert all(e.expected for e in planned(desk).of_kind(PEER) if e.subset != NONE)
    write_plan(task.plan, before.with_peers([], {}))
    rows = read_runs(task.dev, split=DEV)
    write_runs(task.dev, [row for row in rows if row.subset.languages != {"tel_Telu"}])
    with pytest.raises(StudyError, match="runs? that the plan names, for instance seed 5 of tel_Telu"):
        whole(task, tmp_path / "third")


def test_picks_of_other_tasks_are_run_too(
    task: StudyTask, tmp_path: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        carry_module, "single_gains", lambda *_: {"names": {"hin_Deva": 1.0, "tel_Telu": 0.5}}
    )
    monkeypatch.setattr(carry_module, "TASKS", {"toy": task})
    with pytest.raises(StudyError, match="no plan of toy yet"):
        add(task, str(tmp_path / "runs"))
    _, _, _ = whole(task, tmp_path / "runs")
    other = StudyTask("other", task.file, tmp_path / "other")
    plan = stored_plan(Desk.of(task, str(tmp_path / "runs")))
    assert plan is not None
    pick = Entry(OURS, "recommended", ("hin_Deva", "khm_Khmr"), cost=80.0)
    entries = tuple(pick if entry.label == pick.label else entry for entry in plan.entries)
    write_plan(other.plan, replace(plan, task="other", entries=entries))
    monkeypatch.setattr(carry_module, "TASKS", {"toy": task, "other": other})
    added = add(task, str(tmp_path / "runs"))
    assert [(entry.name, entry.languages) for entry in added] == [
        ("picked on other", ("hin_Deva",)),
        (PRIOR, ("hin_Deva",)),
    ]
    assert added[0].note == "without 1 language that this pool lacks"
    assert added[0].expected is not None
    assert add(task, str(tmp_path / "runs")) == []  # what is there stays
    asked.clear()
    done, desk, _ = whole(task, tmp_path / "runs")
    assert done
    assert not missing(desk, planned(desk))
    assert {subset for _, subset, _ in asked} <= {Subset(frozenset({"hin_Deva"}))}


@given(
    st.dictionaries(
        st.sampled_from("abc"), st.dictionaries(st.sampled_from("xyz"), st.floats(-3, 3)), max_size=3
    )
)
def test_the_best_single_language_is_known_to_several_tables(gains: dict[str, dict[str, float]]) -> None:
    best = best_single(gains)
    known = {
        key: [by[key] for by in gains.values() if key in by]
        for key in {key for by in gains.values() for key in by}
    }
    enough = {key: np.mean(values) for key, values in known.items() if len(values) >= min(2, len(gains))}
    if not enough:
        assert best is None
    else:
        assert enough[best] == max(enough.values())


def test_some_runs_are_done_once_more_elsewhere(
    task: StudyTask, tmp_path: Path, asked: Asked, tiny_encoder: Path
) -> None:
    with pytest.raises(StudyError, match="no plan of toy yet"):
        Repetition.of(task, tmp_path / "again")
    whole(task, tmp_path / "runs")
    before = task.test.read_bytes()
    asked.clear()
    first = Repetition.of(task, tmp_path / "again")
    assert first.forecast(2) == "toy: 8 full runs to do, about 4 min with 2 at once (60 s a run)"
    assert asked == []
    first.run(1)
    measured = read_measured(task)
    assert measured is not None
    wanted = {(entry.subset, seed) for entry in chosen(measured) for seed in measured.plan.seeds}
    assert {(subset, seed) for _, subset, seed in asked} == wanted
    assert task.test.read_bytes() == before
    found = repeated(measured, read_runs(task.again(), split=TEST))
    assert found is not None
    assert found.runs == len(wanted)
    assert found.apart == pytest.approx(0.0, abs=1e-5)  # the toy's truth does not know machines
    asked.clear()
    nothing = Repetition.of(task, tmp_path / "again")
    assert nothing.forecast(1) == "toy: nothing to do"
    nothing.run(1)
    assert asked == []
    encoder = str(shutil.copytree(tiny_encoder, tmp_path / "larger one"))
    Repetition.of(task, tmp_path / "larger", encoder).run(1)
    assert [*task.repeated] == ["", "larger-one"]
    assert {(subset, seed) for _, subset, seed in asked} == wanted
    assert {*read_repeated(task, measured)} == {"", "larger-one"}


def test_a_choice_is_made_again_with_more_runs_of_none(
    task: StudyTask, tmp_path: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(untouched_module, "TASKS", {"toy": task})
    with pytest.raises(SystemExit):  # no plan yet
        untouched_module.main(["toy", "--dir", str(tmp_path / "runs")])
    _, desk, _ = whole(task, tmp_path / "runs")
    plan, before = planned(desk), task.plan.read_bytes()
    asked.clear()
    untouched_module.main(["toy", "--further", "2", "--dir", str(tmp_path / "runs")])
    first, second = further_seed(desk.study.config, 1), further_seed(desk.study.config, 2)
    assert {(split, subset) for split, subset, _ in asked} <= {("dev", NONE)}
    assert {seed for _, _, seed in asked} <= {first, second}
    found = json.loads(task.untouched().read_text(encoding="utf-8"))
    assert [*found["none"]][1:] == [str(first), str(second)]
    assert [choice["runs_of_none"] for choice in found["choices"]] == [1, 2, 3]
    assert found["choices"][0]["highest"] == "tel_Telu"
    assert found["choices"][0]["recommended"] == plan.entry("ours: recommended").subset.name
    assert task.plan.read_bytes() == before


def test_a_choice_is_made_again_with_more_sentences(
    task: StudyTask, tmp_path: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(untouched_module, "TASKS", {"toy": task})
    _, desk, _ = whole(task, tmp_path / "runs")
    plan, before = planned(desk), task.dev.read_bytes()
    asked.clear()
    command = ["toy", "--further", "1", "--sentences", "3", "--dir", str(tmp_path / "runs")]
    untouched_module.main(command)
    more = (NONE, further_seed(desk.study.config, 1))
    wanted = {*((tried.subset, tried.seed) for tried in plan.tried), more}
    assert {(subset, seed) for _, subset, seed in asked} == wanted  # none of the search's own runs is read
    assert {split for split, _, _ in asked} == {"dev"}
    found = json.loads(task.untouched(3).read_text(encoding="utf-8"))
    assert found["command"].endswith("untouched toy --further 1 --sentences 3")
    assert [choice["runs_of_none"] for choice in found["choices"]] == [1, 2]
    assert not task.untouched().exists()
    assert task.dev.read_bytes() == before
    asked.clear()
    untouched_module.main(command)
    assert not asked  # it goes on where it was stopped


def test_a_cut_that_a_run_would_not_feel_is_not_run(task: StudyTask, tmp_path: Path) -> None:
    problem = Desk.of(task, str(tmp_path / "runs")).problem
    assert pairs_read(problem.config) == 8
    entries = [Entry.of(OURS, "recommended", problem.cost.pairs.top(["tel_Telu"]))]
    found = costs(problem, replace(SIZES, pairs=(4, 7, 8, 20, LINES)), entries)
    assert [entry.pairs for entry in found] == [4, 7]
    found = costs(problem, replace(SIZES, pairs=(10, 20)), entries)
    assert [entry.name for entry in found] == ["ours: recommended, 10 pairs each"]  # what little data do


def test_a_search_has_a_share_of_what_it_saves(task: StudyTask, tmp_path: Path, asked: Asked) -> None:
    short = replace(task, design=replace(SIZES, least=2, share=0.75))
    done, desk, _ = whole(short, tmp_path / "runs")
    assert done
    plan = planned(desk)
    strategies = len(plan.of_kind(PUBLISHED)) * len(SIZES.seeds)  # of a minute each, as the toy's runs take
    assert plan.budget == round(0.75 * strategies, 1) < SIZES.minutes
    assert plan.search.runs == max(2, int(0.75 * strategies))


def test_the_forecast_needs_no_run(task: StudyTask, tmp_path: Path) -> None:
    desk = Desk.of(task, str(tmp_path / "runs"))
    runs = likely_runs(desk)
    told = forecast(desk, None, 2)
    start = f"toy: 6 trials of the search, about {runs} full runs, 12 runs of peers' searches at most to do, about"
    assert told.startswith(start)
    assert told.endswith(" with 2 at once (90 s a run)")
    assert GUESS == 90.0


def test_a_peer_plays_in_a_process_of_its_own(task: StudyTask, tmp_path: Path, asked: Asked) -> None:
    folder = str(tmp_path / "runs")
    _play_apart(task, folder, "greedy", 3, lambda: True)
    assert asked == []  # no time: it ends in silence, and whoever asks again is told
    with pytest.raises(TimeOver):
        play_all(Desk.of(task, folder), 3, over=lambda: True)
    _play_apart(task, folder, "greedy", 3, Deadline(time.monotonic() + 600))
    so_far = len(asked)
    assert so_far == 3
    entry, took = play_peer(Desk.of(task, folder), "greedy", 3, Deadline(0.0))
    assert len(asked) == so_far  # what was run is only asked
    assert took == Spent(3, 3.0)
    assert entry.kind == PEER


def test_groups_are_of_several_targets_but_not_of_all() -> None:
    found = groups(["swh_Latn", "yor_Latn", "tel_Telu", "tir_Ethi", "amh_Ethi"])
    assert found["family Atlantic-Congo"] == ("swh_Latn", "yor_Latn")
    assert found["family Afro-Asiatic"] == ("tir_Ethi", "amh_Ethi")
    assert "script Ethi" not in found  # the same targets
    assert "script Telu" not in found
    assert len(set(found.values())) == len(found)


KEYS = ("arb_Arab", "deu_Latn", "fra_Latn", "hin_Deva", "rus_Cyrl", "swh_Latn")


@pytest.mark.parametrize("name", [*PLAYERS])
def test_peers_play_on_the_whole_space(name: str) -> None:
    space = SearchSpace(KEYS, lambda s: 10.0 * len(s.languages), max_size=3)
    board = OpenBoard(space, 10, closed=name == "qlognehvi")
    before, calls = len(board.rows), []

    def measure(subset: Subset) -> Measurement:
        calls.append(subset)
        value = 0.4 + 0.1 * ("hin_Deva" in subset.languages) + 0.05 * ("arb_Arab" in subset.languages)
        return Measurement(
            "f", "r", subset, 3, DEV, 5, "accuracy", {"wol_Latn": value - 0.01 * len(subset.languages)}
        )

    place, ran = play(board, PLAYERS[name](board, 0), measure, 12)
    assert len(ran) == len(set(calls)) == 12
    assert calls[:2] == [NONE, Subset(frozenset(KEYS))]
    assert all(space.allows(subset) for subset in calls[2:])
    assert "hin_Deva" in board.subset(place).languages
    assert (len(board.rows) == before) if name == "qlognehvi" else len(board.rows) >= before


def test_a_board_takes_new_sets_but_none_twice() -> None:
    space = SearchSpace(KEYS, lambda s: 10.0 * len(s.languages), max_size=3)
    board = OpenBoard(space, 0)
    assert len(board.rows) == 2 + len(KEYS)
    pair = np.array([key in ("deu_Latn", "hin_Deva") for key in KEYS])
    place = board.nearest(pair, [0, 1])
    assert board.subset(place) == Subset(frozenset({"deu_Latn", "hin_Deva"}))
    assert board.nearest(pair, [0, 1]) == place
    assert board.subset(board.nearest(pair, [0, 1, place])).languages < {"deu_Latn", "hin_Deva"}
    large = np.array([key != "deu_Latn" for key in KEYS])
    assert board.nearest(large, [0]) < len(board.rows)  # not allowed: the nearest
    assert len(board.costs) == len(board.values) == len(board.rows) == 3 + len(KEYS)


@pytest.mark.parametrize("name", [*TASKS])
def test_study_files_hold_out_every_other_target(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REALIGN_DATA", "/nowhere")  # nothing is read
    config = load_study(TASKS[name].file)
    assert config.name == f"real-{name}"
    assert not config.targets.held_out_in_pool
    assert config.search.top_rung == 3
    assert not {*config.evaluate.seeds, *config.proxy.full.seeds} & set(SEEDS)
    assert len(SEEDS) >= 4


@pytest.mark.realdata
@pytest.mark.usefixtures("corpora")
@pytest.mark.parametrize("name", [name for name in TASKS if name != "time-expressions"])
def test_targets_of_the_corpora_are_halved(name: str) -> None:
    _halved(name)


@pytest.mark.offline
def test_targets_of_the_offline_task_are_halved() -> None:
    _halved("time-expressions")


def _halved(name: str) -> None:
    for split in ("dev", "test"):
        targets = build_targets(load_study(TASKS[name].file), split)
        assert targets.held_out == set(sorted(targets.codes)[1::2])
    if name == "topics":
        assert len(targets.codes) >= 30


def test_without_a_task_only_pages_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    monkeypatch.setattr("benchmarks.study.page.write.write_all", lambda: called.append("written"))
    main([])
    assert called == ["written"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["toy", "--workers", "0"], "--workers: 0: at least 1"),
        (["toy", "--minutes", "nan"], "--minutes: nan: a number above 0"),
        (["--forecast"], "--forecast needs a task"),
        (["tyo"], "invalid choice: 'tyo'"),
    ],
)
def test_wrong_options_are_named(
    arguments: list[str],
    told: str,
    task: StudyTask,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("benchmarks.study.__main__.TASKS", {"toy": task})
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["toy"], ["toy", "--forecast"]])
def test_a_damaged_plan_ends_every_command_with_one_line(
    arguments: list[str],
    task: StudyTask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    task.plan.parent.mkdir(parents=True, exist_ok=True)
    task.plan.write_text('{"task": "toy"', encoding="utf-8")
    for place in ("benchmarks.study.__main__.TASKS", "benchmarks.study.page.write.TASKS"):
        monkeypatch.setattr(place, {"toy": task})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {task.plan}: no JSON: ")


@pytest.mark.slow
def test_a_tiny_study_is_really_run(
    task: StudyTask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    few = Design(0.001, 4, seeds=(2001,), sizes=(1,), draws=1, pairs=(10,), exact=1.0, candidates=4)
    small = StudyTask(task.name, task.file, task.results, few)
    monkeypatch.setattr("benchmarks.study.__main__.TASKS", {"toy": small})
    with pytest.raises(SystemExit) as ended:
        main(["toy", "--dir", str(tmp_path / "runs")])
    assert ended.value.code == 0
    assert "toy: done" in capsys.readouterr().out
    rows, plan = read_runs(small.test, split=TEST), read_plan(small.plan)
    assert plan is not None
    assert {(row.subset, row.seed) for row in rows} == set(ordered_runs(plan))
