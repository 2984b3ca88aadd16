"""Names of studies that held the paths of their data: what was stored under them is taken over.

A fingerprint says no longer where data and encoder lie. A study that was begun before, and whose settings
differ from those of now in paths alone, is the same study.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from realign_core.support.settings.config import validate_config
from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import ConfigError, count
from subsetsearch.results.database.schema import FACTS, MEASUREMENTS, WANTED
from subsetsearch.results.measurements.damaged_rows import sound_rows
from subsetsearch.results.measurements.legacy_names import with_younger_keys
from subsetsearch.results.measurements.measurement import run_key
from subsetsearch.results.measurements.measurement_rows import fact_checksum, read_split, row_checksum
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.subset import Subset

logger = logging.getLogger(__name__)

_STUDIES = sa.table("studies", sa.column("study_id"), sa.column("study_name"))
_ATTRIBUTES = sa.table(
    "study_user_attributes", sa.column("study_id"), sa.column("key"), sa.column("value_json")
)
"""Optuna's own tables, as far as they are read here: opening them by Optuna would make them."""

_done: set[tuple[str, str]] = set()
"""Database and study that this process has looked at."""


def same_but_for_places(study: StudyConfig, settings: Mapping[str, Any]) -> bool:
    """Whether stored settings differ from a study's in nothing that decides numbers, but perhaps in paths.

    Args:
        study: The study.
        settings: As they were stored, plain data.
    """
    try:
        current = with_younger_keys(json.loads(json.dumps(settings)))
        stored = validate_config(StudyConfig, current, folder=study.folder)
    except (ConfigError, KeyError, AttributeError):  # of another version
        return False
    return stored.fingerprint() == study.fingerprint()


def take_over(study: StudyConfig, url: str, names: set[str]) -> None:
    """Give what was stored under a study's older names its present one; each process looks once.

    Args:
        study: The study.
        url: Of its database, which is there.
        names: Under which its trials may be stored.

    Raises:
        StudyError: If the database cannot be read or written.
    """
    present, store = study.fingerprint(), MeasurementStore(url)
    if (url, present) in _done or not store.exists:
        return
    older = {study.fingerprint(places=True), *_stored_names(study, store, names)} - {present}
    moved = store.transact(lambda connection: sum(_rename(connection, old, present) for old in older))
    store.close()
    if moved:
        logger.info(
            "%s of '%s' were stored under a name that held the paths of its data: they have its present one",
            count(moved, "row"),
            study.name,
        )
    _done.add((url, present))


def _stored_names(study: StudyConfig, store: MeasurementStore, names: set[str]) -> set[str]:
    """Find the fingerprints of stored searches that differ from the study in paths alone."""

    def read(connection: sa.Connection) -> list[dict[str, Any]]:
        if not {_STUDIES.name, _ATTRIBUTES.name} <= set(sa.inspect(connection).get_table_names()):
            return []
        query = (
            sa.select(_STUDIES.c.study_id, _ATTRIBUTES.c.key, _ATTRIBUTES.c.value_json)
            .join_from(_STUDIES, _ATTRIBUTES, _STUDIES.c.study_id == _ATTRIBUTES.c.study_id)
            .where(_STUDIES.c.study_name.in_(names), _ATTRIBUTES.c.key.in_(["fingerprint", "config"]))
        )
        by_study: dict[int, dict[str, Any]] = {}
        for row in connection.execute(query):
            by_study.setdefault(row.study_id, {})[row.key] = json.loads(row.value_json)
        return list(by_study.values())

    present = study.fingerprint()
    return {
        attributes["fingerprint"]
        for attributes in store.transact(read)
        if attributes.get("fingerprint", present) != present
        and same_but_for_places(study, attributes.get("config", {}))
    }


def _rename(connection: sa.Connection, old: str, new: str) -> int:
    """Rename what has no namesake; tell how many rows of measurements."""
    moved = 0
    sound_rows(connection, MEASUREMENTS.c.fingerprint == old)  # a damaged one is set aside, not renamed
    for table in (MEASUREMENTS, WANTED):
        rows = connection.execute(sa.select(table).where(table.c.fingerprint == old)).all()
        query = sa.select(table.c.run).where(table.c.fingerprint == new)
        new_runs = set(connection.scalars(query)) if rows else set()
        for row in rows:
            rung = row.rung if table is MEASUREMENTS else 3
            (split, scale), subset = (
                read_split(row.split),
                Subset(frozenset(row.languages.split()), row.pairs),
            )
            run = run_key(new, subset, rung, split, row.seed, scale)
            if run not in new_runs:
                change = sa.update(table).where(table.c.id == row.id)
                sums = {"checksum": _new_checksum(row, new, run)} if table is MEASUREMENTS else {}
                connection.execute(change.values(fingerprint=new, run=run, **sums))
                moved += table is MEASUREMENTS
    for fact in connection.execute(sa.select(FACTS).where(FACTS.c.name.endswith(f" {old}"))).all():
        new_name = fact.name.removesuffix(old) + new
        if connection.scalar(sa.select(FACTS.c.name).where(FACTS.c.name == new_name)) is None:
            whole = fact.checksum == fact_checksum(fact.name, fact.value)
            sums = {"checksum": fact_checksum(new_name, fact.value)} if whole else {}
            connection.execute(
                sa.update(FACTS).where(FACTS.c.name == fact.name).values(name=new_name, **sums)
            )
    return moved


def _new_checksum(row: sa.Row[Any], fingerprint: str, run: str) -> str:
    """The checksum of a row under its new name; none, if it has none."""
    return row.checksum and row_checksum({**row._mapping, "fingerprint": fingerprint, "run": run})
