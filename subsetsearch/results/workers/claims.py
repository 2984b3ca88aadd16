"""Claims: several processes share trials and runs, and a killed one holds nothing for long.

A claim is a row whose owner counts up a number in it, again and again: its pulse. A process on the owner's
machine asks the system whether the owner is alive. One elsewhere watches the pulse: if it has not changed
for as long as a lease, by the watcher's own steady clock, the owner is dead. No clock time is compared, so
that a clock that jumps kills nobody; time in which the watcher does not look hardly counts, so that a server
that was away does not either.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa

from subsetsearch.errors import StudyError
from subsetsearch.results.database.connect import insert_into
from subsetsearch.results.database.schema import LEASES
from subsetsearch.results.workers.processes import Process

logger = logging.getLogger(__name__)

LEASE_SECONDS = 180.0
"""A claim outlives an owner on another machine by about so long."""

_RENEWALS = 6
"""So many times a pulse is counted up within a lease."""

_LOOKS = 4
"""Between two looks at a pulse, this part of a lease passes at most."""

Transact = Callable[[Callable[[sa.Connection], Any]], Any]
"""Does something in one transaction, and again if the server went away meanwhile."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is seen of a claim.

    Args:
        owner: Whose it is; empty if nobody's.
        beat: How far it was counted up.
        process: The owner's; nothing if nobody's.
    """

    owner: str = ""
    beat: int = 0
    process: Process | None = None


@dataclass(slots=True)
class _Seen:
    pulse: Pulse
    last: float
    quiet: float = 0.0


@dataclass(frozen=True, slots=True)
class Watch:
    """Watches the pulses of one database, from one process.

    Args:
        clock: Seconds of a steady clock.
    """

    clock: Callable[[], float] = time.monotonic
    _seen: dict[str, _Seen] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def dead(self, pulses: Mapping[str, Pulse], lease: float) -> set[str]:
        """Say which owners are dead, as far as it was watched.

        Args:
            pulses: Name of a claim to what is seen of it now.
            lease: Seconds that a pulse may stand still.
        """
        with self._lock:
            return {name for name, pulse in pulses.items() if self._is_dead(name, pulse, lease)}

    def _is_dead(self, name: str, pulse: Pulse, lease: float) -> bool:
        alive = pulse.process.alive if pulse.process else None
        if alive is not None:
            self._seen.pop(name, None)
            return not alive
        now, seen = self.clock(), self._seen.get(name)
        if seen is None or seen.pulse != pulse:
            self._seen[name] = _Seen(pulse, now)
            return False
        seen.quiet += min(now - seen.last, lease / _LOOKS)
        seen.last = now
        return seen.quiet >= lease


@cache
def watch_of(_url: str) -> Watch:
    """The one watch of this process on a database."""
    return Watch()


class Claims:
    """Claims in a database.

    Args:
        url: Of the database.
        transact: Does something in one transaction.
    """

    def __init__(self, url: str, transact: Transact) -> None:
        self._watch = watch_of(url)
        self._transact = transact

    def take(self, name: str, *, lease: float) -> Claim | None:
        """Claim something, unless somebody has it who may be alive.

        Args:
            name: What is claimed.
            lease: Seconds that the pulse of an owner elsewhere may stand still.
        """
        owner = uuid.uuid4().hex
        row = {"name": name, "owner": owner, "beat": 0, **asdict(Process.here())}

        def insert(connection: sa.Connection) -> bool:
            statement = insert_into(connection, LEASES).values(row).on_conflict_do_nothing()
            connection.execute(statement)
            holder = connection.scalar(sa.select(LEASES.c.owner).where(LEASES.c.name == name))
            return bool(holder == owner)

        if not self._transact(insert):
            seen = self.pulses([name])
            if not (self._watch.dead(seen, lease) and self._replace(name, seen[name], row)):
                return None
        return Claim(name, owner, lease, self._transact)

    def dead(self, names: Collection[str], *, lease: float) -> set[str]:
        """Say which of these are claimed by a process that is dead, or by none for as long as a lease."""
        return self._watch.dead(self.pulses(names), lease)

    def pulses(self, names: Collection[str]) -> dict[str, Pulse]:
        """Look at claims."""
        rows = self._transact(lambda c: c.execute(sa.select(LEASES).where(LEASES.c.name.in_(names))).all())
        pulses = {name: Pulse() for name in names}
        for row in rows:
            pulses[row.name] = Pulse(row.owner, row.beat, Process(row.host, row.machine, row.pid, row.born))
        return pulses

    def forget(self, names: Collection[str]) -> None:
        """Remove claims, whoever has them."""
        self._transact(lambda c: c.execute(sa.delete(LEASES).where(LEASES.c.name.in_(names))))

    def _replace(self, name: str, dead: Pulse, row: Mapping[str, object]) -> bool:
        """Take the claim of a dead owner, unless it has changed since it was looked at."""

        def replace(connection: sa.Connection) -> bool:
            same = LEASES.c.name == name, LEASES.c.owner == dead.owner, LEASES.c.beat == dead.beat
            connection.execute(sa.update(LEASES).where(*same).values(row))
            holder = connection.scalar(sa.select(LEASES.c.owner).where(LEASES.c.name == name))
            return bool(holder == row["owner"])

        return bool(self._transact(replace))


class Claim:
    """Something that is ours, until it is released; its pulse is counted up meanwhile."""

    def __init__(self, name: str, owner: str, lease: float, transact: Transact) -> None:
        self._held = LEASES.c.name == name, LEASES.c.owner == owner
        self._transact = transact
        self._interval = lease / _RENEWALS
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self._thread.start()

    def release(self) -> None:
        """Give it up; nothing happens if it is another's by now."""
        self._ended.set()
        self._thread.join()
        try:
            self._transact(lambda c: c.execute(sa.delete(LEASES).where(*self._held)))
        except StudyError as error:
            logger.info("a claim was not released, and will be found dead: %s", error)

    def _count_up(self, connection: sa.Connection) -> bool:
        statement = sa.update(LEASES).where(*self._held).values(beat=LEASES.c.beat + 1)
        return connection.execute(statement).rowcount == 1

    def _beat(self) -> None:
        while not self._ended.wait(self._interval):
            try:
                held = self._transact(self._count_up)
            except StudyError as error:
                logger.info("the pulse of a claim could not be written (%s)", error)
                continue
            if not held:
                logger.warning("this process was taken for dead: another one may do its work as well")
                return


@contextmanager
def claimed(claims: Claims, name: str, *, lease: float) -> Iterator[bool]:
    """Claim something until the block ends; the block is told whether it is ours."""
    claim = claims.take(name, lease=lease)
    try:
        yield claim is not None
    finally:
        if claim is not None:
            claim.release()
