"""Connections to a study's database: SQLite or PostgreSQL."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Collection
from contextlib import closing
from operator import methodcaller
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy
from sqlalchemy.dialects import postgresql, sqlite

from realign_core.support.program.extras import require
from subsetsearch.errors import ConfigError, StudyError, some
from subsetsearch.results.database.failures import cannot_open, first_cause
from subsetsearch.results.database.network_drives import refuse_network
from subsetsearch.results.database.retry import patiently

Found = TypeVar("Found")

_OURS = "subsetsearch_"
_OPTUNA = {
    "studies": {"study_id", "study_name"},
    "trials": {"trial_id", "study_id"},
    "version_info": {"schema_version"},
    "alembic_version": {"version_num"},
}
"""Tables of Optuna that begin otherwise, and columns that each of them has in every version."""
_KEYS = {"trial_": {"trial_id"}, "study_": {"study_id"}}
"""Columns of its other tables, by their beginning."""

_STRANGERS = sqlalchemy.text(
    """
    SELECT study_name FROM studies s WHERE study_name IN :names
    AND NOT EXISTS (SELECT 1 FROM study_user_attributes a WHERE a.study_id = s.study_id AND a.key = 'schema')
    AND (EXISTS (SELECT 1 FROM study_user_attributes a WHERE a.study_id = s.study_id)
         OR EXISTS (SELECT 1 FROM trials t WHERE t.study_id = s.study_id)
         OR (SELECT COUNT(*) FROM study_directions d WHERE d.study_id = s.study_id) <> 2)
    """
).bindparams(sqlalchemy.bindparam("names", expanding=True))
"""Studies without what the first of our attributes says; one that is being made has none yet, nor trials."""

_HALF_MADE = re.compile(
    r"already exists|no such table|relation .* does not exist"
    r"|UNIQUE constraint failed: (alembic_version|version_info)|duplicate key value"
)
_LOOKS = 20
_PAUSE_SECONDS = 0.1
_AT_ONCE_SECONDS = 1.0
"""SQLite refuses so soon where two who make tables would wait for each other; else it waits itself."""
_WAIT_SECONDS = 120
"""Seconds that a writer waits for another one to end."""


def connect(url: str) -> sqlalchemy.Engine:
    """Make the connections of this process to a database; the first is opened when it is needed.

    Raises:
        ConfigError: If the URL is none, or of a database without a driver here.
    """
    try:
        address = sqlalchemy.make_url(with_driver(url))
        sqlite = address.get_backend_name() == "sqlite"
        engine = sqlalchemy.create_engine(address, **patient(url))
    except (sqlalchemy.exc.ArgumentError, ImportError, ValueError) as error:
        raise no_driver(url) from error
    if not (sqlite or address.get_backend_name() == "postgresql"):
        raise no_driver(url)
    if sqlite:
        sqlalchemy.event.listen(engine, "connect", write_ahead)
        sqlalchemy.event.listen(engine, "connect", _read_damaged_text)
    return engine


def patient(url: str) -> dict[str, Any]:
    """Options of an engine whose writers wait for each other; a server's wait by themselves."""
    return {"connect_args": {"timeout": _WAIT_SECONDS}} if url.startswith("sqlite") else {}


def refuse_foreign(url: str, names: Collection[str] = ()) -> None:
    """Refuse a database that something else made; nothing is written, nor is a file created.

    A database of Optuna's is accepted, and one that has our tables already, or no tables at all.

    Args:
        url: Of the database.
        names: Under which no other program may have stored an Optuna study.

    Raises:
        ConfigError: If the URL is none, or of a database without a driver here.
        StudyError: If it has tables that are neither ours nor Optuna's, or such a study, or cannot be opened.
    """
    try:
        address = sqlalchemy.make_url(with_driver(url))
        is_sqlite = address.get_backend_name() == "sqlite"
        refuse_network(url)
        if is_sqlite and not (address.database and Path(address.database).is_file()):
            return
        engine = sqlalchemy.create_engine(address, poolclass=sqlalchemy.pool.NullPool)
    except (sqlalchemy.exc.ArgumentError, ImportError, ValueError) as error:
        raise no_driver(url) from error

    def look() -> tuple[list[str], list[str]]:
        with engine.connect() as connection:
            foreign = _foreign_tables(sqlalchemy.inspect(connection))
            if foreign or not names or not sqlalchemy.inspect(connection).has_table("studies"):
                return foreign, []
            rows = connection.execute(_STRANGERS, {"names": sorted(names)})
            return [], [name for (name,) in rows]

    try:
        foreign, strangers = patiently(url, lambda: when_made(look))
    except sqlalchemy.exc.DatabaseError as error:
        raise cannot_open(url, error) from error
    if foreign:
        raise StudyError(
            f"the database is not one of a study: it has the table{'s' * (len(foreign) > 1)} {some(foreign)}",
            where=address.database if is_sqlite else "storage",
            fix="nothing was written; give --dir another folder, or move the file away"
            if is_sqlite
            else "nothing was written; give the URL of an empty database, or of one that Optuna made",
        )
    if strangers:
        raise StudyError(
            f"the database has an Optuna study named '{strangers[0]}' that this program did not make",
            where=address.database if is_sqlite else "storage",
            fix="nothing was written; give the study file another name, or use another database",
        )


