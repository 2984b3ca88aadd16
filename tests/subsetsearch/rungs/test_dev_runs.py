"""A search that ends at full runs on development data, on toy corpora with a tiny encoder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from optuna.trial import FrozenTrial, TrialState

from realign_core.tasks import reading
from subsetsearch.analysis.front.build_front import study_front
from subsetsearch.config import StudyConfig, load_study
from subsetsearch.config.rungs import RUNGS
from subsetsearch.errors import ConfigError, StudyError
from subsetsearch.results.measurements.measurement import Measurement, draw_fresh, mean_scores
from subsetsearch.results.trials.proposals import announce_again
from subsetsearch.results.trials.rung_scores import means_over_seeds, read_rung_scores
from subsetsearch.results.trials.stored_study import load_stored, require_stored
from subsetsearch.results.trials.trial_record import TrialRecord
from subsetsearch.results.trials.trial_writer import queue_trial
from subsetsearch.run.planning.plan import describe_plan
from subsetsearch.run.search.search import run_search
from subsetsearch.run.search.trial import TrialRunner
from subsetsearch.rungs import full as full_module
from subsetsearch.rungs.full_rung import further_seed
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.subset import NONE, Subset
from subsetsearch.typology import load_typology

LadderOf = Callable[..., Ladder]
TrialsOf = Callable[[Ladder], list[FrozenTrial]]

OTHER_SAMPLER = {"search.sampler": "random", "search.max_size": 8, "search.seed": 3, "search.rung1": True}
"""Of its proposals only those are run in full that rung 1 makes promising; ours proposes what to run."""


@pytest.fixture
def no_test_data(toy_file: Path, toy_root: Path, tmp_path: Path) -> None:
    """The toy study on corpora without any test data."""
    root = tmp_path / "corpora"
    shutil.copytree(toy_root, root, ignore=shutil.ignore_patterns("test.tsv"))
    text = toy_file.read_text(encoding="utf-8").replace(toy_root.as_posix(), root.as_posix())
    toy_file.write_text(text, encoding="utf-8")


@pytest.fixture
def telling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Full runs whose scores differ: those of the untrained toy encoder hardly do."""
    original = full_module.run_prepared

    def run(workspace: Any, languages: Any, **options: Any) -> Any:
        worth = 0.3 + sum(0.02 * (sum(map(ord, code)) % 7 - 3) for code in languages) / max(1, len(languages))
        result = original(workspace, languages, **options)
        return replace(result, scores=dict.fromkeys(result.scores, worth))

    monkeypatch.setattr(full_module, "run_prepared", run)


@pytest.mark.usefixtures("telling", "no_test_data")
def test_a_search_by_full_runs_reads_development_data_only(
    monkeypatch: pytest.MonkeyPatch, ladder_of: LadderOf, trials_of: TrialsOf
) -> None:
    read: list[tuple[object, object]] = []
    original = reading.read_task

    def spy(recipe: Any, targets: Any, splits: Any, told: Any) -> Any:
        read.append((tuple(targets), tuple(splits)))
        return original(recipe, targets, splits, told)

    monkeypatch.setattr("realign_core.runs.workspace.workspace.read_task", spy)
    ladder = ladder_of(3, **OTHER_SAMPLER)
    run_search(ladder, 14)
    assert read == [(("swh_Latn", "yor_Latn"), ("dev",))]  # held-out languages neither
    trials = trials_of(ladder)
    climbed = [t for t in trials if t.user_attrs["rung"] == 3]
    assert 5 <= len(climbed) < len(trials)
    for trial in climbed:
        assert trial.values[1] == trial.user_attrs["rung3"]
    for trial in trials:
        assert trial in climbed or TrialRecord.of(trial).estimated
        assert trial in climbed or "rung3_skipped" in trial.user_attrs
    runs = ladder.store.read(rung=3)
    assert {(run.split, run.mean_held_out) for run in runs} == {("dev", None)}
    assert len(runs) == len(climbed)
    scores = read_rung_scores(ladder.problem.config, ladder.store, None)
    assert len(scores[3]) == len(climbed)


@pytest.mark.usefixtures("telling")
def test_every_run_that_our_sampler_chooses_is_made(ladder_of: LadderOf, trials_of: TrialsOf) -> None:
    ladder = ladder_of(3)
    run_search(ladder, 8)
    trials = [TrialRecord.of(trial) for trial in trials_of(ladder)]
    assert [trial.origin for trial in trials] == ["none", "all", *[""] * 6]
    assert {trial.rung for trial in trials} == {3}
    assert not any(trial.skipped or trial.estimated for trial in trials)
    assert len(ladder.store.read(rung=3)) == len(ladder.store.read()) == 8
    assert not ladder.folder.cache.exists()  # nothing of rung 1 was encoded


