"""What models may learn from, and what is true: tables of full runs by target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.calibration.correlation import Truth
from benchmarks.calibration.scores import full_runs
from benchmarks.common import ROOT, read_rows
from benchmarks.tables.load import Table, read_table
from benchmarks.tables.tasks import SEARCH_SEEDS, TASKS, TRUTH_SEEDS, TableTask
from subsetsearch.analysis.trust.noise import noise
from subsetsearch.problem.pairs import pair_choices
from subsetsearch.problem.pool import build_pool, build_targets
from subsetsearch.sampler.study import study_kernel
from subsetsearch.subset import Subset
from subsetsearch.surrogate.effects import EffectRuns, SubsetKernel
from subsetsearch.traits.table import Matrix
from subsetsearch.traits.typological import coordinates

FEWEST_RUNS = 20
"""Runs to learn from, and subsets that are known to be true, that a task needs to be a case."""

RECORDED: Mapping[str, Path] = {
    "african-pos": ROOT / "studies" / "results" / "pos-calibration-full-dev.csv",
}
"""Runs on development data that the search of a study has made, with a seed that no truth has."""


@dataclass(frozen=True)
class Case:
    """A task.

    Args:
        name: Of the task.
        runs: To learn from: development data, seeds of a search.
        kernel: Describes the pool.
        places: Typological coordinates of the targets.
        truth: Gain of each target over no realignment on test data, by seed; a subset has the seeds that
            both it and no realignment were run with. Seeds of its own.
    """

    name: str
    runs: EffectRuns
    kernel: SubsetKernel
    places: Matrix
    truth: Mapping[Subset, Mapping[int, Matrix]]

    def means(self, seeds: int) -> tuple[list[Subset], Matrix]:
        """Subsets that have at least so many seeds, and their mean gains, shape (n, n_targets)."""
        subsets = [s for s, by_seed in self.truth.items() if len(by_seed) >= seeds]
        gains = [np.mean([*self.truth[s].values()], axis=0) for s in subsets]
        return subsets, np.array(gains).reshape(len(subsets), len(self.runs.targets))


def read_cases() -> list[Case]:
    """Read every task whose table has enough rows."""
    cases = [read_case(task) for task in TASKS.values()]
    return [case for case in cases if case is not None]


def learned_by(task: TableTask, table: Table) -> tuple[EffectRuns, SubsetKernel]:
    """Read what may be learned of a task: development data, with seeds of a search.

    Args:
        task: The task.
        table: Its table, with at least one row.
    """
    targets = tuple(next(iter(table.runs.values())).scores["dev"])
    rows = [
        (Subset(frozenset(subset)), seed, [run.scores["dev"][t] for t in targets])
        for (subset, seed), run in table.runs.items()
        if seed in SEARCH_SEEDS
    ]
    rows += recorded_runs(RECORDED.get(task.name), targets)
    runs = EffectRuns(
        tuple(subset for subset, _, _ in rows),
        tuple(seed for _, seed, _ in rows),
        ("dev",) * len(rows),
        targets,
        np.array([scores for _, _, scores in rows]).reshape(len(rows), len(targets)),
    )
    return runs, kernel_of(task)


def read_case(task: TableTask) -> Case | None:
    """Read a task; ``None`` if its table is not filled far enough."""
    table = read_table(task)
    if not table.runs:
        return None
    runs, kernel = learned_by(task, table)
    targets = runs.targets
    truth: dict[Subset, dict[int, Matrix]] = {}
    for (subset, seed), run in table.runs.items():
        base = table.runs.get(((), seed))
        if seed in TRUTH_SEEDS and subset and base is not None:
            gain = [run.scores["test"][t] - base.scores["test"][t] for t in targets]
            truth.setdefault(Subset(frozenset(subset)), {})[seed] = np.array(gain)
    if len(runs) < FEWEST_RUNS or len(truth) < FEWEST_RUNS:
        return None
    return Case(task.name, runs, kernel, coordinates(targets), truth)


def recorded_gains(name: str) -> tuple[dict[Subset, float], float] | None:
    """Gains of the 36 subsets of the older calibration, means over targets and three seeds of their own.

    Args:
        name: Of a task.

    Returns:
        Gains on test data as fractions, and the ceiling of a rank correlation with them; ``None`` if the task
        has none.
    """
    if name not in RECORDED:
        return None
    runs, _ = full_runs(TASKS[name].study.stem)
    truth = Truth(runs)
    ceiling = noise({subset: runs[subset] for subset in truth.subsets}).ceiling
    gains = {Subset(subset): gain for subset, gain in zip(truth.subsets, truth.values, strict=True)}
    return gains, ceiling.value if ceiling else 1.0


def kernel_of(task: TableTask) -> SubsetKernel:
    """Describe a task's pool to the model of effects."""
    study = task.load()
    pool, targets = build_pool(study), build_targets(study, "test" if task.halves else "dev")
    return study_kernel(study, pool.keys, targets.searched, pair_choices(study, pool).lengths)


def recorded_runs(path: Path | None, targets: Sequence[str] = ()) -> list[tuple[Subset, int, list[float]]]:
    """Read the runs of a search from the table that the study has exported.

    Args:
        path: The table; without one there are none.
        targets: Whose scores are read, of runs that have them all; every target of a run, if left out.
    """
    runs = []
    for row in read_rows(path) if path is not None else []:
        scores = {
            column.removeprefix("final_eval_").rpartition("_")[0]: float(value)
            for column, value in row.items()
            if column.startswith("final_eval_") and value
        }
        needed = targets or sorted(scores)
        if all(target in scores for target in needed):
            subset = Subset(frozenset(row["realignment_langs"].split()))
            runs.append((subset, int(row["seed"]), [scores[target] for target in needed]))
    return runs