def _foreign_tables(inspector: sqlalchemy.Inspector) -> list[str]:
    """Name the tables that neither we nor Optuna made; beside ours, only those that stand in Optuna's way."""
    tables = inspector.get_table_names()
    theirs = [table for table in tables if table in _OPTUNA or table.startswith(tuple(_KEYS))]
    columns = inspector.get_multi_columns(filter_names=theirs) if theirs else {}
    foreign = [
        table
        for (_, table), table_columns in columns.items()
        if not (_OPTUNA.get(table) or _KEYS[table[:6]]) <= {column["name"] for column in table_columns}
    ]
    if not any(table.startswith(_OURS) for table in tables):
        foreign += [t for t in tables if t not in theirs]
    return sorted(foreign)


def when_made(look: Callable[[], Found]) -> Found:
    """Look into a database whose tables another process may be making at this instant: look again then.

    Args:
        look: Asks for its tables, or makes those that are missing; may be called again.
    """
    for _ in range(_LOOKS):
        start = time.monotonic()
        try:
            return look()
        except Exception as error:
            cause = first_cause(error)
            at_once = "is locked" in cause and time.monotonic() - start < _AT_ONCE_SECONDS
            if not (at_once or _HALF_MADE.search(cause)):
                raise
            time.sleep(_PAUSE_SECONDS)
    return look()


def with_driver(url: str) -> str:
    """Name the PostgreSQL driver that the extra ``cluster`` installs, where the user named none."""
    scheme, separator, rest = url.partition("://")
    if scheme not in ("postgresql", "postgres"):
        return url
    require("psycopg", extra="cluster", purpose="store a study in PostgreSQL")
    return f"postgresql+psycopg{separator}{rest}"


def no_driver(url: str) -> ConfigError:
    """Say which database is not known, without the password that the rest of its URL may hold."""
    scheme, separator, _ = url.partition("://")
    return ConfigError(
        f"no driver for '{scheme}' is installed" if separator else "this is no database URL",
        where="--storage",
        fix="write postgresql://user@host/database, or leave it out for the study's own SQLite file",
    )


def write_ahead(connection: Any, record: object) -> None:  # noqa: ARG001
    """Log writes ahead, so that each small transaction is fast."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def _read_damaged_text(connection: Any, record: object) -> None:  # noqa: ARG001
    """Read text that a changed byte has made no UTF-8: its checksum will tell."""
    connection.text_factory = methodcaller("decode", "utf-8", "replace")


def close_whole(file: Path) -> None:
    """Bring all of an SQLite database into its one file, so that this can be moved.

    Raises:
        StudyError: If a program has it open: it would go on writing.
    """
    try:
        with closing(sqlite3.connect(file, timeout=_AT_ONCE_SECONDS)) as connection:
            (mode,) = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError:
        mode = ""
    if mode != "delete":
        raise StudyError(
            "a program has the study's database open",
            where=file,
            fix="end it (another run, a dashboard, a notebook), then give the same command again",
        )


def insert_into(engine: sqlalchemy.Engine | sqlalchemy.Connection, table: sqlalchemy.Table) -> sqlite.Insert:
    """Insert rows by a statement that can say what to do ``on_conflict``; both databases have the same."""
    inserts: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    statement: sqlite.Insert = inserts[engine.dialect.name](table)
    return statement
