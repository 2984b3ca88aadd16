"""Rows of runs, kept as small tables beside the study's database, so that any machine can go on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.study.files.rows import numbered_rows, require_fingerprint, require_once, require_one_recipe
from benchmarks.study.tasks import StudyTask
from realign_core.data.labelled import Split
from realign_core.support.progress import Advance
from subsetsearch.config.rungs import FULL
from subsetsearch.results.measurements.measurement import DEV, TEST, Measurement
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.tables.run_table import write_runs

DIGITS = 5
"""Of a score in the tables."""


@dataclass(frozen=True)
class Kept:
    """The tables of a task and the database of its study.

    Args:
        task: The task.
        store: Of the study.
        fingerprint: Of the study file.
    """

    task: StudyTask
    store: MeasurementStore
    fingerprint: str

    def restore(self) -> int:
        """Put the rows that are in the tables alone into the database.

        Returns:
            How many these are.

        Raises:
            StudyError: If a table is damaged, of another study file than this one, or runs of one subset
                are of other data, another encoder or another version of the engine than its others.
        """
        added = 0
        for path, split in self._tables:
            numbered = numbered_rows(path, split)
            require_fingerprint(numbered, self.fingerprint, path)
            require_once(numbered, path)
            rows = [run for _, run in numbered]
            there = self.store.have([row.run for row in rows])
            added += self.store.add(row for row in rows if row.run not in there)
            require_one_recipe(self.runs(split), path)
        return added

    def write(self) -> None:
        """Write what the database has as tables."""
        for path, split in self._tables:
            runs = self.runs(split)
            if runs:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_runs(path, [rounded(run) for run in runs], kernels=True)

    def runs(self, split: Split) -> list[Measurement]:
        """Full runs on development data, or those with fresh seeds on test data."""
        found = self.store.read(self.fingerprint, rung=FULL.number, split=split, scale=1.0)
        return [run for run in found if run.fresh == (split == TEST)]

    @property
    def _tables(self) -> Sequence[tuple[Path, Split]]:
        return (self.task.dev, DEV), (self.task.test, TEST)

    @contextmanager
    def track(self, label: str, total: int) -> Iterator[Advance]:  # noqa: ARG002
        """Write the tables whenever runs have ended: the progress of whoever runs them."""

        def advance(steps: int) -> None:
            if steps and label == "full runs":
                self.write()

        yield advance


def rounded(run: Measurement) -> Measurement:
    """A run with its scores and seconds as the tables have them: the mean is that of the scores there."""
    scores = {key: round(score, DIGITS) for key, score in run.scores.items()}
    kept = replace(run, scores=scores, value=math.nan, seconds=round(run.seconds, 1))
    return replace(kept, value=round(kept.mean, DIGITS))
