"""Reads trials from Optuna's tables, many at once.

Optuna makes an object of every parameter and attribute, which takes most of a minute for ten thousand trials.
Here the same trials are made of plain rows.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from optuna.distributions import BaseDistribution, json_to_distribution
from optuna.storages._rdb import models
from optuna.trial import FrozenTrial, TrialState

from subsetsearch.results.trials.trial_rows import local_time

_TRIALS = models.TrialModel.__table__
_PARAMS = models.TrialParamModel.__table__
_VALUES = models.TrialValueModel.__table__
_USER = models.TrialUserAttributeModel.__table__
_SYSTEM = models.TrialSystemAttributeModel.__table__
_STEPS = models.TrialIntermediateValueModel.__table__

_MOST_NAMED = 500
"""Most trials that are asked for by their ids; for more, all rows of the study are read."""

Rows = dict[int, list[Any]]
"""Trial's id to its rows in one table."""


def read_rows(
    connection: sa.Connection,
    study_id: int,
    states: Container[TrialState] | None = None,
    included: Iterable[int] = (),
    after: int = -1,
) -> list[FrozenTrial]:
    """Read trials, as Optuna's own storage does.

    Args:
        connection: To Optuna's tables.
        study_id: Of the study.
        states: Of these states alone.
        included: Ids of trials that are read whatever ``after`` says.
        after: Only trials of higher ids.

    Returns:
        Trials by rising id.
    """
    query = sa.select(_TRIALS).where(_TRIALS.c.study_id == study_id).order_by(_TRIALS.c.trial_id)
    named = sorted({trial for trial in included if trial <= after})
    if after > -1 and len(named) <= _MOST_NAMED:
        query = query.where(sa.or_(_TRIALS.c.trial_id > after, _TRIALS.c.trial_id.in_(named)))
    kept = frozenset(named)
    trials = [
        row
        for row in connection.execute(query)
        if (after == -1 or row.trial_id > after or row.trial_id in kept)
        and (states is None or row.state in states)
    ]
    return _made(connection, study_id, trials)


def read_row(connection: sa.Connection, trial_id: int) -> FrozenTrial:
    """Read one trial.

    Raises:
        KeyError: If there is none.
    """
    row = connection.execute(sa.select(_TRIALS).where(_TRIALS.c.trial_id == trial_id)).one_or_none()
    if row is None:
        raise KeyError(f"no trial has the id {trial_id}")
    return _made(connection, row.study_id, [row])[0]


def count_rows(connection: sa.Connection, study_id: int, state: TrialState) -> int:
    """Count the trials of a study that are in a state."""
    query = sa.select(sa.func.count()).where(_TRIALS.c.study_id == study_id, _TRIALS.c.state == state)
    return int(connection.scalar(query) or 0)


def _made(connection: sa.Connection, study_id: int, trials: Sequence[Any]) -> list[FrozenTrial]:
    ids = [row.trial_id for row in trials]
    params = _of(connection, study_id, ids, _PARAMS, order=_PARAMS.c.param_id)
    values, user = (_of(connection, study_id, ids, table) for table in (_VALUES, _USER))
    system, steps = (_of(connection, study_id, ids, table) for table in (_SYSTEM, _STEPS))
    return [
        _trial(row, *(rows.get(row.trial_id, ()) for rows in (params, values, user, system, steps)))
        for row in trials
    ]


def _of(
    connection: sa.Connection,
    study_id: int,
    ids: Sequence[int],
    table: sa.Table,
    order: Any = None,
) -> Rows:
    """Rows of some trials in a table."""
    rows: Rows = defaultdict(list)
    if not ids:
        return rows
    if len(ids) <= _MOST_NAMED:
        query = sa.select(table).where(table.c.trial_id.in_(ids))
    else:
        query = sa.select(table).join(_TRIALS, table.c.trial_id == _TRIALS.c.trial_id)
        query = query.where(_TRIALS.c.study_id == study_id)
    for row in connection.execute(query if order is None else query.order_by(order)):
        rows[row.trial_id].append(row)
    return rows


def _trial(
    row: Any,
    params: Sequence[Any],
    values: Sequence[Any],
    user: Sequence[Any],
    system: Sequence[Any],
    steps: Sequence[Any],
) -> FrozenTrial:
    kinds = {param.param_name: _distribution(param.distribution_json) for param in params}
    objectives = [0.0] * len(values)
    for value in values:
        objectives[value.objective] = models.TrialValueModel.stored_repr_to_value(
            value.value, value.value_type
        )
    step = models.TrialIntermediateValueModel.stored_repr_to_intermediate_value
    return FrozenTrial(
        number=row.number,
        state=row.state,
        value=None,
        values=objectives or None,
        datetime_start=local_time(row.datetime_start),
        datetime_complete=local_time(row.datetime_complete),
        params={
            param.param_name: kinds[param.param_name].to_external_repr(param.param_value) for param in params
        },
        distributions=kinds,
        user_attrs={attr.key: json.loads(attr.value_json) for attr in user},
        system_attrs={attr.key: json.loads(attr.value_json) for attr in system},
        intermediate_values={
            at.step: step(at.intermediate_value, at.intermediate_value_type) for at in steps
        },
        trial_id=row.trial_id,
    )


@lru_cache(maxsize=1024)
def _distribution(text: str) -> BaseDistribution:
    return json_to_distribution(text)
