"""The one store of measurements: tables of our own beside Optuna's, in the study's database.

Several processes may read, add and claim at once, on several machines where the database is a server.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from subsetsearch.errors import StudyError
from subsetsearch.results.database.connect import connect, insert_into, no_driver, refuse_foreign
from subsetsearch.results.database.failures import cannot_open
from subsetsearch.results.database.retry import patiently
from subsetsearch.results.database.schema import FACTS, MEASUREMENTS
from subsetsearch.results.measurements.damaged_rows import (
    keep_fact,
    set_misnamed_aside,
    sound_fact,
    sound_rows,
)
from subsetsearch.results.measurements.measurement import Measurement, same_run
from subsetsearch.results.measurements.measurement_rows import fact_checksum, matching, to_row
from subsetsearch.results.measurements.migration import open_tables
from subsetsearch.results.workers import claims
from subsetsearch.results.workers.claims import Claims, claimed
from subsetsearch.subset import Subset

Result = TypeVar("Result")

Run = tuple[Subset, int]
"""A full run: subset and seed."""

_BATCH = 500
"""Number of rows that one statement looks up or adds."""

_looked_through: set[str] = set()
"""Databases of which this process has looked at the names of all rows."""


class MeasurementStore:
    """Measurements of every rung, one row each.

    Args:
        url: ``sqlite:///...`` or ``postgresql://...``; a file is created when something is added.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def read(
        self,
        fingerprint: str | None = None,
        *,
        rung: int | None = None,
        split: str | None = None,
        scale: float | None = None,
        subset: Subset | None = None,
    ) -> list[Measurement]:
        """Read what was measured, in the order in which it was added.

        Args:
            fingerprint: Of one study; of all, if left out.
            rung: Of one rung.
            split: On one split.
            scale: With it, only what took this share of the recipe; runs of all scales, if left out.
            subset: Of one subset.

        Raises:
            StudyError: If the database cannot be read.
        """
        return self._read(*matching(fingerprint, rung, split, subset, scale))

    def find(self, run: str) -> Measurement | None:
        """Read the first measurement of a run.

        Args:
            run: Its name, from :func:`subsetsearch.results.measurements.measurement.run_key`.

        Raises:
            StudyError: If the database cannot be read.
        """
        return next(iter(self._read(MEASUREMENTS.c.run == run)), None)

    def runs(self, fingerprint: str, *, rung: int, split: str, scale: float = 1.0) -> set[Run]:
        """Say which subsets were measured with which seeds at a scale.

        Raises:
            StudyError: If the database cannot be read.
        """
        runs = self.read(fingerprint, rung=rung, split=split, scale=scale)
        return {(run.subset, run.seed) for run in runs}

    def have(self, runs: Sequence[str]) -> set[str]:
        """Say which of some runs are measured.

        Args:
            runs: Their names, from :func:`subsetsearch.results.measurements.measurement.run_key`.

        Raises:
            StudyError: If the database cannot be read.
        """
        return {run.run for run in self.named(runs)}

    def named(self, runs: Sequence[str]) -> list[Measurement]:
        """Read what was measured of some runs; they are named as in :meth:`have`.

        Raises:
            StudyError: If the database cannot be read.
        """
        parts = [runs[start : start + _BATCH] for start in range(0, len(runs), _BATCH)]
        return [run for part in parts for run in self._read(MEASUREMENTS.c.run.in_(part))]

    def add(self, measurements: Iterable[Measurement]) -> int:
        """Add measurements, all of them or none; a run that is there already keeps its first scores.

        Returns:
            How many were added.

        Raises:
            StudyError: If a run is there with other scores, or the database cannot be written.
        """
        runs = list(measurements)
        if not runs:
            return 0
        return self.transact(lambda connection: _add(connection, runs))

    def settle(self, measurement: Measurement) -> Measurement:
        """Add what this process has measured; if another process was faster, its scores count.

        Returns:
            What is stored.

        Raises:
            StudyError: If the database cannot be written.
        """

        def insert(connection: sa.Connection) -> None:
            sound_rows(connection, MEASUREMENTS.c.run == measurement.run)  # a damaged one makes room
            statement = insert_into(connection, MEASUREMENTS).on_conflict_do_nothing()
            connection.execute(statement, to_row(measurement))

        self.transact(insert)
        return self.find(measurement.run) or measurement

    def claim(self, run: str, *, lease: float | None = None) -> AbstractContextManager[bool]:
        """Claim a run; the block is told whether it is ours until it ends.

        Args:
            run: Its name, from :func:`subsetsearch.results.measurements.measurement.run_key`.
            lease: Seconds that the claim outlives a process of another machine, about.
        """
        return claimed(self.claims, run, lease=lease or claims.LEASE_SECONDS)

    @property
    def claims(self) -> Claims:
        """Runs that processes work on."""
        return Claims(self.url, self.transact)

    def fact(self, name: str) -> str | None:
        """Read a fact that was kept about the database."""
        return self.transact(lambda connection: sound_fact(connection, name)) if self.exists else None

    def keep_fact(self, name: str, value: str) -> None:
        """Keep a fact about the database; one that is there stays as it is."""
        self.transact(lambda connection: keep_fact(connection, name, value))

    def replace_fact(self, name: str, value: str) -> None:
        """Keep a fact about the database, whatever was kept under its name."""

        def replace(connection: sa.Connection) -> None:
            new = {"value": value, "checksum": fact_checksum(name, value)}
            insert = insert_into(connection, FACTS).values(name=name, **new)
            connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_=new))

        self.transact(replace)

    def close(self) -> None:
        """Close this process's connections; the next question opens them again."""
        engine = self.__dict__.pop("_engine", None)
        if engine is not None:
            engine.dispose()

    @property
    def exists(self) -> bool:
        """Whether there is a database: a server's always is."""
        return self._file is None or self._file.is_file()

    @cached_property
    def _file(self) -> Path | None:
        """The SQLite file, if it is one."""
        try:
            address = sa.make_url(self.url)
        except (sa.exc.ArgumentError, ValueError) as error:
            raise no_driver(self.url) from error
        return Path(address.database) if address.get_backend_name() == "sqlite" and address.database else None

    @cached_property
    def _engine(self) -> sa.Engine:
        """Connections, once the tables are there.

        Raises:
            StudyError: If the database cannot be opened, something else made it, or a newer program did.
        """
        refuse_foreign(self.url)
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        engine = connect(self.url)
        weakref.finalize(self, engine.dispose)  # a server has few connections

        try:
            open_tables(engine, self._file)
            if self.url not in _looked_through:
                with engine.begin() as connection:
                    set_misnamed_aside(connection)
                _looked_through.add(self.url)
        except sa.exc.DatabaseError as error:
            raise cannot_open(self.url, error) from error
        return engine

    def transact(self, do: Callable[[sa.Connection], Result]) -> Result:
        """Do something in one transaction, and do it again if the database's server went away meanwhile.

        Args:
            do: What it has done by then must not be done twice.

        Raises:
            StudyError: If the database cannot be used.
        """

        def once() -> Result:
            try:
                with self._engine.begin() as connection:
                    return do(connection)
            except sa.exc.DatabaseError as error:
                raise cannot_open(self.url, error) from error

        return patiently(self.url, once)

    def _read(self, *conditions: sa.ColumnElement[bool]) -> list[Measurement]:
        if not self.exists:
            return []
        return self.transact(lambda connection: sound_rows(connection, *conditions))


