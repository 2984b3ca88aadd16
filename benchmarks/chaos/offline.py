"""The same with nothing made up: a search of the demo's kind by real full runs, killed a handful of times.

Run ``python -m benchmarks.chaos.offline``: the command line itself, the bundled encoder, the demo's corpora,
with few languages and steps. Each start finishes a trial more than the one before, and is then ended while it
is at the next one, by SIGKILL, Ctrl-C and SIGTERM in turn; then one is let through. No clock is guessed at:
what is waited for stands in the database, and the moment after it is a part of the time that trials took. The
counts are added to ``benchmarks/scale/results/chaos.json`` under ``offline``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa

import subsetsearch as ss
from benchmarks.common import results_of, study_file
from realign_core.support.files.writing import write_json
from subsetsearch.results.database.connect import connect
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.results.trials.stored_study import require_stored
from subsetsearch.results.trials.trial_record import read_trials

SETTINGS = {
    "pool.languages": ["kab", "khm", "gla", "swh", "cym"],
    "targets.languages": ["bam", "ewe", "fao"],
    "recipe.realignment.steps": 40,
    "recipe.finetuning.epochs": 1,
    "search.max_size": 2,
}
SIGNALS = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM)
_STATUSES = (0, -signal.SIGKILL, 128 + signal.SIGINT, 128 + signal.SIGTERM)
_BETWEEN = 0.05
"""Seconds between two looks at the database."""


@dataclass(frozen=True, slots=True)
class Search:
    """A search in processes of its own.

    Args:
        study: Its file.
        settings: Changes of it.
        runs: Folder of results.
        trials: That it is to have.
    """

    study: Path
    settings: Mapping[str, Any]
    runs: Path
    trials: int

    def command(self) -> list[str]:
        """The search, as one types it."""
        options = [w for key, value in self.settings.items() for w in ("--set", f"{key}={json.dumps(value)}")]
        words = ["run", str(self.study), "--dir", str(self.runs), "--trials", str(self.trials)]
        return [sys.executable, "-m", "subsetsearch", *words, *options]

    def opened(self) -> ss.Study:
        """The study, to be read."""
        return ss.load(self.study, self.settings, runs=self.runs, tell=lambda _: None)

    def finished(self) -> set[int]:
        """Numbers of the finished trials; none before there is a study."""
        study = self.opened()
        try:
            stored = require_stored(study.config, study.folder)
        except ss.RealignError:
            return set()
        return {trial.number for trial in read_trials(stored) if trial.complete}

    def took(self, file: Path) -> list[float]:
        """Seconds that each of the finished trials took; none before there are tables.

        Args:
            file: Of the database: to open the study takes far longer than a look.
        """
        query = "SELECT datetime_start, datetime_complete FROM trials WHERE state = 'COMPLETE'"
        try:
            with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
                rows = [tuple(map(datetime.fromisoformat, row)) for row in connection.execute(query)]
        except sqlite3.OperationalError:
            return []
        return [(end - start).total_seconds() for start, end in rows]


def storm(search: Search, kills: int, seed: int = 0) -> dict[str, Any]:
    """End a search again and again, then let it through, and look what is there.

    Args:
        search: The search; of more trials than kills.
        kills: How often it is ended, at another trial each time.
        seed: Of the moments.
    """
    moments, start = random.Random(seed), time.monotonic()
    file = search.opened().folder.path / "study.db"
    seen, ends = set[int](), []
    for number in range(kills):
        run = subprocess.Popen(search.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _wait(run, search, file, number + 1, moments)
        if run.poll() is None:
            by = SIGNALS[number % len(SIGNALS)]
            ends.append({"after_trials": len(search.took(file)), "signal": by.name})
            run.send_signal(by)
        if (status := run.wait()) not in _STATUSES:
            raise RuntimeError(f"a search ended by itself, with {status}")
        seen |= search.finished()
    last = time.monotonic()
    subprocess.run(search.command(), check=True, stdout=subprocess.DEVNULL)
    return look(search, seen) | {
        "ends": ends,
        "last_seconds": round(time.monotonic() - last, 1),
        "seconds": round(time.monotonic() - start, 1),
    }


def _wait(
    run: subprocess.Popen[bytes], search: Search, file: Path, number: int, moments: random.Random
) -> None:
    """Wait until so many trials are finished, and then for a part of the time that one takes.

    Args:
        run: One start of the search; if it ends by itself, nothing is waited for.
        search: The search.
        file: Its database.
        number: Of the trials.
        moments: Decide which part.
    """
    while len(took := search.took(file)) < number:
        if run.poll() is not None:
            return
        time.sleep(_BETWEEN)
    with suppress(subprocess.TimeoutExpired):
        run.wait(moments.random() * median(took))


def look(search: Search, seen: set[int]) -> dict[str, Any]:
    """Count what is lost, there twice, or half-written.

    Args:
        search: The search.
        seen: Trials that were finished when it was ended.
    """
    url, complete = search.opened().folder.database, search.finished()
    measured = Counter(run.run for run in MeasurementStore(url).read())
    with connect(url).connect() as connection:
        whole = connection.scalar(sa.text("PRAGMA integrity_check")) == "ok"
    drafts = [place for place in search.runs.rglob("*") if place.name.endswith((".tmp", ".draft", ".part"))]
    return {
        "trials": len(complete),
        "runs": len(measured),
        "lost": len(seen - complete) + (len(complete) < search.trials),
        "duplicated": sum(times > 1 for times in measured.values()),
        "corrupt": int(not whole) + len(drafts),
    }


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", type=Path, default=results_of("scale") / "chaos.json", help="of the counts")
    parser.add_argument("--kills", type=int, default=6, help="how often the search is ended")
    parser.add_argument("--trials", type=int, default=8, help="of the search")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="subsetsearch-offline-") as place:
        os.environ.setdefault("REALIGN_CACHE", f"{place}/cache")
        study = study_file("time-expressions")
        counts = storm(Search(study, SETTINGS, Path(place) / "runs", options.trials), options.kills)
    print(json.dumps(counts))
    content = json.loads(options.json.read_text(encoding="utf-8")) if options.json.is_file() else {}
    write_json(options.json, content | {"offline": counts})
    return int(any(counts[wrong] for wrong in ("lost", "duplicated", "corrupt")))


if __name__ == "__main__":
    sys.exit(main())
