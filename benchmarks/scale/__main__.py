"""What a trial costs besides its objective, and how long reading takes, in studies of up to 10,000 trials.

    python -m benchmarks.scale [--trials 100 1000 10000] [--candidates 200 2000] [--only sqlite] [--json FILE]

Ask, tell, proposals, claims and stores are the real ones, on SQLite and on a PostgreSQL server; scores are
made up. Trials that are there before are written by :mod:`benchmarks.scale.fill`. Times are of the processor
(of the benchmark's own process: the server's are not in them), as machines with other work need more by the
clock. What was measured is written after each step, and a step that is there already is not done again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import optuna
import sqlalchemy as sa

from benchmarks.chaos.server import running_server
from benchmarks.common import parser_for, write_figures, write_json
from benchmarks.scale.fill import fill
from benchmarks.scale.made import World, open_made, write_study
from benchmarks.scale.table import markdown
from subsetsearch.config import load_study
from subsetsearch.results.database.connect import connect
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.trials.stored_study import load_stored
from subsetsearch.run.search.search import run_search

STORAGES = ("sqlite", "postgresql")
READ = ("status", "pareto", "report")


@contextmanager
def storage(name: str) -> Iterator[str | None]:
    """URL of an empty database; nothing for the study's own file."""
    if name == "sqlite":
        yield None
        return
    with running_server() as server:
        yield server.database()


def megabytes(url: str) -> float:
    """Size of a database."""
    with connect(url).connect() as connection:
        if connection.dialect.name == "postgresql":
            size = connection.scalar(sa.text("SELECT pg_database_size(current_database())"))
        else:
            pages = connection.scalar(sa.text("PRAGMA page_count"))
            size = int(pages or 0) * int(connection.scalar(sa.text("PRAGMA page_size")) or 0)
    return round(int(size or 0) / 1e6, 1)


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
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def points(
    file: Path, runs: Path, url: str | None, marks: list[int], reading: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Fill a study step by step, and measure at each."""
    config = load_study(file)
    folder = StudyFolder(runs / config.name, url)
    ladder = open_made(config, folder)
    world = World(ladder.problem.space.keys, ladder.problem.targets.searched)
    run_search(ladder, 2)  # none and all
    for mark in marks:
        stored = load_stored(config, folder)
        assert stored is not None
        fill(stored, ladder.problem, ladder.store, world, mark)
        found = timed("trials", file, runs, url) | {"megabytes": megabytes(folder.database)}
        if reading and mark == marks[-1]:
            timed("status", file, runs, url)  # notes in the database what is asked once in a study's life
            found |= {name: timed(name, file, runs, url) for name in READ}
        yield str(mark), found


def main() -> None:
    """Command line."""
    parser = parser_for(__doc__, "scale")
    parser.add_argument("--trials", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--candidates", type=int, nargs="+", default=[200, 2000])
    parser.add_argument("--only", choices=STORAGES, nargs="+", default=list(STORAGES))
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    measure(options)
    if options.json == parser.get_default("json"):
        write_figures("scale", markdown(json.loads(options.json.read_text(encoding="utf-8"))))


def measure(options: argparse.Namespace) -> None:
    """Measure what is missing, and write it after each step."""
    content = json.loads(options.json.read_text(encoding="utf-8")) if options.json.is_file() else {}
    content |= {"targets": 200, "python": platform.python_version(), "optuna": optuna.__version__}
    for candidates in options.candidates:
        for name in options.only:
            there = content.setdefault("cases", {}).setdefault(name, {}).setdefault(str(candidates), {})
            if all(str(mark) in there for mark in options.trials):
                continue
            with storage(name) as url, tempfile.TemporaryDirectory(prefix="subsetsearch-scale-") as place:
                file = write_study(Path(place) / "study", candidates)
                for mark, found in points(file, Path(place) / "runs", url, options.trials, reading=True):
                    there[mark] = found
                    print(name, candidates, mark, json.dumps(found), flush=True)
                    write_json(options.json, content)


if __name__ == "__main__":
    main()
