"""The stored study for those who read it: its settings and trials, without Optuna, which is slow to load."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from subsetsearch.config.study import StudyConfig
from subsetsearch.results.database.connect import refuse_foreign
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.measurements.legacy_names import with_younger_keys
from subsetsearch.results.measurements.renamed_studies import take_over
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.trials.ending import endings, stored_name
from subsetsearch.results.trials.study_fits import SCHEMA, check_fits
from subsetsearch.results.trials.trial_record import TrialRecord
from subsetsearch.results.trials.trial_rows import read_records

OPTUNA_TABLES = "v3.2.0.a"
"""The version of Optuna's tables that is read here; of others Optuna itself says what is wrong."""

_STUDIES = sa.table("studies", sa.column("study_id"), sa.column("study_name"))
_ATTRIBUTES = sa.table("study_user_attributes", *map(sa.column, ("study_id", "key", "value_json")))
_VERSION = sa.table("alembic_version", sa.column("version_num"))


@dataclass(slots=True)
class Kept:
    """A stored study.

    Args:
        study_id: Optuna's.
        attributes: What is stored of it by name.
    """

    study_id: int
    attributes: dict[str, Any] = field(default_factory=dict)


def kept_studies(folder: StudyFolder) -> Mapping[str, Kept]:
    """Read which studies a database has, by name; nothing is written.

    Raises:
        StudyError: If it cannot be read, or another version of Optuna wrote it.
    """

    def read(connection: sa.Connection) -> dict[str, Kept] | None:
        tables = sa.inspect(connection).get_table_names()
        if _STUDIES.name not in tables:
            return {}
        version = connection.scalar(sa.select(_VERSION)) if _VERSION.name in tables else None
        if version != OPTUNA_TABLES:
            return None
        by_name = {name: Kept(number) for number, name in connection.execute(sa.select(_STUDIES)).all()}
        by_id = {kept.study_id: kept for kept in by_name.values()}
        for study, key, text in connection.execute(sa.select(_ATTRIBUTES)).all():
            by_id[study].attributes[key] = json.loads(text)
        return by_name

    studies = MeasurementStore(folder.database).transact(read)
    return _by_optuna(folder) if studies is None else studies


def _by_optuna(folder: StudyFolder) -> dict[str, Kept]:
    from subsetsearch.results.trials.worker_storage import open_storage

    studies = open_storage(folder).get_all_studies()
    return {study.study_name: Kept(study._study_id, study.user_attrs) for study in studies}


def require_ours(study: StudyConfig, folder: StudyFolder) -> None:
    """Refuse a database, or a study of this name, that something else made; nothing is written then.

    A study that an older version stored under a name that held paths gets its present name.

    Raises:
        StudyError: If it is not ours.
    """
    names = {stored_name(study), *endings(study, {})}
    refuse_foreign(folder.database, names)
    if folder.has_database:
        take_over(study, folder.database, names)


def stored_settings(study: StudyConfig, folder: StudyFolder) -> dict[str, Any] | None:
    """Read the settings with which a study was last searched, for those who only read it.

    Args:
        study: The study as its file has it.
        folder: Its folder.

    Returns:
        Settings as plain data; those of another top rung, if only its trials are stored, and nothing if
        several are, or if no trial is.
    """
    if not folder.has_database:
        return None
    require_ours(study, folder)
    attributes = {name: kept.attributes for name, kept in kept_studies(folder).items()}
    ours = [
        attributes[name]
        for name in dict.fromkeys([stored_name(study), *endings(study, attributes)])
        if name in attributes
    ]
    if not ours or (stored_name(study) not in attributes and len(ours) > 1):
        return None
    settings: dict[str, Any] | None = ours[0].get("config")
    return with_younger_keys(settings) if settings and ours[0].get("schema", 0) <= SCHEMA else None


def kept_trials(study: StudyConfig, folder: StudyFolder) -> list[TrialRecord] | None:
    """Read the trials of a study; nothing, if none was begun. The database stays as it is.

    Raises:
        StudyError: If it was stored from a different study file or by a newer program.
    """
    if not folder.has_database:
        return None
    require_ours(study, folder)
    stored = kept_studies(folder).get(stored_name(study))
    if stored is None:
        return None
    check_fits(study, stored.attributes, folder)
    store = MeasurementStore(folder.database)
    return store.transact(lambda connection: read_records(connection, stored.study_id))
