"""What a running trial writes: its parameters and attributes, many of them in one transaction.

Optuna stores each by itself, and reads the whole trial before each: with two hundred languages that takes
longer than all else together. A storage of ours
(:class:`subsetsearch.results.trials.worker_storage.WorkerStorage`) takes them at once; others are given one
thing after another.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import optuna
import sqlalchemy as sa
from optuna.distributions import BaseDistribution, distribution_to_json
from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import RDBStorage
from optuna.storages._rdb.models import (
    TrialModel,
    TrialParamModel,
    TrialSystemAttributeModel,
    TrialUserAttributeModel,
)

from subsetsearch.results.database.connect import insert_into

_CONSTRAINT = "constraints:{}"
"""How Optuna calls the attribute of a constraint."""


@dataclass(frozen=True, slots=True)
class Entries:
    """What is written of a trial.

    Args:
        params: Name to value and distribution.
        user: User attributes.
        constraints: Name to how far it is broken; 0 or less is kept.
    """

    params: Mapping[str, tuple[Any, BaseDistribution]] = field(default_factory=dict)
    user: Mapping[str, Any] = field(default_factory=dict)
    constraints: Mapping[str, float] = field(default_factory=dict)

    @property
    def system(self) -> dict[str, float]:
        """System attributes."""
        return {_CONSTRAINT.format(name): float(value) for name, value in self.constraints.items()}


def write(trial: optuna.Trial, entries: Entries) -> None:
    """Write to a running trial.

    Args:
        trial: It.
        entries: None of its parameters is written yet.
    """
    storage = getattr(trial.storage, "_backend", trial.storage)
    together = getattr(storage, "write_trial", None)
    if together is not None:
        together(trial._trial_id, entries)
    else:
        _one_by_one(trial, entries)
    cached = trial._cached_frozen_trial
    cached.params.update({name: value for name, (value, _) in entries.params.items()})
    cached.distributions.update({name: kind for name, (_, kind) in entries.params.items()})
    cached.user_attrs.update(entries.user)
    cached.system_attrs.update(entries.system)


def _one_by_one(trial: optuna.Trial, entries: Entries) -> None:
    storage, trial_id = trial.storage, trial._trial_id
    for name, (value, kind) in entries.params.items():
        storage.set_trial_param(trial_id, name, kind.to_internal_repr(value), kind)
    for name, value in entries.user.items():
        storage.set_trial_user_attr(trial_id, name, value)
    for name, value in entries.system.items():
        storage.set_trial_system_attr(trial_id, name, value)


def write_together(storage: RDBStorage, trial_id: int, entries: Entries) -> None:
    """Write in one transaction; what is written twice, because a server went away, is there once.

    Args:
        storage: Optuna's tables.
        trial_id: Of a running trial.
        entries: What is written.

    Raises:
        UpdateFinishedTrialError: If the trial has ended.
    """
    with storage.engine.begin() as connection:
        state = connection.scalar(sa.select(TrialModel.state).where(TrialModel.trial_id == trial_id))
        if state is None or state.is_finished():
            raise UpdateFinishedTrialError(f"trial {trial_id} has ended")
        if entries.params:
            rows = [
                {
                    "trial_id": trial_id,
                    "param_name": name,
                    "param_value": kind.to_internal_repr(value),
                    "distribution_json": distribution_to_json(kind),
                }
                for name, (value, kind) in entries.params.items()
            ]
            table = TrialParamModel.__table__
            connection.execute(insert_into(connection, table).on_conflict_do_nothing(), rows)
        for model, values in (
            (TrialUserAttributeModel, entries.user),
            (TrialSystemAttributeModel, entries.system),
        ):
            if values:
                insert = insert_into(connection, model.__table__)
                insert = insert.on_conflict_do_update(
                    index_elements=["trial_id", "key"], set_={"value_json": insert.excluded.value_json}
                )
                connection.execute(
                    insert,
                    [
                        {"trial_id": trial_id, "key": key, "value_json": json.dumps(value)}
                        for key, value in values.items()
                    ],
                )
