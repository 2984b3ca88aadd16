"""A database server that goes away for a while, as it is restarted: whoever had reached it tries again."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from typing import TypeVar

import sqlalchemy

from realign_core.support.program.interrupts import between_steps

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

PATIENCE_SECONDS = 180.0
"""Seconds that a server may be away."""

_FIRST_SECONDS = 3.0
"""The same for a server that this process has never reached: its address may be wrong."""

_PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0)
_AWAY = re.compile(
    r"server closed the connection|terminating connection|connection to server .* failed|onnection refused"
    r"|the database system is |could not connect|connection is (closed|lost|bad)|connection (was )?reset"
    r"|SSL SYSCALL|consuming input failed|sending query failed|no connection to the server"
    r"|StatusCode\.UNAVAILABLE"
)
_THERE = re.compile(r"server closed|terminating connection|the database system is |consuming input failed")
"""A server is there, and about to stop or to start."""

_reached: set[str] = set()
"""Databases that this process has spoken to."""


def patiently(url: str, do: Callable[[], Result]) -> Result:
    """Do something with a database; do it again while its server is away.

    Args:
        url: Of the database.
        do: May be called again: what it has done by then must not be done twice.
    """
    end = None
    for attempt in range(10_000):
        try:
            result = do()
        except Exception as error:
            now = time.monotonic()
            if end is None:
                end = now + (
                    PATIENCE_SECONDS if url in _reached or _THERE.search(str(error)) else _FIRST_SECONDS
                )
            if not is_away(error) or now >= end:
                raise
            if attempt == 0:
                logger.info("the database's server is away; trying again")
            between_steps()
            time.sleep(_PAUSES[min(attempt, len(_PAUSES) - 1)])
        else:
            _reached.add(url)
            return result
    raise AssertionError  # patience ends before


def is_away(error: BaseException) -> bool:
    """Whether an error says that a server cannot be reached now."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, sqlalchemy.exc.DBAPIError) and cause.connection_invalidated:
            return True
        if _AWAY.search(str(cause)):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
