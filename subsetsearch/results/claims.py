"""Claims: several processes share runs, and a killed one holds nothing for long.

A claim is a row with a lease that its owner renews. When the lease is over, or the owner was on this machine
and is gone, somebody else may take the run.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from subsetsearch.results.connect import insert_into
from subsetsearch.results.schema import CLAIMS

logger = logging.getLogger(__name__)

LEASE_SECONDS = 180.0
"""A claim holds so long after its owner was last heard of."""

_RENEWALS = 3
"""So many times a lease is renewed before it would be over."""

_CLOCKS = {
    "postgresql": "extract(epoch from clock_timestamp())::float8",
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
}
"""Seconds by the clock of the database, which all its users share."""


@contextmanager
def claimed(engine: sa.Engine, run: str, *, lease: float = LEASE_SECONDS) -> Iterator[bool]:
    """Claim a run until the block ends.

    Args:
        engine: Connections to the database.
        run: Names the run.
        lease: Seconds that the claim outlives its process.

    Yields:
        Whether the run is ours.
    """
    claim = _Claim(engine, run, lease)
    if not claim.take():
        yield False
        return
    ended = threading.Event()
    renewing = threading.Thread(target=claim.renew, args=(ended,), daemon=True)
    renewing.start()
    try:
        yield True
    finally:
        ended.set()
        renewing.join()
        claim.release()


@dataclass(frozen=True, slots=True)
class _Claim:
    engine: sa.Engine
    run: str
    lease: float
    owner: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def _now(self) -> sa.ColumnElement[float]:
        return sa.literal_column(_CLOCKS[self.engine.dialect.name], sa.Double)

    @property
    def _values(self) -> dict[str, Any]:
        return {
            "owner": self.owner,
            "host": socket.gethostname(),
            "machine": _machine(),
            "pid": os.getpid(),
            "expires": self._now + self.lease,
        }

    def take(self) -> bool:
        """Claim the run, if nobody has it whose lease lasts and who may be alive."""
        statement = (
            insert_into(self.engine, CLAIMS)
            .values(run=self.run, **self._values)
            .on_conflict_do_update(
                index_elements=[CLAIMS.c.run], set_=self._values, where=CLAIMS.c.expires < self._now
            )
            .returning(CLAIMS.c.owner)
        )
        with self.engine.begin() as connection:
            if connection.execute(statement).all():
                return True
        with self.engine.connect() as connection:
            holder = connection.execute(sa.select(CLAIMS).where(CLAIMS.c.run == self.run)).one_or_none()
        if holder is None or holder.machine != _machine() or _alive(holder.pid):
            return False
        return self._change(holder.owner, self._values)

    def renew(self, ended: threading.Event) -> None:
        """Renew the lease again and again, until an event."""
        while not ended.wait(self.lease / _RENEWALS):
            try:
                held = self._change(self.owner, {"expires": self._now + self.lease})
            except sa.exc.DBAPIError as error:
                logger.info("the claim of a run could not be renewed (%s)", error.orig)
                continue
            if not held:
                logger.warning("a run took longer than its claim: another process may do it as well")
                return

    def release(self) -> None:
        """Give the run up; nothing happens if the claim is another's by now."""
        with suppress(sa.exc.DBAPIError), self.engine.begin() as connection:  # the lease will end
            connection.execute(sa.delete(CLAIMS).where(*self._held_by(self.owner)))

    def _change(self, owner: str, values: dict[str, Any]) -> bool:
        """Change the claim that somebody holds; tell whether they still held it."""
        statement = sa.update(CLAIMS).where(*self._held_by(owner)).values(values)
        with self.engine.begin() as connection:
            return connection.execute(statement).rowcount == 1

    def _held_by(self, owner: str) -> tuple[sa.ColumnElement[bool], ...]:
        return CLAIMS.c.run == self.run, CLAIMS.c.owner == owner


@cache
def _machine() -> str:
    """Name what counts processes: this boot of this machine, and the container in it."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"  # noqa: PTH115 (no path: it names a kernel object)
    except OSError:
        return f"{socket.gethostname()} {uuid.getnode()}"


def _alive(pid: int) -> bool:
    """Whether a process of this machine may be alive; where it is not known, it may."""
    if os.name != "posix":
        return True  # there, signal 0 would end it
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2][:1] != "Z"
    return True
