"""Records of trials: what is written to a running trial is what is read of a stored one."""

from __future__ import annotations

from dataclasses import replace

import optuna
import pytest

from subsetsearch.problem.pairs import PAIRS, PairChoices
from subsetsearch.problem.space import SearchSpace
from subsetsearch.results.trials.proposals import proposed_subset
from subsetsearch.results.trials.trial_record import TrialRecord, first_scored, read_trials
from subsetsearch.results.trials.trial_writer import TrialWriter, queue_trial
from subsetsearch.subset import NONE, Subset

SPACE = SearchSpace(("swh_Latn", "wol_Latn", "yor_Latn"), lambda subset: float(len(subset.languages)))
SOME = Subset(frozenset({"swh_Latn", "yor_Latn"}))


@pytest.fixture
def study() -> optuna.Study:
    return optuna.create_study(directions=["minimize", "maximize"])


def ask(study: optuna.Study, subset: Subset, origin: str = "") -> optuna.Trial:
    queue_trial(study, SPACE.params(subset), origin)
    return study.ask()


def finish(study: optuna.Study, subset: Subset, value: float, origin: str = "") -> TrialRecord:
    trial = ask(study, subset, origin)
    log = TrialWriter(trial)
    assert log.begin(SPACE) == subset
    log.measured(1, 0.25, 0.5)
    log.measured(2, value, 2.0)
    log.reached(2)
    study.tell(trial, [2.0, value])
    return read_trials(study)[trial.number]


def test_a_measured_trial_is_read_as_it_was_written(study: optuna.Study) -> None:
    record = finish(study, SOME, 0.5, "diverse-2")
    assert (record.state, record.subset, record.origin) == ("complete", SOME, "diverse-2")
    assert (record.cost, record.value, record.rung, record.rung1) == (2.0, 0.5, 2, 0.25)
    assert not record.estimated
    assert record.scores == {1: 0.25, 2: 0.5}
    assert record.seconds == {1: 0.5, 2: 2.0}
    assert record.skipped is record.promise is record.duplicate_of is None
    assert record.life() == {"origin": "diverse-2", "rung1": 0.25, "rung2": 0.5, "rung": 2}


def test_an_estimate_has_an_error_and_a_reason(study: optuna.Study) -> None:
    trial = ask(study, SOME)
    log = TrialWriter(trial)
    log.begin(SPACE)
    log.measured(1, 0.25, 0.5)
    log.promise(0.0123456789)
    log.skipped(2, "too poor")
    log.reached(1, 0.03)
    study.tell(trial, [2.0, 0.4])
    (record,) = read_trials(study)
    assert record.estimated
    assert (record.error, record.rung, record.promise, record.skipped) == (0.03, 1, 0.012346, "too poor")


def test_a_duplicate_takes_the_result_of_the_first(study: optuna.Study) -> None:
    first = finish(study, SOME, 0.5)
    trial = ask(study, SOME)
    log = TrialWriter(trial)
    log.begin(SPACE)
    log.same_as(first)
    study.tell(trial, [2.0, 0.5])
    records = read_trials(study)
    assert records[1].duplicate_of == 0
    assert (records[1].scores, records[1].rung, records[1].estimated) == (first.scores, 2, False)
    assert records[1].seconds == {}
    assert first_scored(records) == {SOME: first}


def test_a_subset_that_breaks_a_constraint_has_no_value(study: optuna.Study) -> None:
    trial = ask(study, NONE)
    TrialWriter(trial).begin(SPACE)
    assert study.trials[0].constraints["min_size"] == 1.0
    study.tell(trial, [0.0, 0.0])
    (record,) = read_trials(study)
    assert record.complete
    assert (record.cost, record.value, record.rung) == (0.0, None, None)
    assert first_scored([record]) == {}


def test_trials_that_have_not_begun_or_failed(study: optuna.Study) -> None:
    cut = ask(study, SOME)
    study.tell(cut, state=optuna.trial.TrialState.FAIL)
    queue_trial(study, SPACE.params(NONE), "none")
    failed, waiting = read_trials(study)
    assert (failed.state, failed.subset, failed.value) == ("failed", None, None)
    assert (waiting.state, waiting.origin, waiting.subset) == ("waiting", "none", None)


def test_trials_of_older_versions_say_an_error_of_zero_where_it_was_measured() -> None:
    attrs = {"languages": [], "rung1": 0.3, "rung": 2, "rung2": 0.5, "proxy_error": 0.0}
    trial = optuna.trial.create_trial(values=[0.0, 0.5], user_attrs=attrs)
    assert not TrialRecord.of(trial).estimated


def test_the_number_of_pairs_is_kept(study: optuna.Study) -> None:
    space = replace(SPACE, pairs=PairChoices((300, "all"), dict.fromkeys(SPACE.keys, 1000)))
    queue_trial(study, space.params(Subset(SOME.languages, 300)))
    trial = study.ask()
    TrialWriter(trial).begin(space)
    (record,) = read_trials(study)
    assert record.subset == Subset(SOME.languages, 300)
    assert trial.user_attrs[PAIRS] == 300


def test_trials_of_a_large_pool_name_only_what_is_in(study: optuna.Study) -> None:
    """All of it is read again, "none" and a trial that is cut off among it."""
    space = replace(SPACE, sparse=True)
    for subset in (SOME, NONE):
        queue_trial(study, space.params(subset), "none")
        trial = study.ask()
        assert TrialWriter(trial).begin(space) == subset
        assert trial.params == space.params(subset)
        study.tell(trial, [2.0, 0.5])
        assert TrialRecord.of(study.trials[-1]).subset == subset
        assert proposed_subset(study.trials[-1], space) == subset
    assert len(study.trials[0].params) == 3
    cut = {name: value for name, value in space.params(SOME).items() if name != "language:yor_Latn"}
    assert not space.whole(cut)
    assert space.whole(SPACE.params(SOME))  # as it was stored before the pool grew


def test_no_study_has_no_trials() -> None:
    assert read_trials(None) == []
