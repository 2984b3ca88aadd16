"""Rows that are as they were written; what a changed byte has damaged is set aside with a warning."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from subsetsearch.results.database.connect import insert_into
from subsetsearch.results.database.schema import FACTS, MEASUREMENTS
from subsetsearch.results.measurements.measurement import Measurement, run_key
from subsetsearch.results.measurements.measurement_rows import AS_STORED, fact_checksum, from_row, read_split
from subsetsearch.subset import Subset

logger = logging.getLogger(__name__)

_BATCH = 500
_NAMED = tuple(
    MEASUREMENTS.c[name] for name in ("fingerprint", "languages", "pairs", "rung", "split", "seed")
)
"""Columns that a run is named by: where one of them has changed, no question finds the row any more."""


def sound_rows(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[Measurement]:
    """Read measurements in the order in which they were added.

    One that is not as it was written is moved into a fact, where it can be looked at; the next command that
    needs it measures it again.

    Args:
        connection: In a transaction.
        conditions: Which ones.
    """
    query = sa.select(*AS_STORED).where(*conditions).order_by(MEASUREMENTS.c.id)
    parsed = [(row, from_row(row)) for row in connection.execute(query).all()]
    damaged = [row for row, measurement in parsed if measurement is None]
    for row in damaged:
        _set_aside(connection, row)
    return [measurement for _, measurement in parsed if measurement is not None]


def sound_fact(connection: sa.Connection, name: str) -> str | None:
    """Read a fact; one that is not as it was written is forgotten."""
    row = connection.execute(sa.select(FACTS).where(FACTS.c.name == name)).one_or_none()
    if row is None:
        return None
    if row.checksum in ("", fact_checksum(name, row.value)):
        return str(row.value)
    _forget(connection, name)
    return None


def keep_fact(connection: sa.Connection, name: str, value: str) -> None:
    """Keep a fact; one that is there stays as it is."""
    row = {"name": name, "value": value, "checksum": fact_checksum(name, value)}
    connection.execute(insert_into(connection, FACTS).values(row).on_conflict_do_nothing())


def set_misnamed_aside(connection: sa.Connection) -> None:
    """Set aside what a changed byte has hidden: rows that are not named by what is in them.

    Reading looks only at the rows that it asks for, by these columns; facts are asked for by name.

    Args:
        connection: In a transaction.
    """
    rows = connection.execute(sa.select(MEASUREMENTS.c.id, MEASUREMENTS.c.run, *_NAMED))
    misnamed = [row.id for row in rows if row.run != _quick_name(row) and row.run != _name(row)]
    for start in range(0, len(misnamed), _BATCH):
        sound_rows(connection, MEASUREMENTS.c.id.in_(misnamed[start : start + _BATCH]))
    for fact in connection.execute(sa.select(FACTS)).all():
        if fact.checksum not in ("", fact_checksum(fact.name, fact.value)):
            _forget(connection, fact.name)


def _quick_name(row: Sequence[Any]) -> str:
    """The same of most rows: of whole runs in plain letters."""
    (_, _, fingerprint, languages, pairs, rung, split, seed) = row
    keys = ",".join(f'"{key}"' for key in f"{languages}".split())
    parts = f'["{fingerprint}",[{keys}],{"null" if pairs is None else pairs},{rung},"{split}",{seed}]'
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def _name(row: sa.Row[Any]) -> str | None:
    """Name a run by the columns of its row; nothing, if they cannot be read."""
    try:
        split, scale = read_split(row.split)
        subset = Subset(frozenset(row.languages.split()), row.pairs)
        return run_key(row.fingerprint, subset, row.rung, split, row.seed, scale)
    except (ValueError, TypeError, AttributeError):
        return None


def _forget(connection: sa.Connection, name: str) -> None:
    logger.warning("what the study's database says of '%s' is damaged: it is found out anew", name)
    connection.execute(sa.delete(FACTS).where(FACTS.c.name == name))


def _set_aside(connection: sa.Connection, row: sa.Row[Any]) -> None:
    logger.warning(
        "a stored measurement is damaged (row %s: rung %s of %s, %s data, seed %s): it is left out, and "
        "measured again by the next command that needs it",
        row.id, row.rung, f"'{row.languages}'" if row.languages else "no realignment", row.split, row.seed,
    )  # fmt: skip
    text = json.dumps(dict(row._mapping), default=str)
    keep_fact(connection, f"damaged measurement {row.id}", text)
    connection.execute(sa.delete(MEASUREMENTS).where(MEASUREMENTS.c.id == row.id))
