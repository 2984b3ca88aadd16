"""Full runs of a study, and what its rungs say of the same subsets: read, or measured once and kept."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.calibration.truth import read, table_of
from benchmarks.common import read_rows
from realign_core.support.files.keys import content_key
from realign_core.support.files.writing import atomic_write
from subsetsearch.results.database.study_folder import StudyFolder
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.rungs.ladder import build_rung
from subsetsearch.rungs.shared import SharedData
from subsetsearch.subset import Subset

FIELDS = ("rung", "settings", "languages", "score", "seconds")


def full_runs(study: str) -> tuple[dict[frozenset[str], dict[int, float]], float]:
    """Read the finished runs by subset and seed, and the median of their wall times."""
    runs: dict[frozenset[str], dict[int, float]] = {}
    for (languages, seed), mean in read(study).items():
        runs.setdefault(frozenset(languages), {})[seed] = mean
    seconds = [float(row["seconds"]) for row in read_rows(table_of(study)) if row["languages"]]
    return runs, statistics.median(seconds)


def rung_scores(
    data: SharedData, number: int, subsets: Sequence[frozenset[str]]
) -> tuple[dict[frozenset[str], float], float]:
    """Score subsets by a rung, or read what it said before.

    Returns:
        Scores, and the median of the wall times.
    """
    study = data.problem.config
    path, configs = table_of(f"{study.name}-rungs"), study.proxy
    config = {1: configs.linear, 2: configs.short, 3: configs.full}[number]
    settings = content_key([study.recipe.hash(), config.model_dump(mode="json")])
    rows = read_rows(path)
    by_subset = {
        frozenset(row["languages"].split()): row
        for row in rows
        if (row["rung"], row["settings"]) == (str(number), settings)
    }
    rung = build_rung(number, data, open_store(study, StudyFolder(data.cache.parent)))
    for subset in subsets:
        if subset in by_subset:
            continue
        if not by_subset and number in (1, 2):
            # What all subsets share is made once and not timed; the same subset again would be remembered.
            rung.score(Subset(frozenset(data.problem.pool.keys[1:])))
        start = time.perf_counter()
        value = rung.score(Subset(subset))
        by_subset[subset] = dict(
            zip(
                FIELDS,
                (str(number), settings, " ".join(sorted(subset)), repr(value), _seconds(start)),
                strict=True,
            )
        )
        rows.append(by_subset[subset])
        _write(path, rows)
    chosen = {subset: by_subset[subset] for subset in subsets}
    seconds = statistics.median(float(row["seconds"]) for row in chosen.values())
    return {subset: float(row["score"]) for subset, row in chosen.items()}, seconds


def _seconds(start: float) -> str:
    return f"{time.perf_counter() - start:.4f}"


def _write(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    lines = [",".join(FIELDS), *(",".join(row[name] for name in FIELDS) for row in rows)]
    atomic_write(path, "\n".join(lines) + "\n")
