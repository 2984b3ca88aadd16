"""Reads what trials say from Optuna's tables, without Optuna, whose object of each takes long to make."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from subsetsearch.results.trials.trial_record import StoredTrial, TrialRecord

_TRIALS = sa.table(
    "trials",
    sa.column("trial_id", sa.Integer),
    sa.column("study_id", sa.Integer),
    sa.column("number", sa.Integer),
    sa.column("state", sa.String),
    sa.column("datetime_start", sa.DateTime),
    sa.column("datetime_complete", sa.DateTime),
)
_VALUES = sa.table("trial_values", *map(sa.column, ("trial_id", "objective", "value", "value_type")))
_USER = sa.table("trial_user_attributes", *map(sa.column, ("trial_id", "key", "value_json")))
_SYSTEM = sa.table("trial_system_attributes", *map(sa.column, ("trial_id", "key", "value_json")))
_PARAMS = sa.table(
    "trial_params", *map(sa.column, ("trial_id", "param_name", "param_value", "distribution_json"))
)
_ENDLESS = {"INF_POS": float("inf"), "INF_NEG": float("-inf")}
_UNREAD = "n_languages"
"""An attribute that follows from another."""


def read_records(connection: sa.Connection, study_id: int) -> list[TrialRecord]:
    """Read all trials of a study.

    Args:
        connection: To Optuna's tables.
        study_id: Of the study.

    Returns:
        Trials by rising id, as :meth:`TrialRecord.of` reads Optuna's own.
    """
    query = sa.select(
        _TRIALS.c.trial_id, _TRIALS.c.number, sa.type_coerce(_TRIALS.c.state, sa.String),
        _TRIALS.c.datetime_start, _TRIALS.c.datetime_complete,
    ).where(_TRIALS.c.study_id == study_id).order_by(_TRIALS.c.trial_id)  # fmt: skip
    trials = {
        trial: StoredTrial(number, state, local_time(began), local_time(ended))
        for trial, number, state, began, ended in connection.execute(query).all()
    }
    _read_values(connection, study_id, trials)
    _read_attributes(connection, study_id, trials)
    _read_params(connection, study_id, {t: raw for t, raw in trials.items() if "languages" not in raw.attrs})
    unscored = {trial: raw for trial, raw in trials.items() if not raw.scores}
    _read_broken(connection, study_id, unscored)
    return [raw.record() for raw in trials.values()]


def _rows(
    connection: sa.Connection, study_id: int, columns: Sequence[Any], *conditions: Any
) -> Sequence[Sequence[Any]]:
    """Rows of all trials of a study in a table, whose first column is the trial."""
    ours = sa.select(_TRIALS.c.trial_id).where(_TRIALS.c.study_id == study_id)
    query = sa.select(*columns).where(columns[0].in_(ours), *conditions)
    return connection.execute(query).all()


def _read_values(connection: sa.Connection, study_id: int, trials: dict[int, StoredTrial]) -> None:
    columns = (_VALUES.c.trial_id, _VALUES.c.objective, _VALUES.c.value, _VALUES.c.value_type)
    values: dict[int, dict[int, float]] = {}
    for trial, objective, value, kind in _rows(connection, study_id, columns):
        values.setdefault(trial, {})[objective] = _ENDLESS.get(kind, value)
    for trial, by_objective in values.items():
        if trial in trials:  # none that has begun since
            trials[trial].values = [by_objective[place] for place in sorted(by_objective)]


def _read_attributes(connection: sa.Connection, study_id: int, trials: dict[int, StoredTrial]) -> None:
    columns = (_USER.c.trial_id, _USER.c.key, _USER.c.value_json)
    rows = _rows(connection, study_id, columns, _USER.c.key != _UNREAD)
    attributes: dict[int, dict[str, Any]] = {trial: {} for trial in trials}
    nobody: dict[str, Any] = {}
    for (trial, key, _), value in zip(rows, _parsed([text for _, _, text in rows]), strict=True):
        attributes.get(trial, nobody)[key] = value
    for trial, raw in trials.items():
        raw.attrs = attributes[trial]


def _read_params(connection: sa.Connection, study_id: int, trials: dict[int, StoredTrial]) -> None:
    """Read the languages of trials that do not say them otherwise: of older versions, or begun ones."""
    if not trials:
        return
    columns = (_PARAMS.c.trial_id, _PARAMS.c.param_name, _PARAMS.c.param_value, _PARAMS.c.distribution_json)
    params: dict[int, dict[str, Any]] = {}
    for trial, name, value, kind in _rows(connection, study_id, columns):
        choices = _choices(kind)
        params.setdefault(trial, {})[name] = value if choices is None else choices[int(value)]
    for trial, raw in trials.items():
        raw.params = params.get(trial, {})


def _read_broken(connection: sa.Connection, study_id: int, trials: dict[int, StoredTrial]) -> None:
    """Read which trials without a score break a constraint."""
    if not trials:
        return
    columns = (_SYSTEM.c.trial_id, _SYSTEM.c.value_json)
    for trial, text in _rows(connection, study_id, columns, _SYSTEM.c.key.like("constraints:%")):
        if trial in trials and json.loads(text) > 0:
            trials[trial].broken = True


def _parsed(texts: Sequence[str]) -> Iterable[Any]:
    """Parse JSON texts, all at once where each of them is one."""
    try:
        values: list[Any] = json.loads(f"[{','.join(texts)}]")
    except ValueError:
        values = []
    return values if len(values) == len(texts) else map(json.loads, texts)


@lru_cache(maxsize=1024)
def _choices(distribution: str) -> list[Any] | None:
    """What a parameter is chosen among; nothing, if it is a number."""
    choices: list[Any] | None = json.loads(distribution)["attributes"].get("choices")
    return choices


def local_time(time: datetime | None) -> datetime | None:
    """Turn a stored time, which is in UTC, into local time, as Optuna's trials have it."""
    return None if time is None else time.replace(tzinfo=UTC).astimezone().replace(tzinfo=None)
