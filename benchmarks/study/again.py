"""Does another machine find the same? Some runs of a task once more, from nothing, beside its tables.

``python -m benchmarks.study.again time-expressions --workers 2`` repeats no realignment, all languages, our
pick and the best published set with the study's own seeds. What it measures goes to
``studies/results/real/<task>-again.csv``; the page says what differs. Machines compute with different number
formats and orders of sums, so equal seeds do not give equal scores there.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from threadpoolctl import threadpool_limits

import subsetsearch as ss
from benchmarks.study.compare import over_untouched
from benchmarks.study.entries import ENDS, PUBLISHED, Entry
from benchmarks.study.kept import rounded
from benchmarks.study.measured import Measured
from benchmarks.study.summary import read_measured
from benchmarks.study.tasks import TASKS, StudyTask
from subsetsearch.problem.problem import Problem
from subsetsearch.results.measurements.measurement import TEST
from subsetsearch.results.tables.run_table import write_runs
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.run.full_runs.evaluate import run_with_workers
from subsetsearch.run.preparation.arithmetic import with_fixed_arithmetic
from subsetsearch.rungs.full import FullRuns


def chosen(measured: Measured) -> list[Entry]:
    """What is run once more: both ends, our pick, and the published set with the highest gain."""
    compared = over_untouched(measured, measured.groups["all targets"])
    strategies = [one.entry for one in compared if one.entry.kind == PUBLISHED and measured.whole(one.entry)]
    return [*measured.plan.of_kind(ENDS), measured.recommended, *strategies[-1:]]


def repeat(task: StudyTask, folder: Path, workers: int) -> None:
    """Do these runs in a database of their own, and write their table; it goes on where it was stopped.

    Args:
        task: Whose full runs are there.
        folder: Of databases and caches; the study's own rows are not read.
        workers: Processes, of one thread each.
    """
    measured = read_measured(task)
    if measured is None:
        raise SystemExit(
            f"error: no plan of {task.name} yet; python -m benchmarks.study {task.name} makes it"
        )
    study = ss.load(task.file, runs=str(folder), tell=lambda _: None)
    problem = Problem.build(study.config).on(TEST)
    fixed = replace(problem, config=with_fixed_arithmetic(study.config, study.folder))
    full = FullRuns(fixed, open_store(study.config, study.folder), fresh=True)
    todo = full.missing([entry.subset for entry in chosen(measured)], measured.plan.seeds)
    run_with_workers(full, todo, workers=workers, logs=study.folder.logs)
    write_runs(task.again, [rounded(run) for run in full.stored()], kernels=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=[*TASKS])
    parser.add_argument("--workers", type=int, default=1, help="processes, of one thread each")
    parser.add_argument("--dir", type=Path, default=Path("runs/again"), help="folder of databases and caches")
    options = parser.parse_args(arguments)
    threadpool_limits(1)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    repeat(TASKS[options.task], options.dir, options.workers)


if __name__ == "__main__":
    main()
