"""Claims: several processes share trials and runs, and a killed process does not hold them for long.

A claim is a row in the database. Its owner adds one to a number in the row at regular times: the pulse.

- A process on the owner's machine asks the system whether the owner is alive.
- A process on another machine watches the pulse. If it does not change during a lease, the owner counts as
  dead. The watcher measures this time by its own steady clock.

Clock times of two machines are never compared, so a wrong clock makes nobody dead. Of the time between two
looks at a pulse only a part of a lease counts, so nobody is dead because the database could not be reached.
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
"""After the death of an owner on another machine its claim lasts about as long."""

_RENEWALS = 6
"""How often a pulse is counted up within a lease."""

_LOOKS = 4
"""Of the time between two looks at a pulse at most a lease divided by this counts."""

Transact = Callable[[Callable[[sa.Connection], Any]], Any]
"""Does something in one transaction, and again if the server went away meanwhile."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """A claim as it was read.

    Args:
        owner: Who has it; empty if nobody has.
        beat: How far it was counted up.
        process: The owner's process; none without an owner.
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
        """Say which claims have a dead owner, as far as this process watched them.

        Args:
            pulses: Name of a claim to the claim as it was just read.
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
        """Claim something, unless its owner may be alive.

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
        """Say which of these claims have a dead owner, or had no owner during a lease."""
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
        """Take the claim of a dead owner, unless the claim has changed since it was read."""

        def replace(connection: sa.Connection) -> bool:
            same = LEASES.c.name == name, LEASES.c.owner == dead.owner, LEASES.c.beat == dead.beat
            connection.execute(sa.update(LEASES).where(*same).values(row))
            holder = connection.scalar(sa.select(LEASES.c.owner).where(LEASES.c.name == name))
            return bool(holder == row["owner"])

        return bool(self._transact(replace))


class Claim:
    """A claim of this process; its pulse is counted up until it is released."""

    def __init__(self, name: str, owner: str, lease: float, transact: Transact) -> None:
        self._held = LEASES.c.name == name, LEASES.c.owner == owner
        self._transact = transact
        self._interval = lease / _RENEWALS
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self._thread.start()

    def release(self) -> None:
        """Give the claim up; nothing happens if another process has it by now."""
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
