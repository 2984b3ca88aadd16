"""Where a search ends: each of the three rungs, end to end on toy corpora with a tiny encoder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from optuna.trial import FrozenTrial

from subsetsearch.analysis.front.build_front import study_front
from subsetsearch.config import StudyConfig, load_study
from subsetsearch.config.rungs import RUNGS, measuring_rung
from subsetsearch.errors import ConfigError, StudyError
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.results.trials.ending import Ending
from subsetsearch.results.trials.stored_study import load_stored, other_searches, require_stored
from subsetsearch.run.planning.plan import describe_plan
from subsetsearch.run.search.search import run_search
from subsetsearch.rungs.ladder import Ladder, open_ladder
from subsetsearch.sampler.history import TrialHistory
from subsetsearch.sampler.model import TwoRungModel
from subsetsearch.sampler.subset_matrix import SubsetMatrix
from subsetsearch.subset import NONE
from subsetsearch.typology import load_typology

LadderOf = Callable[..., Ladder]
TrialsOf = Callable[[Ladder], list[FrozenTrial]]


def test_the_default_is_short_runs_and_no_fingerprint_knows(toy_file: Path) -> None:
    base = load_study(toy_file)
    assert base.search.top_rung == 2
    for changed in ({"search.top_rung": 1}, {"search.top_rung": 3}, {"proxy.full.seeds": [6]}):
        assert load_study(toy_file, changed).fingerprint() == base.fingerprint()
    with pytest.raises(ConfigError, match=r"search\.top_rung"):
        load_study(toy_file, {"search.top_rung": 4})


@pytest.mark.parametrize(
    ("rung", "measure", "column"),
    [
        (1, "gap", "gap closed (pairs)"),
        (1, "probe", "probe (dev)"),
        (2, "gap", "proxy (dev)"),
        (3, "gap", "accuracy (dev)"),
    ],
)
def test_scores_are_named_by_what_measured_them(rung: int, measure: str, column: str) -> None:
    study = StudyConfig.model_validate(
        {"name": "x", "search": {"top_rung": rung}, "proxy": {"linear": {"measure": measure}}}
    )
    words = measuring_rung(study)
    assert (words.number, words.column) == (rung, column)
    assert words.title == RUNGS[rung].title
    if column.startswith("gap"):
        assert "no accuracy" in words.caution


@pytest.mark.parametrize("measure", ["gap", "probe"])
def test_a_search_by_rung_1_measures_every_set_and_makes_no_trunk(
    measure: str, ladder_of: LadderOf, trials_of: TrialsOf
) -> None:
    ladder = ladder_of(1, **{"proxy.linear.measure": measure})
    run_search(ladder, 25)
    trials = trials_of(ladder)
    assert len(trials) == 25
    for trial in trials:
        chosen = ladder.problem.space.subset(trial.params)
        assert (
            trial.values[1]
            == trial.user_attrs["rung1"]
            == pytest.approx(ladder.first.score(chosen), abs=1e-9)
        )
        assert trial.user_attrs["rung"] == 1
        assert not {"promise", "proxy_error", "rung2", "rung1_skipped"} & trial.user_attrs.keys()
    assert ladder.top is ladder.first
    assert not list(ladder.folder.cache.glob("*trunk*"))
    assert {run.rung for run in ladder.store.read()} == {1}
    stored = require_stored(ladder.problem.config, ladder.folder)
    distances = load_typology().distance_matrix(ladder.problem.pool.keys)
    rows = study_front(stored, [], ladder.problem.cost, distances, rung=measuring_rung(ladder.problem.config))
    assert not any(row.proxy_estimated for row in rows)
    assert {row.proxy_rung for row in rows} == {1}
    assert stored.metric_names == ["data cost", measuring_rung(ladder.problem.config).column]


def test_the_surrogate_of_a_search_by_rung_1_believes_what_it_is_told(ladder_of: LadderOf) -> None:
    ladder = ladder_of(1, **{"proxy.linear.measure": "gap"})
    run_search(ladder, 12)
    history, matrix = TrialHistory(ladder.problem.space), SubsetMatrix(ladder.problem.space)
    history.update(require_stored(ladder.problem.config, ladder.folder))
    model = TwoRungModel(history, matrix.features())
    model.refresh()
    rows = model.history.members[:3]
    known = model.predict(rows, np.array([0.1, 0.2, 0.3]))
    assert known.mean.tolist() == [0.1, 0.2, 0.3]
    assert (known.sd < 1e-6).all()
    assert (model.predict(rows).sd > 1e-3).all()  # what it is not told it has to guess


def test_each_rung_has_trials_of_its_own_in_one_database(
    toy_file: Path, tmp_path: Path, ladder_of: LadderOf, trials_of: TrialsOf
) -> None:
    first = ladder_of(2)
    run_search(first, 2)
    folder = first.folder
    other = load_study(toy_file, {"search.top_rung": 1})
    with pytest.raises(
        StudyError, match=r"no trial .* ends at rung 1 yet, but \d+ end at rung 2.*top_rung=2"
    ):
        require_stored(other, folder)
    assert load_stored(other, folder) is None
    run_search(open_ladder(other, folder), 3)
    assert len(trials_of(first)) == 2
    assert len(trials_of(open_ladder(other, folder))) == 3
    assert set(other_searches(other, folder)) == {Ending(2)}
    assert set(other_searches(first.problem.config, folder)) == {Ending(1)}
    assert other_searches(first.problem.config, StudyFolder(tmp_path / "nowhere")) == {}


@pytest.mark.parametrize(
    ("rung", "work", "runs"),
    [(1, None, None), (2, "rung2_steps", "rung2_runs"), (3, "rung3_steps", "rung3_runs")],
)
def test_a_plan_is_that_of_the_rung(
    rung: int, work: str | None, runs: str | None, ladder_of: LadderOf
) -> None:
    ladder = ladder_of(rung)
    plan = describe_plan(ladder)
    assert plan["measured_by"] == RUNGS[rung].title
    assert plan["search_seconds"] is None
    named = {name for name in plan if name.startswith(("rung2", "rung3"))}
    assert named == ({work, runs, f"rung{rung}_seconds"} if work else set())
    if rung == 3:
        scores, fingerprint = {"swh_Latn": 0.5}, ladder.problem.config.fingerprint()
        row = Measurement(fingerprint, "r", NONE, 3, "dev", 17, "accuracy", scores, seconds=7.0)
        open_store(ladder.problem.config, ladder.folder).add([row])
        assert describe_plan(ladder)["rung3_seconds"] == 7.0
        assert describe_plan(ladder)["full_run_seconds"] is None
    if rung == 1:
        run_search(ladder, 3)
        plan = describe_plan(ladder)
        expected = 9 * (plan["rung1_seconds"] + plan["proposal_seconds"])
        assert plan["search_seconds"] == pytest.approx(expected, rel=0.02)


def test_a_rung_that_is_not_climbed_warns_of_nothing(
    edited: Callable[[str, str], Path], caplog: pytest.LogCaptureFixture, ladder_of: LadderOf
) -> None:
    edited("max_size = 4", 'max_size = 4\npairs_per_language = [10, 20, "all"]')
    ladder_of(3)
    assert "proxy.linear" not in caplog.text
    ladder_of(3, **{"search.rung1": True})
    assert "proxy.linear.pairs is 20" in caplog.text
    assert "proxy.short" not in caplog.text
