"""Connections to a study's database: SQLite or PostgreSQL."""

from __future__ import annotations

from typing import Any

import sqlalchemy
from sqlalchemy.dialects import postgresql, sqlite

from realign_core.support.extras import require
from subsetsearch.errors import ConfigError, StudyError

_WAIT_SECONDS = 60
"""A writer waits so long for another one to end."""


def connect(url: str) -> sqlalchemy.Engine:
    """Make the connections of this process to a database; the first is opened when it is needed.

    Raises:
        ConfigError: If the URL is none, or of a database without a driver here.
    """
    try:
        address = sqlalchemy.make_url(with_driver(url))
        own = address.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"connect_args": {"timeout": _WAIT_SECONDS}} if own else {}
        engine = sqlalchemy.create_engine(address, **options)
    except (sqlalchemy.exc.ArgumentError, ImportError) as error:
        raise no_driver(url) from error
    if not (own or address.get_backend_name() == "postgresql"):
        raise no_driver(url)
    if own:
        sqlalchemy.event.listen(engine, "connect", write_ahead)
    return engine


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


def cannot_open(url: str, error: sqlalchemy.exc.DatabaseError) -> StudyError:
    """Say that a database cannot be opened, without the password that its URL may hold."""
    address = sqlalchemy.make_url(url)
    own = address.get_backend_name() == "sqlite"
    return StudyError(
        f"the database cannot be opened ({str(error.orig).partition(chr(10))[0]})",
        where=(address.database or "the database") if own else "storage",
        fix="it may be damaged, or in use; moved away, a new one is begun from evaluations.csv"
        if own
        else "check the URL and the server",
    )


def write_ahead(connection: Any, record: object) -> None:  # noqa: ARG001
    """Log writes ahead, so that each small transaction is fast."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def insert_into(engine: sqlalchemy.Engine | sqlalchemy.Connection, table: sqlalchemy.Table) -> sqlite.Insert:
    """Insert rows by a statement that can say what to do ``on_conflict``; both databases have the same."""
    known: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    statement: sqlite.Insert = known[engine.dialect.name](table)
    return statement
