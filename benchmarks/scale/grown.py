"""A study that is filled step by step, and measured at each."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.chaos.server import running_server
from benchmarks.scale.fill import fill
from benchmarks.scale.made import World, open_made
from subsetsearch.config import load_study
from subsetsearch.results.database.connect import connect
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.trials.stored_study import load_stored
from subsetsearch.run.search.search import run_search

READ = ("status", "pareto", "report")

REPEATS = 3
"""Each command is given so often; what took the median of processor time is kept."""


@contextmanager
def storage(name: str) -> Iterator[str | None]:
    """URL of an empty database; nothing for the study's own file."""
    if name == "sqlite":
        yield None
        return
    with running_server() as server:
        yield server.database()


def measured(
    file: Path, runs: Path, url: str | None, wanted: Mapping[int, Sequence[str]]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Fill a study step by step, and measure at each.

    Args:
        file: The study.
        runs: Folder of its results.
        url: Of its database; its own file, if there is none.
        wanted: Number of trials, rising, to what is measured there: ``trials``, ``reading``.
    """
    config = load_study(file)
    folder = StudyFolder(runs / config.name, url)
    ladder = open_made(config, folder)
    world = World(ladder.problem.space.keys, ladder.problem.targets.searched)
    run_search(ladder, 2)  # none and all
    for mark, parts in wanted.items():
        stored = load_stored(config, folder)
        assert stored is not None
        fill(stored, ladder.problem, ladder.store, world, mark)
        numbers: dict[str, Any] = {
            "megabytes": megabytes(folder.database),
            "load": round(os.getloadavg()[0], 1),
        }
        if "reading" in parts:
            timed("status", file, runs, url)  # notes in the database what is asked once in a study's life
            numbers |= {name: middle([timed(name, file, runs, url) for _ in range(REPEATS)]) for name in READ}
        if "trials" in parts:
            numbers |= timed("trials", file, runs, url)
        yield mark, numbers


def timed(what: str, file: Path, runs: Path, url: str | None) -> dict[str, Any]:
    """Run one of :mod:`benchmarks.scale.one`."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.scale.one",
        what,
        str(file),
        str(runs),
        *([url] if url else []),
    ]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    numbers: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return numbers


def middle(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The one of median processor time."""
    seconds = statistics.median_low(one["seconds"] for one in found)
    return next(one for one in found if one["seconds"] == seconds)


def megabytes(url: str) -> float:
    """Size of a database."""
    with connect(url).connect() as connection:
        if connection.dialect.name == "postgresql":
            size = connection.scalar(sa.text("SELECT pg_database_size(current_database())"))
        else:
            pages = connection.scalar(sa.text("PRAGMA page_count"))
            size = int(pages or 0) * int(connection.scalar(sa.text("PRAGMA page_size")) or 0)
    return round(int(size or 0) / 1e6, 1)
