"""The search end to end on toy corpora with a tiny encoder."""

from __future__ import annotations

import sqlite3
import traceback
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.trial import TrialState

from realign_core.support.progress import NoProgress
from subsetsearch.analysis.front.build_front import study_front
from subsetsearch.analysis.front.front import Front
from subsetsearch.config import StudyConfig, load_study
from subsetsearch.errors import StudyError
from subsetsearch.problem.space import languages_of
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.results.tables.study_store import read_full_runs
from subsetsearch.results.trials.stored_study import load_stored, require_stored
from subsetsearch.run.search.search import run_search
from subsetsearch.run.search.trial import TrialRunner
from subsetsearch.rungs.full import FullRuns
from subsetsearch.rungs.ladder import Ladder, open_ladder
from subsetsearch.subset import NONE, Subset
from subsetsearch.typology import load_typology


def rows_of(ladder: Ladder, evaluations: Sequence[Measurement] = ()) -> Front:
    stored = require_stored(ladder.problem.config, ladder.folder)
    distances = load_typology().distance_matrix(ladder.problem.pool.keys)
    return study_front(stored, evaluations, ladder.problem.cost, distances)


def test_a_study_runs_resumes_and_adds(ladder: Ladder) -> None:
    first = run_search(ladder, 6)
    assert (first.before, first.after) == (0, 6)
    again = run_search(open_ladder(ladder.problem.config, ladder.folder), 7)
    assert (again.before, again.after) == (6, 13)
    rows = rows_of(ladder)
    assert {"none", "all"} <= {row.label for row in rows}
    subsets = [row.languages for row in rows]
    assert len(set(subsets)) == len(subsets)
    assert all(len(row.languages) <= 4 for row in rows if not row.label)
    everything = next(row for row in rows if row.label == "all")
    assert everything.cost == 8 * 40
    assert next(row for row in rows if row.label == "none").cost == 0


def test_trials_tell_what_was_run_and_what_was_skipped(ladder: Ladder) -> None:
    run_search(ladder, 16)
    stored = require_stored(ladder.problem.config, ladder.folder)
    for trial in stored.get_trials(states=(TrialState.COMPLETE,)):
        attrs = trial.user_attrs
        assert attrs["languages"] == sorted(languages_of(trial.params))
        assert 0 <= attrs["rung1"] <= 1
        if attrs["rung"] == 2:
            assert trial.values[1] == attrs["rung2"]
        else:
            assert "rung2_skipped" in attrs or "duplicate_of" in attrs


def test_held_out_languages_and_test_data_are_never_loaded_by_the_search(ladder: Ladder) -> None:
    assert set(ladder.first.data.workspace.evaluation) == {"dev"}
    assert set(ladder.first.data.workspace.evaluation["dev"]) == {"swh_Latn", "yor_Latn"}
    assert set(ladder.first.probe.targets) == {"swh_Latn", "yor_Latn"}


def test_rung_2_gives_equal_numbers_to_equal_sets(ladder: Ladder) -> None:
    some = Subset(frozenset(ladder.problem.pool.keys[:3]))
    fresh = open_ladder(ladder.problem.config, ladder.folder)
    assert ladder.top.score(some) == fresh.top.score(some)
    assert ladder.first.score(some) == fresh.first.score(
        Subset(frozenset(reversed(ladder.problem.pool.keys[:3])))
    )


def test_a_lost_trial_is_taken_up_again(ladder: Ladder) -> None:
    run_search(ladder, 3)
    stored = require_stored(ladder.problem.config, ladder.folder)
    lost = stored.ask(ladder.problem.space.distributions())
    subset = ladder.problem.space.subset(lost.params)
    stored.tell(lost, state=TrialState.FAIL)
    summary = run_search(open_ladder(ladder.problem.config, ladder.folder), 25)
    assert summary.resumed == 1
    done = {ladder.problem.space.subset(t.params) for t in stored.get_trials(states=(TrialState.COMPLETE,))}
    assert subset in done


def test_a_trial_cut_off_between_two_parameters_is_no_smaller_subset(ladder: Ladder) -> None:
    run_search(ladder, 3)
    stored = require_stored(ladder.problem.config, ladder.folder)
    waiting = stored.get_trials(states=(TrialState.WAITING,))
    wanted = ladder.problem.space.subset(waiting[0].system_attrs["fixed_params"])
    cut = stored.ask()  # an enqueued warm start, of which the process stores one parameter before it dies
    name, distribution = next(iter(ladder.problem.space.distributions().items()))
    cut.suggest_categorical(name, list(distribution.choices))  # type: ignore[attr-defined]
    stored.tell(cut, state=TrialState.FAIL)
    proposed = stored.ask({name: distribution})  # a proposal that dies likewise: nothing of it is known
    stored.tell(proposed, state=TrialState.FAIL)
    summary = run_search(open_ladder(ladder.problem.config, ladder.folder), 25)
    assert summary.resumed in (1, 2)  # the second ask may have drawn another warm start
    done = {ladder.problem.space.subset(t.params) for t in stored.get_trials(states=(TrialState.COMPLETE,))}
    assert wanted in done