@pytest.mark.usefixtures("telling")
def test_rung_1_is_asked_where_the_study_asks_for_it(ladder_of: LadderOf, trials_of: TrialsOf) -> None:
    ladder = ladder_of(3, **{"search.rung1": True})
    run_search(ladder, 3)
    trials = [TrialRecord.of(trial) for trial in trials_of(ladder)]
    assert all(trial.scores.keys() == {1, 3} for trial in trials)
    assert [run.rung for run in ladder.store.read()].count(1) == 3
    # The same study goes on without it, and its older trials are read as they are.
    without = ladder_of(3)
    run_search(without, 2)
    trials = [TrialRecord.of(trial) for trial in trials_of(without)]
    assert [trial.rung for trial in trials] == [3] * 5
    assert [run.rung for run in without.store.read()].count(1) == 3


@pytest.mark.usefixtures("telling")
def test_without_rung_1_another_sampler_runs_all_that_it_proposes(
    ladder_of: LadderOf, trials_of: TrialsOf
) -> None:
    ladder = ladder_of(3, **OTHER_SAMPLER | {"search.rung1": False})
    run_search(ladder, 8)
    trials = [TrialRecord.of(trial) for trial in trials_of(ladder)]
    assert all(trial.scores.keys() == {3} for trial in trials)
    assert not any(trial.origin.startswith("linear") for trial in trials)
    assert describe_plan(ladder)["rung3_runs"] == 4
    assert "rung1_seconds" not in describe_plan(ladder)


@pytest.mark.usefixtures("telling")
def test_a_known_subset_is_run_again_with_a_further_seed(ladder_of: LadderOf, trials_of: TrialsOf) -> None:
    ladder = ladder_of(3)
    config = ladder.problem.config
    run_search(ladder, 2)
    stored = require_stored(config, ladder.folder)
    before = read_rung_scores(config, ladder.store, stored)
    for number in (1, 2):
        queue_trial(stored, ladder.problem.space.params(NONE))
        trial = stored.ask(ladder.problem.space.distributions())
        announce_again(stored, stored.trials[trial.number], number)
        stored.tell(trial, list(TrialRunner(ladder)(trial)))
    runs = [run for run in ladder.store.read(rung=3) if run.subset == NONE]
    seeds = [further_seed(config, 1), further_seed(config, 2)]
    assert [run.seed for run in runs] == [*config.proxy.full.seeds, *seeds]
    assert not set(seeds) & {*config.proxy.full.seeds, *config.evaluate.seeds}
    first, *_, again = _of(trials_of(ladder), NONE)
    assert (again.again, again.duplicate_of, again.value) == (2, first.number, runs[-1].mean)
    # What is said of the subset is what its first runs said: all subsets have those.
    assert read_rung_scores(config, ladder.store, stored) == before


def _of(trials: list[FrozenTrial], subset: Subset) -> list[TrialRecord]:
    return [record for record in map(TrialRecord.of, trials) if record.subset == subset]


