"""Our tables in a study's database: made where they are missing, brought up to date, refused if newer.

An older database is copied before it is changed: an SQLite file beside itself, the tables of a server beside
themselves. The change is one transaction, so that a killed process leaves the old tables or the new ones.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from realign_core.support.files.disk import require_space
from realign_core.support.files.locks import file_lock
from realign_core.support.files.writing import atomic_path
from subsetsearch.errors import StudyError
from subsetsearch.results.database.connect import when_made
from subsetsearch.results.database.schema import FACTS, MEASUREMENTS, METADATA, SCHEMA
from subsetsearch.results.measurements.damaged_rows import keep_fact
from subsetsearch.results.measurements.measurement_rows import fact_checksum, row_checksum

logger = logging.getLogger(__name__)

_CHANGING = 5_731_208
"""Names the lock under which PostgreSQL makes or changes the tables: two at once would collide."""

_SUMMED = (MEASUREMENTS, FACTS)
"""Tables that got a column of checksums in schema 2."""


def open_tables(engine: sa.Engine, file: Path | None) -> None:
    """Have the tables as this program knows them.

    Args:
        engine: Of the database.
        file: The SQLite file, if it is one.

    Raises:
        StudyError: If a newer program has made them.
        ConfigError: If an older database does not fit on the disk twice.
    """

    def make() -> int:
        with engine.begin() as connection:
            version = _version(connection)
            if version is None or (
                version == SCHEMA and not METADATA.tables.keys() <= set(_tables(connection))
            ):
                _create(connection)
                return SCHEMA
            return version

    where = file or "storage"
    version = when_made(make)
    if version > SCHEMA:
        raise StudyError(
            f"its measurements were stored by a newer version (schema {version}, here {SCHEMA})",
            where=where,
            fix="upgrade subsetsearch",
        )
    if version == SCHEMA:
        return
    if file is None:
        _migrate(engine, None)
        return
    with file_lock(file.with_suffix(".migration.lock")):
        _migrate(engine, file)


def _tables(connection: sa.Connection) -> list[str]:
    return sa.inspect(connection).get_table_names()


def _version(connection: sa.Connection) -> int | None:
    """Read the version of the tables; nothing, if there are none.

    Raises:
        StudyError: If what says it is damaged.
    """
    if FACTS.name not in _tables(connection):
        return None
    version = connection.scalar(sa.select(FACTS.c.value).where(FACTS.c.name == "schema"))
    if version is None:
        old = MEASUREMENTS.name in _tables(connection) and not _has_sums(connection, MEASUREMENTS)
        return 1 if old else None
    if not str(version).isdecimal():
        raise StudyError(
            f"its schema is told as {version!r}, which is no number: the database is damaged",
            where="the study's database",
            fix="move it away: a new one is begun from evaluations.csv",
        )
    return int(version)


def _has_sums(connection: sa.Connection, table: sa.Table) -> bool:
    return "checksum" in {column["name"] for column in sa.inspect(connection).get_columns(table.name)}


def _create(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHANGING)))
    for table in METADATA.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            connection.execute(CreateIndex(index, if_not_exists=True))
    keep_fact(connection, "schema", str(SCHEMA))


def _migrate(engine: sa.Engine, file: Path | None) -> None:
    """Bring tables of schema 1 to schema 2, unless another process was faster."""
    with engine.begin() as connection:
        if file is None:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHANGING)))
        if _version(connection) == SCHEMA:
            return
        copy = _copy_tables(connection) if file is None else str(_copy_file(file))
        if file is not None:  # its driver would begin no transaction for a change of tables
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        _add_sums(connection)
    logger.warning(
        "the study's database was made by an older version (schema 1), and is of schema %d from now on; "
        "a copy of it as it was: %s",
        SCHEMA, copy,
    )  # fmt: skip


def _add_sums(connection: sa.Connection) -> None:
    for table in _SUMMED:
        if not _has_sums(connection, table):
            kind = table.c.checksum.type.compile(connection.dialect)
            connection.exec_driver_sql(
                f"ALTER TABLE {table.name} ADD COLUMN checksum {kind} NOT NULL DEFAULT ''"
            )
    rows = connection.execute(sa.select(MEASUREMENTS)).all()
    changes = [{"of": row.id, "sum": row_checksum(dict(row._mapping))} for row in rows]
    if changes:
        id_is = MEASUREMENTS.c.id == sa.bindparam("of")
        statement = sa.update(MEASUREMENTS).where(id_is).values(checksum=sa.bindparam("sum"))
        connection.execute(statement, changes)
    connection.execute(sa.delete(FACTS).where(FACTS.c.name == "schema"))
    keep_fact(connection, "schema", str(SCHEMA))
    for name, value in connection.execute(sa.select(FACTS.c.name, FACTS.c.value)).all():
        connection.execute(
            sa.update(FACTS).where(FACTS.c.name == name).values(checksum=fact_checksum(name, value))
        )


def _copy_file(file: Path) -> Path:
    """Copy an SQLite file as it is now, with what others have written so far; none is replaced."""
    target, number = file.with_name(f"{file.stem}-schema-1{file.suffix}"), 1
    while target.exists():
        number += 1
        target = file.with_name(f"{file.stem}-schema-1-{number}{file.suffix}")
    require_space(file.parent, file.stat().st_size, "a copy of the database")
    with (
        atomic_path(target) as draft,
        contextlib.closing(sqlite3.connect(file, timeout=120)) as source,
        contextlib.closing(sqlite3.connect(draft)) as copy,
    ):
        source.backup(copy)
    return target


def _copy_tables(connection: sa.Connection) -> str:
    """Copy the tables of a server in the same transaction; none is replaced."""
    existing, copies = set(_tables(connection)), []
    for table in _SUMMED:
        name, number = f"{table.name}_schema_1", 1
        while name in existing:
            number += 1
            name = f"{table.name}_schema_1_{number}"
        connection.exec_driver_sql(f"CREATE TABLE {name} AS TABLE {table.name}")
        copies.append(name)
    return f"the tables {' and '.join(copies)}"
