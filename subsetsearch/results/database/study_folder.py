"""Where a study's files live."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from realign_core.support.files.size_limits import read_json
from subsetsearch.errors import RealignError, StudyError, count
from subsetsearch.results.database.address import VARIABLE, without_password

LEFT_ASIDE = "left-aside.json"
"""Counts what was measured with other data, in each folder of it."""

OWN_FILE = "study.db"
"""The database in a study's folder: this program made it, even if it is damaged by now."""


@dataclass(frozen=True, slots=True)
class StudyFolder:
    """``<runs>/<study name>/``: database, table of full runs, caches, report.

    Args:
        path: The folder; created when something is written.
        storage: URL of a database elsewhere; it may hold a password.
        proxy: ``HOST:PORT`` of Optuna's gRPC proxy of that database, which trials go through.
        given: How that database was named: ``@FILE`` where a file holds its URL.
    """

    path: Path
    storage: str | None = field(default=None, repr=False)
    proxy: str | None = None
    given: str | None = field(default=None, repr=False, compare=False)

    def require_writable(self) -> None:
        """Check that results can be written here, before hours of work; nothing is created.

        Raises:
            StudyError: If the folder, or the nearest one there is above it, is a file or may not be written.
        """
        nearest = next(place for place in (self.path, *self.path.parents) if os.path.lexists(place))
        if not nearest.is_dir():
            raise StudyError("a file, where a folder is needed", where=nearest, fix="choose another --dir")
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise StudyError(
                "this folder may not be written to",
                where=nearest,
                fix="choose another --dir, or change the folder's permissions",
            )

    @property
    def database(self) -> str:
        """URL of the study's database: its own SQLite file, unless another one was named."""
        return self.storage or f"sqlite:///{self.path / OWN_FILE}"

    @property
    def shown_database(self) -> str:
        """The database for people: a file, or a URL without its password."""
        if self.storage is None:
            return str(self.path / OWN_FILE)
        return without_password(self.storage)

    @property
    def named_database(self) -> tuple[str, ...]:
        """Words of a command line that name the database; none, where the environment does already."""
        if self.storage is None or os.environ.get(VARIABLE) in (self.storage, self.given):
            return ()
        given = self.given or self.storage
        return "--storage", given if without_password(given) == given else "URL"

    @property
    def has_database(self) -> bool:
        """Whether a database may be there: one elsewhere, or the folder's own file."""
        return self.storage is not None or (self.path / OWN_FILE).is_file()

    @property
    def evaluations(self) -> Path:
        """Table of full runs on test data, one row a run, written from the database."""
        return self.path / "evaluations.csv"

    @property
    def logs(self) -> Path:
        """Logs of further processes."""
        return self.path / "logs"

    @property
    def checkpoints(self) -> Path:
        """Where a training whose encoder is kept goes on from."""
        return self.path / "checkpoints"

    @property
    def cache(self) -> Path:
        """Vectors and trunk states that all processes of the study share."""
        return self.path / "cache"

    @property
    def left_aside(self) -> tuple[str, ...]:
        """What was measured with other data and moved out of the way: a sentence a folder."""
        summaries = {}
        for file in sorted(self.path.glob(f"left-aside-*/{LEFT_ASIDE}")):
            try:
                counts = read_json(file)
                trials, runs = int(counts["trials"]), int(counts["full_runs"])
                summaries[file.parent] = f"{count(trials, 'trial')}, {count(runs, 'full run')}"
            except (RealignError, ValueError, KeyError, TypeError, OverflowError):
                summaries[file.parent] = f"what {LEFT_ASIDE} there does not say"
        return tuple(f"{counted} of other data (--dir {place})" for place, counted in summaries.items())

    @property
    def report(self) -> Path:
        """The default place of the report."""
        return self.path / "report.html"
