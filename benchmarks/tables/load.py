"""The tables as models are scored on them: what may be learned from, and what is true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.replay.data import TASKS as PUBLISHED
from benchmarks.replay.data import read_results, read_rows
from benchmarks.tables.design import Languages
from benchmarks.tables.rows import whole_rows
from benchmarks.tables.tasks import SEARCH_SEEDS, TRUTH_SEEDS, TableTask
from realign_core.data.labelled import Split

ENGLISH = ("eng", "same")
"""How the published table names the source language."""

Scores = Mapping[str, float]
"""Target (language key, or a published code) to score in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Run:
    """One row: scores by split and target, the pairs that were seen, and the seconds that it took."""

    scores: Mapping[Split, Scores]
    pairs: int
    seconds: float

    def mean(self, split: Split) -> float:
        """Unweighted mean over targets."""
        return float(np.mean([*self.scores[split].values()]))


@dataclass(frozen=True, slots=True)
class Table:
    """A designed table, as far as it is filled.

    Args:
        name: Of the task.
        runs: Subset and seed to its run.
    """

    name: str
    runs: Mapping[tuple[Languages, int], Run]

    def searched(self) -> dict[Languages, dict[int, Scores]]:
        """What a model may see: development scores with the seeds of the search."""
        found: dict[Languages, dict[int, Scores]] = {}
        for (subset, seed), run in self.runs.items():
            if seed in SEARCH_SEEDS:
                found.setdefault(subset, {})[seed] = run.scores["dev"]
        return found

    def truth(self, seeds: tuple[int, ...] = TRUTH_SEEDS) -> dict[Languages, Scores]:
        """Mean test scores over the seeds of the truth, of subsets that have all of them."""
        subsets = dict.fromkeys(subset for subset, _ in self.runs)
        return {
            subset: _mean([self.runs[subset, seed].scores["test"] for seed in seeds])
            for subset in subsets
            if all((subset, seed) in self.runs for seed in seeds)
        }

    def block(self, split: Split) -> npt.NDArray[np.float64] | None:
        """Scores of the largest whole block of realigned subsets, seeds and targets.

        Returns:
            Subsets × seeds × targets, in points; ``None`` with fewer than two of anything.
        """
        subsets = [s for s in dict.fromkeys(subset for subset, _ in self.runs) if s]
        counts = Counter(seed for subset, seed in self.runs if subset)
        best: npt.NDArray[np.float64] | None = None
        for n in range(2, len(counts) + 1):
            seeds = sorted(seed for seed, _ in counts.most_common(n))
            whole = [s for s in subsets if all((s, seed) in self.runs for seed in seeds)]
            if len(whole) > 1 and (best is None or len(whole) * n > best.shape[0] * best.shape[1]):
                scores = [[[*self.runs[s, seed].scores[split].values()] for seed in seeds] for s in whole]
                best = 100 * np.array(scores)
        return best if best is not None and best.shape[2] > 1 else None

    def means(self, split: Split) -> dict[Languages, dict[int, float]]:
        """Mean over targets by subset and seed."""
        found: dict[Languages, dict[int, float]] = {}
        for (subset, seed), run in self.runs.items():
            found.setdefault(subset, {})[seed] = run.mean(split)
        return found


def read_table(task: TableTask) -> Table:
    """Read a task's designed table; a run that is there twice counts once, the last of them."""
    return Table(
        task.name,
        {
            (tuple(row["languages"].split()), int(row["seed"])): Run(
                scores_of(row), int(row["pairs"]), float(row["seconds"])
            )
            for row in whole_rows(task.path)
        },
    )


def scores_of(row: Mapping[str, str]) -> dict[Split, Scores]:
    """Read a row's scores by split and target."""
    splits: tuple[Split, ...] = ("dev", "test")
    return {
        split: {
            name.removeprefix(f"{split}_"): float(value)
            for name, value in row.items()
            if name.startswith(f"{split}_")
        }
        for split in splits
    }


def read_published(folder: Path) -> dict[str, dict[Languages, Scores]]:
    """Read the published results by target (XNLI and AfriXNLI), which are in no table here.

    Args:
        folder: That ``REALIGN_PAPER`` names.

    Returns:
        Model to subset to mean accuracy over all seeds, in [0, 1], by target (the file's code: ``sw`` is
        XNLI's Swahili, ``swa`` AfriXNLI's). Left out are English, the source; targets that not all subsets
        have; and strategies that the replay leaves out as well: without one fixed list of languages, or
        repeats of a set.

    Raises:
        DataError: If a file is missing.
    """
    rows = [row for row in read_rows(folder / "xnli_per_language.csv") if row["language"] not in ENGLISH]
    found: dict[str, dict[Languages, Scores]] = {}
    for results in read_results(folder, PUBLISHED[0]):
        by_name = {subset.name: subset.keys for subset in results.subsets}
        scores: dict[Languages, dict[str, float]] = {keys: {} for keys in by_name.values()}
        for row in rows:
            if row["model"] == results.model and row["strategy"] in by_name:
                value = float(row["mean_allseeds"] or row["mean"])
                scores[by_name[row["strategy"]]][row["language"]] = value
        common = set.intersection(*map(set, scores.values()))
        found[results.model] = {keys: {c: by[c] for c in sorted(common)} for keys, by in scores.items()}
    return found


def _mean(several: list[Scores]) -> dict[str, float]:
    return {key: float(np.mean([scores[key] for scores in several])) for key in several[0]}
