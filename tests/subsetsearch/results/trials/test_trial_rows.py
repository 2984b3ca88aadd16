"""Trials by plain rows: the same records as of Optuna's own objects."""

from __future__ import annotations

import json
import random
from pathlib import Path

import optuna
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.storages import RDBStorage
from optuna.storages._rdb.storage import _VersionManager
from optuna.trial import TrialState, create_trial

from subsetsearch.problem.pairs import PAIRS
from subsetsearch.results.database.connect import with_driver
from subsetsearch.results.trials.kept_studies import OPTUNA_TABLES
from subsetsearch.results.trials.trial_record import TrialRecord
from subsetsearch.results.trials.trial_rows import _parsed, read_records

LANGUAGE = CategoricalDistribution((False, True))
BEGUN = (TrialState.COMPLETE, TrialState.FAIL, TrialState.PRUNED, TrialState.RUNNING, TrialState.WAITING)
COST, SCORE = (st.floats(0, 1e6), st.sampled_from([0.0, 0.25, 1.0, float("inf"), float("-inf")]))


def a_trial(
    chance: random.Random, state: TrialState, values: tuple[float, float]
) -> optuna.trial.FrozenTrial:
    """One of ours, of an older version, or begun: with and without languages, scores, constraints."""
    languages = {f"language:l{i}_Latn": chance.random() < 0.5 for i in range(3)}
    kinds: dict[str, optuna.distributions.BaseDistribution] = dict.fromkeys(languages, LANGUAGE)
    params = dict(languages) | {PAIRS: chance.choice([30, "all"]), "n_languages": 2, "x": 0.5}
    kinds |= {PAIRS: CategoricalDistribution((30, "all")), "n_languages": IntDistribution(0, 3)}
    kinds |= {"x": FloatDistribution(0, 1)}
    user = {
        "languages": [key for key, inside in languages.items() if inside], "n_languages": 2, PAIRS: 30,
        "origin": "diverse-3", "rung": 3, "rung1": 0.5, "rung3": 0.25, "rung3_seconds": 2.5, "promise": 0.125,
        "rung2_skipped": "why é", "duplicate_of": 0, "again": 1, "proxy_error": 0.0,
    }  # fmt: skip
    kept = {key: value for key, value in user.items() if chance.random() < 0.6}
    constraints = {"budget": chance.choice([-1.0, 2.0])} if chance.random() < 0.5 else None
    complete = state is TrialState.COMPLETE
    return create_trial(
        state=state, values=list(values) if complete else None, params=params if complete else {},
        distributions=kinds if complete else {}, user_attrs=kept, constraints=constraints,
    )  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(BEGUN), COST, SCORE), max_size=6),
    st.randoms(use_true_random=False),
)
def test_records_are_those_of_optunas_trials(
    memory: RDBStorage, trials: list[tuple[TrialState, float, float]], chance: random.Random
) -> None:
    study = optuna.create_study(storage=memory, directions=["minimize", "maximize"])
    other = optuna.create_study(storage=memory, directions=["minimize", "maximize"])
    for state, cost, score in trials:
        for one in (study, other):
            one.add_trial(a_trial(chance, state, (cost, score)))
    with memory.engine.connect() as connection:
        found = read_records(connection, study._study_id)
    assert found == [TrialRecord.of(trial) for trial in study.get_trials(deepcopy=False)]


@pytest.fixture(scope="module")
def memory() -> RDBStorage:
    return RDBStorage("sqlite:///:memory:")


def test_they_are_the_same_on_a_server(url: str, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    storage = RDBStorage(with_driver(url))
    study = optuna.create_study(storage=storage, directions=["minimize", "maximize"])
    chance = random.Random(3)
    for number in range(12):
        study.add_trial(a_trial(chance, BEGUN[number % 5], (float(number), float("inf"))))
    with storage.engine.connect() as connection:
        found = read_records(connection, study._study_id)
    assert found == [TrialRecord.of(trial) for trial in study.get_trials(deepcopy=False)]
    assert {record.state for record in found} == {"complete", "failed", "pruned", "running", "waiting"}


def test_the_known_version_is_that_of_the_installed_optuna(memory: RDBStorage) -> None:
    """If this fails: look at what has changed in its tables, then raise the number."""
    versions = memory._version_manager
    assert isinstance(versions, _VersionManager)
    assert versions.get_head_version() == OPTUNA_TABLES
    with memory.engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == OPTUNA_TABLES


@pytest.mark.parametrize("texts", [[], ["1"], ['"a,b"', "[1, 2]", "null"], ['{"a": "]"}', "0.1"]])
def test_texts_that_are_parsed_at_once_are_those_parsed_one_by_one(texts: list[str]) -> None:
    assert list(_parsed(texts)) == [json.loads(text) for text in texts]


@pytest.mark.parametrize("texts", [["1", "2, 3"], ["1", ""], ["[1", "2]"]])
def test_a_damaged_text_shifts_no_other(texts: list[str]) -> None:
    with pytest.raises(ValueError, match=r"Extra data|Expecting"):
        list(_parsed(texts))
