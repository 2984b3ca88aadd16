"""Does another machine, or another encoder, find the same? Some runs of a task once more, from nothing.

``python -m benchmarks.study.again time-expressions --workers 2`` repeats no realignment, all languages, our
pick, the best published set and what carries over, with the study's own seeds; ``--encoder xlm-roberta-base``
does so with a larger encoder, for which one GPU is enough. The rows go to
``studies/results/real/<task>-again[-<encoder>].csv``; the page says what differs. Machines compute with
different number formats and orders of sums, so equal seeds do not give equal scores there. With
``--forecast`` it says how much there is to do.
"""

from __future__ import annotations

import argparse
import logging
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from threadpoolctl import threadpool_limits

import subsetsearch as ss
from benchmarks.common import ending_plainly, positive_int
from benchmarks.study.analysis.compare import over_untouched
from benchmarks.study.analysis.measured import Measured
from benchmarks.study.entries import CARRIED, ENDS, PUBLISHED, Entry
from benchmarks.study.files.kept import rounded
from benchmarks.study.runs import full_runs, likely_time
from benchmarks.study.summary import read_measured
from benchmarks.study.tasks import TASKS, StudyTask, no_plan
from subsetsearch.errors import count
from subsetsearch.problem.problem import Problem
from subsetsearch.results.tables.run_table import write_runs
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.run.full_runs.evaluate import run_with_workers
from subsetsearch.rungs.full import FullRuns
from subsetsearch.subset import Subset


def chosen(measured: Measured) -> list[Entry]:
    """What is run once more: both ends, our pick, what carries over, and the best published set."""
    compared = over_untouched(measured, measured.groups["all targets"])
    strategies = [one.entry for one in compared if one.entry.kind == PUBLISHED and measured.whole(one.entry)]
    plan = measured.plan
    return [*plan.of_kind(ENDS), measured.recommended, *plan.of_kind(CARRIED), *strategies[-1:]]


@dataclass(frozen=True)
class Repetition:
    """Runs of a task that are done once more, in a database of their own.

    Args:
        task: Whose full runs are there.
        measured: These.
        study: The task's study, perhaps with another encoder.
        full: Its full runs.
        todo: Sets and seeds that are still to be run.
        encoder: Name or folder of another encoder than the study's; empty for its own.
    """

    task: StudyTask
    measured: Measured
    study: ss.Study
    full: FullRuns
    todo: Sequence[tuple[Subset, int]]
    encoder: str = ""

    @classmethod
    def of(cls, task: StudyTask, folder: Path, encoder: str = "") -> Repetition:
        """See what is to be done.

        Args:
            task: Whose full runs are there.
            folder: Of databases and caches; the study's own rows are not read.
            encoder: Name or folder of another one than the study's.

        Raises:
            RealignError: If there is no plan yet, or the encoder cannot be had.
        """
        measured = read_measured(task)
        if measured is None:
            raise no_plan(task)
        overrides = {"recipe.encoder.name": encoder} if encoder else {}
        study = ss.load(task.file, overrides, runs=folder, tell=lambda _: None)
        full = full_runs(study, Problem.build(study.config), open_store(study.config, study.folder))
        subsets = dict.fromkeys(entry.subset for entry in chosen(measured))
        todo = full.missing([*subsets], measured.plan.seeds)
        return cls(task, measured, study, full, todo, encoder)

    def forecast(self, workers: int) -> str:
        """Say what is still to be done, and how long it takes at the speed of the runs that are there."""
        runs, times = len(self.todo), [s for each in self.measured.seconds.values() for s in each]
        told = f"{self.task.name}: {count(runs, 'full run') if runs else 'nothing'} to do"
        if not runs or not times:
            return told
        return f"{told}, {likely_time(runs, statistics.mean(times), workers)}"

    def run(self, workers: int) -> None:
        """Do the runs, and write their table; it goes on where it was stopped.

        Args:
            workers: Processes, of one thread each.

        Raises:
            RealignError: If a run fails.
        """
        run_with_workers(self.full, self.todo, workers=workers, logs=self.study.folder.logs)
        write_runs(self.task.again(self.encoder), [rounded(run) for run in self.full.stored()], kernels=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=[*TASKS])
    parser.add_argument("--workers", type=positive_int, default=1, help="processes, of one thread each")
    parser.add_argument("--dir", type=Path, default=Path("runs/again"), help="folder of databases and caches")
    parser.add_argument("--encoder", default="", help="another one than the study's: its name or folder")
    parser.add_argument("--forecast", action="store_true", help="say what is to be done, and do nothing")
    options = parser.parse_args(arguments)
    threadpool_limits(1)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    with ending_plainly():
        repetition = Repetition.of(TASKS[options.task], options.dir, options.encoder)
        print(repetition.forecast(options.workers), flush=True)
        if not options.forecast:
            repetition.run(options.workers)


if __name__ == "__main__":
    main()
