"""One process at a time, of all that share a database."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from realign_core.support.files.locks import file_lock
from subsetsearch.results.database.connect import connect
from subsetsearch.results.database.failures import cannot_open
from subsetsearch.results.database.retry import patiently

logger = logging.getLogger(__name__)

_KEEPALIVE = ("tcp_keepalives_idle = 30", "tcp_keepalives_interval = 10", "tcp_keepalives_count = 3")
"""So the server notices within a minute that a machine has gone, and ends its locks."""


@contextmanager
def database_lock(url: str, name: str) -> Iterator[None]:
    """Let one process at a time into the block; a lock ends with its process.

    Args:
        url: Of the database: a file is locked beside it, a server has locks of its own.
        name: Of the lock.

    Raises:
        StudyError: If the server cannot be reached.
    """
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        with file_lock(Path(address.database or "study.db").with_suffix(".lock")):
            yield
        return
    number = int(hashlib.sha256(name.encode()).hexdigest()[:15], 16)
    engine = connect(url)

    def locked() -> sa.Connection:
        connection = None
        try:
            connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            for setting in _KEEPALIVE:
                connection.execute(sa.text(f"SET {setting}"))
            connection.execute(sa.select(sa.func.pg_advisory_lock(number)))
        except sa.exc.DatabaseError as error:
            if connection is not None:
                connection.close()
            raise cannot_open(url, error) from error
        return connection

    connection = patiently(url, locked)
    try:
        yield
    finally:
        try:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(number)))
            connection.close()
        except sa.exc.DatabaseError as error:  # the server was restarted, which ended the lock
            logger.info("a lock ended before its block: %s", error)
        engine.dispose()
