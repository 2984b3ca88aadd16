"""The same with nothing made up: a search of the demo's kind by real full runs, killed a handful of times.

Run ``python -m benchmarks.chaos.offline``: the command line itself, the bundled encoder, the demo's corpora,
with few languages and steps. Each start is ended at a random moment, by SIGKILL, Ctrl-C and SIGTERM in turn;
then one is let through. The counts are added to ``benchmarks/scale/results/chaos.json`` under ``offline``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import subsetsearch as ss
from benchmarks.common import results_of, study_file
from realign_core.support.files.writing import write_json
from subsetsearch.results.database.connect import connect
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


def command(runs: Path, trials: int) -> list[str]:
    """The search, as one types it."""
    options = [word for key, value in SETTINGS.items() for word in ("--set", f"{key}={json.dumps(value)}")]
    words = ["run", str(study_file("time-expressions")), "--dir", str(runs), "--trials", str(trials)]
    return [sys.executable, "-m", "subsetsearch", *words, *options]


def storm(runs: Path, kills: int, trials: int, seed: int = 0) -> dict[str, Any]:
    """End the search again and again, then let it through, and look what is there.

    Args:
        runs: Folder of results.
        kills: How often it is ended.
        trials: That it is to have.
        seed: Of the moments.
    """
    moments, start = random.Random(seed), time.monotonic()
    usual, seen, statuses = 30.0, set[int](), []
    for number in range(kills):
        run = subprocess.Popen(command(runs, trials), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            if run.wait(moments.uniform(0.2, 1.2) * usual):
                raise RuntimeError("a search ended with an error by itself")
        except subprocess.TimeoutExpired:
            run.send_signal(SIGNALS[number % len(SIGNALS)])
            statuses.append(run.wait())
        seen |= finished(runs)
    before = time.monotonic()
    subprocess.run(command(runs, trials), check=True, stdout=subprocess.DEVNULL)
    return look(runs, seen, trials) | {
        "ended": len(statuses),
        "statuses": sorted(Counter(statuses).items()),
        "last_seconds": round(time.monotonic() - before, 1),
        "seconds": round(time.monotonic() - start, 1),
    }


def opened(runs: Path) -> ss.Study:
    """The study, to be read."""
    return ss.load(study_file("time-expressions"), SETTINGS, runs=runs, tell=lambda _: None)


def finished(runs: Path) -> set[int]:
    """Numbers of the finished trials; none before there is a study."""
    study = opened(runs)
    try:
        stored = require_stored(study.config, study.folder)
    except ss.RealignError:
        return set()
    return {trial.number for trial in read_trials(stored) if trial.complete}


def look(runs: Path, seen: set[int], trials: int) -> dict[str, Any]:
    """Count what is lost, there twice, or half-written."""
    from subsetsearch.results.measurements.store import MeasurementStore

    study = opened(runs)
    complete = finished(runs)
    measured = Counter(run.run for run in MeasurementStore(study.folder.database).read())
    with connect(study.folder.database).connect() as connection:
        whole = connection.scalar(sa.text("PRAGMA integrity_check")) == "ok"
    drafts = [place for place in runs.rglob("*") if place.name.endswith((".tmp", ".draft", ".part"))]
    return {
        "trials": len(complete),
        "runs": len(measured),
        "lost": len(seen - complete) + (len(complete) < trials),
        "duplicated": sum(times > 1 for times in measured.values()),
        "corrupt": int(not whole) + len(drafts),
    }


def main() -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", type=Path, default=results_of("scale") / "chaos.json", help="of the counts")
    parser.add_argument("--kills", type=int, default=6, help="how often the search is ended")
    parser.add_argument("--trials", type=int, default=5, help="of the search")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="subsetsearch-offline-") as place:
        os.environ.setdefault("REALIGN_CACHE", f"{place}/cache")
        found = storm(Path(place) / "runs", options.kills, options.trials)
    print(json.dumps(found))
    content = json.loads(options.json.read_text(encoding="utf-8")) if options.json.is_file() else {}
    write_json(options.json, content | {"offline": found})
    return int(any(found[wrong] for wrong in ("lost", "duplicated", "corrupt")))


if __name__ == "__main__":
    sys.exit(main())
