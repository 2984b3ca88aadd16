"""Full runs of a study, and what its rungs say of the same subsets: read, or measured once and kept."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from benchmarks.calibration.truth import read, table_of
from benchmarks.common import read_rows
from realign_core.support.files import atomic_write, content_key
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.rungs.measured import mean_score
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
    ladder: Ladder, rung: int, subsets: Sequence[frozenset[str]]
) -> tuple[dict[frozenset[str], float], float]:
    """Score subsets by a rung, or read what it said before.

    Returns:
        Scores, and the median of the wall times.
    """
    name = ladder.study.name
    path = table_of(f"{name}-rungs")
    configs = ladder.study.proxy
    ranks: dict[int, Callable[[Subset], float]] = {
        1: ladder.rung1, 2: ladder.rung2, 3: partial(rung3, ladder)
    }  # fmt: skip
    config = {1: configs.linear, 2: configs.short, 3: configs.full}[rung]
    settings = content_key([ladder.study.recipe.hash(), config.model_dump(mode="json")])
    rows = read_rows(path)
    known = {
        frozenset(row["languages"].split()): row
        for row in rows
        if (row["rung"], row["settings"]) == (str(rung), settings)
    }
    rank = ranks[rung]
    for subset in subsets:
        if subset in known:
            continue
        if not known and rung in (1, 2):
            # What all subsets share is made once and not timed; the same subset again would be remembered.
            rank(Subset(frozenset(ladder.pool.keys[1:])))
        start = time.perf_counter()
        value = rank(Subset(subset))
        known[subset] = dict(
            zip(
                FIELDS,
                (str(rung), settings, " ".join(sorted(subset)), repr(value), _seconds(start)),
                strict=True,
            )
        )
        rows.append(known[subset])
        _write(path, rows)
    chosen = {subset: known[subset] for subset in subsets}
    seconds = statistics.median(float(row["seconds"]) for row in chosen.values())
    return {subset: float(row["score"]) for subset, row in chosen.items()}, seconds


def rung3(ladder: Ladder, candidate: Subset) -> float:
    """Score a candidate by a full run on development data."""
    return mean_score(ladder.rung3_scores(candidate))


def _seconds(start: float) -> str:
    return f"{time.perf_counter() - start:.4f}"


def _write(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    lines = [",".join(FIELDS), *(",".join(row[name] for name in FIELDS) for row in rows)]
    atomic_write(path, "\n".join(lines) + "\n")