def test_a_changed_study_file_leaves_the_database_untouched(
    ladder: Ladder, toy_file: Path, edited: Callable[[str, str], Path]
) -> None:
    run_search(ladder, 2)
    database = ladder.folder.path / "study.db"
    before = _dump(database)
    changed = load_study(edited("steps = 4", "steps = 5"))
    with pytest.raises(StudyError, match=r"recipe\.realignment\.steps changed"):
        run_search(open_ladder(changed, ladder.folder), 2)
    assert _dump(database) == before


def test_more_trials_or_full_runs_are_no_change(ladder: Ladder, edited: Callable[[str, str], Path]) -> None:
    run_search(ladder, 2)
    changed = load_study(edited("trials = 12", "trials = 50"))
    assert load_stored(changed, ladder.folder) is not None


def test_a_study_of_a_newer_program_is_refused(ladder: Ladder) -> None:
    run_search(ladder, 1)
    require_stored(ladder.problem.config, ladder.folder).set_user_attr("schema", 99)
    with pytest.raises(StudyError, match="newer version"):
        require_stored(ladder.problem.config, ladder.folder)


def test_reading_nothing_creates_nothing(toy_study: StudyConfig, tmp_path: Path) -> None:
    folder = StudyFolder(tmp_path / "empty")
    with pytest.raises(StudyError, match="no results yet"):
        require_stored(toy_study, folder)
    assert not folder.path.exists()


@pytest.mark.parametrize("sampler", ["nsga2", "tpe", "gp", "random"])
def test_optunas_samplers_can_be_chosen(toy_study: StudyConfig, tmp_path: Path, sampler: str) -> None:
    search = toy_study.search.model_copy(update={"sampler": sampler})
    study = toy_study.model_copy(update={"search": search})
    ladder = open_ladder(study, StudyFolder(tmp_path / sampler))
    assert run_search(ladder, 14).after == 14
    stored = require_stored(study, ladder.folder)
    for trial in stored.get_trials(states=(TrialState.COMPLETE,)):
        scored = "rung1" in trial.user_attrs
        feasible = all(value <= 0 for value in trial.constraints.values())
        assert scored == (feasible or trial.user_attrs.get("origin") in ("none", "all"))


def test_full_runs_are_stored_and_never_repeated(ladder: Ladder) -> None:
    run_search(ladder, 8)
    subsets = rows_of(ladder).shortlist(2)
    assert NONE in subsets
    assert Subset(frozenset(ladder.problem.pool.keys)) in subsets
    full = FullRuns(ladder.problem.on("test"), ladder.store)
    todo = full.missing(subsets, (1, 2))
    assert len(todo) == 2 * len(subsets)
    full.run(todo[:3], progress=NoProgress())
    assert full.missing(subsets, (1, 2)) == todo[3:]
    full.run(todo[3:])
    assert full.missing(subsets, (1, 2)) == []
    runs = read_full_runs(ladder.problem.config, ladder.folder)
    rows = {row.languages: row for row in rows_of(ladder, runs)}
    none = rows[()]
    assert none.n_seeds == 2
    assert none.accuracy is not None
    assert none.accuracy_std is not None
    assert none.held_out is not None
    assert runs[0].held_out == {"wol_Latn"}
    assert set(runs[0].scores) == {"swh_Latn", "yor_Latn", "wol_Latn"}
    assert runs[0].kernel == "float32/eager"


def test_the_dashboard_shows_metric_names(ladder: Ladder) -> None:
    run_search(ladder, 1)
    stored = require_stored(ladder.problem.config, ladder.folder)
    assert stored.metric_names == ["data cost", "proxy accuracy"]
    assert isinstance(stored, optuna.Study)
    frame = stored.trials_dataframe()
    assert "values_data cost" in frame.columns


def _dump(database: Path) -> list[str]:
    with sqlite3.connect(database) as connection:
        return list(connection.iterdump())


def test_a_database_that_stays_locked_is_one_sentence(
    ladder_of: Callable[..., Ladder],
    trials_of: Callable[[Ladder], list[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("subsetsearch.results.database.connect._WAIT_SECONDS", 0.2)
    ladder = ladder_of(1)
    file = ladder.folder.path / "study.db"
    run_search(ladder, 1)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:

        def lock(*_: object) -> tuple[float, float]:
            other.execute("BEGIN IMMEDIATE")
            return 1.0, 0.5

        with monkeypatch.context() as patched:
            patched.setattr(TrialRunner, "__call__", lock)
            with pytest.raises(StudyError, match=LOCKED) as raised:
                run_search(ladder, 2)
        other.execute("ROLLBACK")
    assert "Should not reach" not in str(raised.value)
    assert raised.value.__cause__ is not None
    assert "Should not reach" not in "".join(traceback.format_exception(raised.value))
    run_search(ladder, 1)
    assert len(trials_of(ladder)) == 2


LOCKED = (
    r"study\.db: locked by another program \(database is locked\); 1 trial is kept; end that program, or wait "
    "for it, then give the same command again"
)