def _add(connection: sa.Connection, runs: Sequence[Measurement]) -> int:
    """Add those that are not stored; tell how many."""
    added = 0
    statement = insert_into(connection, MEASUREMENTS).on_conflict_do_nothing().returning(MEASUREMENTS.c.id)
    for start in range(0, len(runs), _BATCH):
        new = _missing(connection, runs[start : start + _BATCH])
        if not new:
            continue
        inserted = len(connection.execute(statement, [to_row(run) for run in new]).all())
        if inserted < len(new):  # another process was faster: has it found the same?
            _missing(connection, new)
        added += inserted
    return added


def _missing(connection: sa.Connection, runs: Sequence[Measurement]) -> list[Measurement]:
    """Keep the runs that are not stored; an unknown kernel is the same as any other.

    Raises:
        StudyError: If one is stored with other scores.
    """
    stored: dict[str, list[Measurement]] = {}
    for measurement in sound_rows(connection, MEASUREMENTS.c.run.in_([run.run for run in runs])):
        stored.setdefault(measurement.run, []).append(measurement)
    new = []
    for run in runs:
        same = stored.setdefault(run.run, [])
        first = same_run(run, same)
        if first is None:
            same.append(run)
            new.append(run)
        elif not first.agrees(run):
            raise StudyError(
                f"seed {run.seed} of {run.subset.name} is there with a mean of {first.mean:.4f}, "
                f"not {run.mean:.4f}",
                where="the study's database",
                fix="a run is never replaced; leave the row out, or give it a seed of its own",
            )
    return new
