"""What a task's tables should hold, and what is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.tables.design import SPLIT_SIZES, Languages, design, split_design
from benchmarks.tables.measure import AVERAGED, Unit
from benchmarks.tables.rows import whole_rows
from benchmarks.tables.tasks import (
    FINETUNING_SEEDS,
    REALIGNMENT_SEEDS,
    REPEATED_SEEDS,
    SEEDS,
    TableTask,
)
from subsetsearch.config import StudyConfig
from subsetsearch.problem.pool import Pool, build_pool

RECORDED = "recorded"
"""Stands for the kernel of rows that were copied from an older table."""

PARTS = ("split", "pairs", "repeated")
"""Of the table of seeds by stage, in the order in which they are run."""

REPEATED = 24
"""Subsets of the comparison of one fine-tuning with several."""


@dataclass(frozen=True)
class Plan:
    """What a task's tables should hold.

    Args:
        study: The task's study.
        pool: Its languages.
        subsets: Of the designed table, which has each of them with each seed.
        units: Of the table of seeds by stage.
    """

    study: StudyConfig
    pool: Pool
    subsets: tuple[Languages, ...]
    units: tuple[Unit, ...]


def plan(task: TableTask) -> Plan:
    """Draw a task's subsets; rows that are there already have a part in the design."""
    study = task.load()
    pool = build_pool(study)
    known = recorded_subsets(task)
    subsets = tuple(design(pool.keys, task.each, known))
    return Plan(study, pool, subsets, tuple(units(split_design(pool.keys), subsets)))


def units(split: Sequence[Languages], subsets: Sequence[Languages]) -> list[Unit]:
    """List the realignments of the table of seeds by stage.

    Args:
        split: Subsets of the split of variance: each is realigned with each of three seeds, each realignment
            is fine-tuned with each of three others. Two come first, so that a cut table can be split. Then
            the order and the draw of the pairs are changed one at a time.
        subsets: Designed ones, of which some are compared: with two seeds that share nothing.
    """
    (first, second, third), finetuning = REALIGNMENT_SEEDS, FINETUNING_SEEDS
    order = [(s, r) for s in split for r in (first, second)] + [(s, third) for s in split]
    realignments = [Unit("split", s, r, r, finetuning) for s, r in order]
    apart = [(second, first), (first, second), (third, first), (first, third)]
    realignments += [Unit("pairs", s, *seeds, finetuning[:1]) for s in split for seeds in apart]
    some = [s for s in subsets if s][:: max(1, (len(subsets) - 1) // REPEATED)][:REPEATED]
    for number, seed in enumerate(REPEATED_SEEDS):
        own = tuple(411 + 10 * number + i for i in range(3))
        realignments += [Unit("repeated", s, seed, seed, own) for s in some]
    return realignments


UNITS = 3 * len(SPLIT_SIZES) + 4 * len(SPLIT_SIZES) + len(REPEATED_SEEDS) * REPEATED
"""How many these are."""


Share = tuple[int, int]
"""A worker's number, from 0, and how many there are; each has every so-manieth thing of the whole plan."""


def missing_units(task: TableTask, made: Plan, share: Share = (0, 1)) -> list[Unit]:
    """Units of a share that are not whole in the table, with the fine-tunings that they lack."""
    names = ("part", "languages", "realignment", "drawn", "finetuning", "averaged")
    done = {tuple(row[name] for name in names) for row in whole_rows(task.split_path)}
    units_left = []
    for unit in made.units[share[0] :: share[1]]:
        keys_by_seed = {
            seed: [(*unit.key, str(seed), str(k)) for k in (1, AVERAGED)] for seed in unit.finetuning
        }
        missing = tuple(seed for seed, keys in keys_by_seed.items() if not done.issuperset(keys))
        if missing:
            units_left.append(replace(unit, finetuning=missing))
    return units_left


def missing_runs(
    task: TableTask, made: Plan, seeds: Sequence[int] = SEEDS, share: Share = (0, 1)
) -> list[tuple[Languages, int]]:
    """Designed runs of a share that are not in the table, seed by seed."""
    done = {(row["languages"], row["seed"]) for row in whole_rows(task.path)}
    planned = [(subset, seed) for seed in seeds for subset in made.subsets]
    return [(s, seed) for s, seed in planned[share[0] :: share[1]] if (" ".join(s), str(seed)) not in done]


def recorded_subsets(task: TableTask) -> list[Languages]:
    """Subsets of the rows that were recorded with this recipe before the design was made."""
    rows = [row for row in whole_rows(task.path) if row["kernel"] == RECORDED]
    return [*dict.fromkeys(tuple(row["languages"].split()) for row in rows)]