def test_no_full_run_on_development_data_is_paid_for_twice(
    monkeypatch: pytest.MonkeyPatch, ladder_of: LadderOf
) -> None:
    ladder = ladder_of(3, **{"proxy.full.seeds": [3, 4]})
    some = Subset(frozenset(ladder.problem.pool.keys[:2]))
    runs: list[int] = []
    original = full_module.run_prepared

    def killed_at_the_second(*args: Any, **options: Any) -> Any:
        runs.append(options["seed"])
        if len(runs) == 2:
            raise KeyboardInterrupt
        return original(*args, **options)

    monkeypatch.setattr(full_module, "run_prepared", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        ladder.top.scores(some)
    again = ladder_of(3, **{"proxy.full.seeds": [3, 4]})
    found = again.top.scores(some)
    assert again.top.scores(some) == found
    assert runs == [3, 4, 4]
    stored = ladder.store.read(ladder.problem.config.fingerprint())
    assert found == mean_scores(stored)
    assert means_over_seeds(stored, (3, 4)) == {some: pytest.approx(np.mean(list(found.values())))}
    assert means_over_seeds(stored, (3, 5)) == {}


def test_a_search_by_full_runs_that_was_killed_goes_on(
    monkeypatch: pytest.MonkeyPatch, ladder_of: LadderOf, trials_of: TrialsOf
) -> None:
    ladder = ladder_of(3)
    count = 0
    original = full_module.run_prepared

    def killed_at_the_third(*args: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        if count == 3:
            raise KeyboardInterrupt
        return original(*args, **options)

    monkeypatch.setattr(full_module, "run_prepared", killed_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        run_search(ladder, 5)
    summary = run_search(ladder_of(3), 4)
    assert (summary.before, summary.resumed) == (2, 1)
    trials = trials_of(ladder)
    paid = [t for t in trials if t.user_attrs["rung"] == 3]
    assert len(ladder.store.read(rung=3)) == len(paid)


def test_a_duplicate_is_free(ladder_of: LadderOf, trials_of: TrialsOf) -> None:
    ladder = ladder_of(3, **OTHER_SAMPLER)
    run_search(ladder, 2)
    stored = require_stored(ladder.problem.config, ladder.folder)
    before = len(ladder.store.read(rung=3))
    waiting = stored.get_trials(states=(TrialState.WAITING,))
    stored.enqueue_trial(waiting[0].system_attrs["fixed_params"])
    run_search(ladder_of(3, **OTHER_SAMPLER), len(waiting) + 1)
    *others, again = trials_of(ladder)
    first = next(trial for trial in others if trial.number == again.user_attrs["duplicate_of"])
    assert again.user_attrs["rung3"] == first.values[1] == again.values[1]
    assert before == 2
    runs = ladder.store.read(rung=3)
    assert len(runs) == len({run.subset for run in runs})


def test_a_stored_search_keeps_its_seeds(toy_file: Path, ladder_of: LadderOf) -> None:
    run_search(ladder_of(3), 1)
    changed = ladder_of(3, **{"proxy.full.seeds": [17, 23]})
    with pytest.raises(StudyError, match=r"proxy\.full\.seeds.*runs seeds \[5\].*\[17, 23\].*new name"):
        run_search(changed, 1)
    # Short runs never saw these seeds.
    assert load_stored(load_study(toy_file, {"proxy.full.seeds": [5]}), changed.folder) is None


def test_full_runs_need_labels(caplog: pytest.LogCaptureFixture, ladder_of: LadderOf) -> None:
    few = {"proxy.retrieval.pairs": 12, "proxy.linear.pairs": 16, "targets.unlabelled": ["zul"]}
    with pytest.raises(
        ConfigError, match=r"search\.top_rung: .*no target of this study has any.*set it to 1 or 2"
    ):
        ladder_of(
            3, **few, **{"targets.languages": [], "targets.held_out": [], "targets.held_out_in_pool": False}
        )
    ladder_of(3, **few)
    assert "zul_Latn has none and counts for nothing here" in caplog.text


def test_levels_are_told_apart_by_full_runs(ladder_of: LadderOf) -> None:
    ladder = ladder_of(3, **{"search.pairs_per_language": [10, "all"]})
    some = frozenset(ladder.problem.pool.keys[:2])
    ladder.top.scores(Subset(some, 10))
    ladder.top.scores(Subset(some))
    rows = ladder.store.read()
    assert {row.subset for row in rows} == {Subset(some, 10), Subset(some)}
    assert len({row.recipe_hash for row in rows}) == 2


@pytest.mark.usefixtures("telling")
def test_an_estimate_is_marked_in_the_rows(ladder_of: LadderOf) -> None:
    ladder = ladder_of(3, **OTHER_SAMPLER)
    run_search(ladder, 12)
    stored = require_stored(ladder.problem.config, ladder.folder)
    distances = load_typology().distance_matrix(ladder.problem.pool.keys)
    rows = study_front(stored, [], ladder.problem.cost, distances, rung=RUNGS[3])
    assert {row.proxy_estimated for row in rows} == {True, False}
    for row in rows:
        assert row.proxy_estimated == (row.proxy_rung == 1)
        assert json.loads(json.dumps(row.to_dict()))["proxy_estimated"] == row.proxy_estimated
    # What calibrate has run on development data stands beside the trials, on the same scale.
    known = {row.subset for row in rows}
    other = next(
        Subset(frozenset({key})) for key in ladder.problem.pool.keys if Subset(frozenset({key})) not in known
    )
    ladder.top.scores(other)
    fingerprint = ladder.problem.config.fingerprint()
    run = Measurement(fingerprint, "r", other, 3, "test", 1, "accuracy", {"swh_Latn": 0.5})
    scores = read_rung_scores(ladder.problem.config, ladder.store, stored)
    rows = study_front(stored, [run], ladder.problem.cost, distances, scores, rung=RUNGS[3])
    beside = next(row for row in rows if row.subset == other)
    assert (beside.proxy, beside.proxy_rung, beside.proxy_estimated) == (scores[3][other], 3, False)


def test_seeds_that_the_search_has_seen_are_not_fresh(toy_file: Path) -> None:
    seen = load_study(toy_file, {"search.top_rung": 3, "proxy.full.seeds": [7]})
    assert seen.searched_seeds == (7,)
    assert not set(draw_fresh([], [*seen.evaluate.seeds, *seen.searched_seeds], 3)) & {1, 2, 7}
    assert load_study(toy_file, {"proxy.full.seeds": [7]}).searched_seeds == ()
    assert not set(StudyConfig(name="x").evaluate.seeds) & set(StudyConfig(name="x").proxy.full.seeds)
