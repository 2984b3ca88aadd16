"""Fill a study's tables with finished trials and measurements, as many as one likes.

Measurements go through the store's own
:meth:`~subsetsearch.results.measurements.store.MeasurementStore.add`. Optuna adds trials one by one, tens of
milliseconds each, so their rows are written by one statement a table; each has the rows that a real trial
leaves, which a test compares.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import optuna
import sqlalchemy as sa
from optuna.distributions import distribution_to_json
from optuna.storages._rdb import models
from optuna.trial import TrialState

from benchmarks.scale.made import World, made_run
from subsetsearch.problem.problem import Problem
from subsetsearch.results.measurements.measurement import DEV, TEST, Measurement
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.trials.batched_writes import Entries
from subsetsearch.subset import NONE, Subset

_BATCH = 2_000
_BEGAN = datetime(2026, 1, 1)


def draw(problem: Problem, number: int, seed: int = 1) -> Iterator[Subset]:
    """Draw different subsets: most are near one centre, as a search's are, the others anywhere.

    Args:
        problem: The study.
        number: How many.
        seed: Of the draws.
    """
    rng, keys = np.random.default_rng(seed), problem.space.keys
    liked, seen = rng.choice(len(keys), min(60, len(keys)), replace=False), {NONE}
    while number:
        among = liked if rng.random() < 0.8 else np.arange(len(keys))
        size = int(rng.integers(1, problem.space.max_size + 1))
        subset = Subset(frozenset(keys[i] for i in rng.choice(among, size, replace=False)))
        if subset not in seen:
            seen.add(subset)
            number -= 1
            yield subset


def fill(stored: optuna.Study, problem: Problem, store: MeasurementStore, world: World, trials: int) -> None:
    """Add finished trials of new subsets, each with its full run, and full runs on test data.

    Args:
        stored: The study, with none, all and perhaps some trials of the same draws.
        problem: The study.
        store: Its measurements.
        world: What they say.
        trials: That the study is to have.
    """
    n_stored = len(stored.get_trials(deepcopy=False))
    subsets = list(draw(problem, trials))[n_stored:]
    engine = stored._storage._backend.engine  # type: ignore[attr-defined]
    for start in range(0, len(subsets), _BATCH):
        batch = subsets[start : start + _BATCH]
        seed = problem.config.proxy.full.seeds[0]
        runs = [made_run(problem.fingerprint, world, subset, seed, DEV) for subset in batch]
        with engine.begin() as connection:
            add_trials(connection, stored._study_id, problem, batch, runs, n_stored + start)
        store.add(runs)
    store.add(test_runs(problem, world, subsets, trials))


def test_runs(problem: Problem, world: World, subsets: Sequence[Subset], trials: int) -> list[Measurement]:
    """Full runs on test data: of every fifth subset and of none, with two seeds each."""
    chosen = [NONE, *subsets[::5]][: 1 + trials // 5]
    return [
        made_run(problem.fingerprint, world, subset, seed, TEST) for subset in chosen for seed in (17, 23)
    ]


def add_trials(
    connection: sa.Connection,
    study: int,
    problem: Problem,
    subsets: Sequence[Subset],
    runs: Sequence[Measurement],
    first: int,
) -> None:
    """Write the rows of finished trials.

    Args:
        connection: To Optuna's tables.
        study: Its id there.
        problem: The study.
        subsets: One a trial.
        runs: One a subset, on development data.
        first: Number of the first trial.
    """
    rows: dict[Any, list[dict[str, Any]]] = {
        model: []
        for model in (
            models.TrialParamModel,
            models.TrialValueModel,
            models.TrialUserAttributeModel,
            models.TrialSystemAttributeModel,
        )
    }
    ids = _add_plain(connection, study, range(first, first + len(subsets)))
    for trial_id, subset, run in zip(ids, subsets, runs, strict=True):
        _trial(rows, problem, subset, run, trial_id)
    for model, content in rows.items():
        connection.execute(sa.insert(model.__table__), content)


def _add_plain(connection: sa.Connection, study: int, numbers: range) -> list[int]:
    """Add finished trials of which nothing is said yet; tell their ids."""
    trials = models.TrialModel.__table__
    content = [
        {
            "number": number, "study_id": study, "state": TrialState.COMPLETE,
            "datetime_start": _BEGAN + timedelta(minutes=number),
            "datetime_complete": _BEGAN + timedelta(minutes=number, seconds=59),
        }
        for number in numbers
    ]  # fmt: skip
    connection.execute(sa.insert(trials), content)
    query = sa.select(trials.c.trial_id).where(trials.c.study_id == study, trials.c.number >= numbers.start)
    return list(connection.scalars(query.order_by(trials.c.number)))


def _trial(
    rows: dict[Any, list[dict[str, Any]]],
    problem: Problem,
    subset: Subset,
    run: Measurement,
    trial_id: int,
) -> None:
    space = problem.space
    params, kinds = space.params(subset), space.distributions()
    trial_key = {"trial_id": trial_id}
    rows[models.TrialParamModel] += [
        trial_key | {
            "param_name": name, "param_value": kinds[name].to_internal_repr(value),
            "distribution_json": distribution_to_json(kinds[name]),
        }
        for name, value in params.items()
    ]  # fmt: skip
    kind = models.TrialValueModel.TrialValueType.FINITE
    rows[models.TrialValueModel] += [
        trial_key | {"objective": place, "value": value, "value_type": kind}
        for place, value in enumerate((space.cost(subset), run.value))
    ]
    user = {
        "languages": sorted(subset.languages), "n_languages": len(subset.languages), "rung": run.rung,
        f"rung{run.rung}": run.value, f"rung{run.rung}_seconds": run.seconds,
    }  # fmt: skip
    system = {
        "subsetsearch:again": 0, "subsetsearch:proposed": params, "subsetsearch:scoring": True,
        **Entries(constraints={} if space.sparse else space.violations(subset)).system,
    }  # fmt: skip
    for model, content in (
        (models.TrialUserAttributeModel, user),
        (models.TrialSystemAttributeModel, system),
    ):
        rows[model] += [
            trial_key | {"key": key, "value_json": json.dumps(value)} for key, value in content.items()
        ]
