"""Does another machine, or another encoder, find the same? Some runs of a task once more, from nothing.

``python -m benchmarks.study.again time-expressions --workers 2`` repeats no realignment, all languages, our
pick, the best published set and what carries over, with the study's own seeds; ``--encoder xlm-roberta-base``
does so with a larger encoder, for which one GPU is enough. The rows go to
``studies/results/real/<task>-again[-<encoder>].csv``; the page says what differs. Machines compute with
different number formats and orders of sums, so equal seeds do not give equal scores there.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from threadpoolctl import threadpool_limits

import subsetsearch as ss
from benchmarks.study.analysis.compare import over_untouched
from benchmarks.study.analysis.measured import Measured
from benchmarks.study.entries import CARRIED, ENDS, PUBLISHED, Entry
from benchmarks.study.kept import rounded
from benchmarks.study.runs import full_runs
from benchmarks.study.summary import read_measured
from benchmarks.study.tasks import TASKS, StudyTask, no_plan
from subsetsearch.errors import RealignError
from subsetsearch.problem.problem import Problem
from subsetsearch.results.tables.run_table import write_runs
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.run.full_runs.evaluate import run_with_workers


def chosen(measured: Measured) -> list[Entry]:
    """What is run once more: both ends, our pick, what carries over, and the best published set."""
    compared = over_untouched(measured, measured.groups["all targets"])
    strategies = [one.entry for one in compared if one.entry.kind == PUBLISHED and measured.whole(one.entry)]
    plan = measured.plan
    return [*plan.of_kind(ENDS), measured.recommended, *plan.of_kind(CARRIED), *strategies[-1:]]


def repeat(task: StudyTask, folder: Path, workers: int, encoder: str = "") -> None:
    """Do these runs in a database of their own, and write their table; it goes on where it was stopped.

    Args:
        task: Whose full runs are there.
        folder: Of databases and caches; the study's own rows are not read.
        workers: Processes, of one thread each.
        encoder: Name or folder of another one than the study's.

    Raises:
        RealignError: If there is no plan yet, the encoder cannot be had, or a run fails.
    """
    measured = read_measured(task)
    if measured is None:
        raise no_plan(task)
    overrides = {"recipe.encoder.name": encoder} if encoder else {}
    study = ss.load(task.file, overrides, runs=folder, tell=lambda _: None)
    full = full_runs(study, Problem.build(study.config), open_store(study.config, study.folder))
    todo = full.missing([entry.subset for entry in chosen(measured)], measured.plan.seeds)
    run_with_workers(full, todo, workers=workers, logs=study.folder.logs)
    write_runs(task.again(encoder), [rounded(run) for run in full.stored()], kernels=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=[*TASKS])
    parser.add_argument("--workers", type=int, default=1, help="processes, of one thread each")
    parser.add_argument("--dir", type=Path, default=Path("runs/again"), help="folder of databases and caches")
    parser.add_argument("--encoder", default="", help="another one than the study's: its name or folder")
    options = parser.parse_args(arguments)
    threadpool_limits(1)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        repeat(TASKS[options.task], options.dir, options.workers, options.encoder)
    except RealignError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
