"""The tasks of the tables: data, recipe, seeds, and how many subsets of which sizes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.common import ROOT, results_of, study_file
from realign_core.data.labelled import Split
from realign_core.runs.workspace.workspace import Workspace, prepare
from subsetsearch.config import StudyConfig, load_study
from subsetsearch.problem.pool import Pool, Targets, build_targets

SEARCH_SEEDS = (101,)
"""Runs that a model may learn from: their scores on development data, never those on test data."""

TRUTH_SEEDS = (201, 202)
"""What is true: the mean test score over these. No model sees a run of theirs."""

SEEDS = (101, 201, 202)
"""All of them, in the order in which the table is filled: a table that was cut off has whole seeds."""

REALIGNMENT_SEEDS = (301, 302, 303)
FINETUNING_SEEDS = (311, 312, 313)
"""Of the split of variance: each realignment is fine-tuned with each of these."""

REPEATED_SEEDS = (401, 402)
"""Of the comparison of runs with one and with several fine-tunings, which share nothing."""

SPLITS: tuple[Split, ...] = ("dev", "test")


@dataclass(frozen=True, slots=True)
class TableTask:
    """A task.

    Args:
        name: Names its files.
        study: Its study file, whose recipe, pool and targets are used.
        each: Subsets of each size.
        halves: Cut the test data into development data (sentences 1, 3, 5, ...) and test data (the others).
    """

    name: str
    study: Path
    each: int
    halves: bool = False

    def load(self) -> StudyConfig:
        """Read the study."""
        return load_study(self.study)

    @property
    def path(self) -> Path:
        """The designed table."""
        return results_of("tables") / f"{self.name}.csv"

    @property
    def split_path(self) -> Path:
        """The table of seeds by stage."""
        return results_of("tables") / f"{self.name}-seeds.csv"


TASKS = {
    task.name: task
    for task in (
        TableTask("african-pos", study_file("pos-calibration"), 6),
        TableTask("ud-pos", ROOT / "benchmarks" / "tables" / "ud-pos.toml", 6, halves=True),
        TableTask("time-expressions", study_file("time-expressions"), 10),
        TableTask("names", ROOT / "benchmarks" / "tables" / "names.toml", 6),
    )
}
"""By name."""


@dataclass(frozen=True)
class Prepared:
    """A task with its data.

    Args:
        pool: Languages of the subsets.
        targets: Target languages.
        workspace: Data and encoder.
    """

    pool: Pool
    targets: Targets
    workspace: Workspace

    @property
    def codes(self) -> dict[str, str]:
        """Key to the task's code of every target, sorted by key."""
        return {key: self.targets.codes[key] for key in sorted(self.targets.codes)}


def prepare_task(
    task: TableTask, pool: Pool, subsets: Iterable[Sequence[str]], study: StudyConfig | None = None
) -> Prepared:
    """Read and tokenise what the runs of some subsets need.

    Args:
        task: The task.
        pool: Its pool.
        subsets: Whose parallel texts are prepared.
        study: The task's study, where it was read already.
    """
    study = study or task.load()
    targets = build_targets(study, "test")
    texts = {pool.codes[key]: pool.texts[key] for subset in subsets for key in subset}
    codes = [targets.codes[key] for key in targets.codes]
    splits: tuple[Split, ...] = ("test",) if task.halves else SPLITS
    workspace = prepare(study.recipe, texts, targets=codes, splits=splits, parallel=texts)
    return Prepared(pool, targets, halved(workspace) if task.halves else workspace)


def halved(workspace: Workspace) -> Workspace:
    """Cut the test data of every target in two: ``dev`` has every other sentence, the first among them."""
    test = workspace.evaluation["test"]
    halves: dict[Split, int] = {"dev": 0, "test": 1}
    cut = {
        split: {code: f.subset(np.arange(start, len(f), 2)) for code, f in test.items()}
        for split, start in halves.items()
    }
    return replace(workspace, evaluation=cut)
