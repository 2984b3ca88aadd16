"""Would a search with more runs of none, or with more sentences, have chosen otherwise? On development data.

``python -m benchmarks.study.untouched topics --further 3`` runs no realignment with three further seeds, as a
search does that asks for one more run, and chooses again with the first, the first two, ... of these runs.
``studies/results/real/<task>-untouched.json`` keeps their scores and the choices. The plan stays as it is.

With ``--sentences 99`` so many development sentences a language are scored, not the study's number: all runs
of the search are done once more, and the file is ``<task>-untouched-99-sentences.json``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import optuna
from threadpoolctl import threadpool_limits

import subsetsearch as ss
from benchmarks.common import ending_plainly, positive_int, write_json
from benchmarks.study.choose import Chooser
from benchmarks.study.reproduce import stored_plan
from benchmarks.study.runs import dev_runs, likely_time, seconds
from benchmarks.study.search import Desk, planned_runs
from benchmarks.study.tasks import TASKS, StudyTask, no_plan
from subsetsearch.analysis.model.question import PLAIN
from subsetsearch.errors import count
from subsetsearch.problem.problem import Problem
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.results.measurements.store import Run
from subsetsearch.results.tables.study_store import open_store
from subsetsearch.run.full_runs.evaluate import run_with_workers
from subsetsearch.rungs.full import FullRuns
from subsetsearch.rungs.full_rung import further_seed
from subsetsearch.subset import NONE


def with_sentences(task: StudyTask, folder: Path, number: int) -> FullRuns:
    """Runs on development data that score so many sentences a language.

    Args:
        task: The task; none of its rows is read.
        folder: Of databases and caches.
        number: Of sentences, at most: a language may have fewer.

    Raises:
        RealignError: If the study cannot be read.
    """
    overrides = {"recipe.task.max_evaluation": number}
    study = ss.load(task.file, overrides, runs=folder / f"{number}-sentences", tell=lambda _: None)
    return dev_runs(study, Problem.build(study.config), open_store(study.config, study.folder))


def done(full: FullRuns, runs: Sequence[Run], each: float, workers: int, logs: Path) -> list[Measurement]:
    """Say how long runs on development data take, do them, and read them; what is stored is not done again.

    Args:
        full: Where they are kept.
        runs: Sets and seeds.
        each: Seconds that a run takes.
        workers: Processes.
        logs: Folder of what they print.

    Raises:
        RealignError: If a run fails.
    """
    stored = full.done()
    missing = [run for run in runs if run not in stored]
    if missing:
        print(f"{count(len(missing), 'run')} to do, {likely_time(len(missing), each, workers)}", flush=True)
    run_with_workers(full, missing, workers=workers, logs=logs)
    return [measured for subset, seed in runs for measured in full.of(subset, [seed])]


def choices(
    problem: Problem, realigned: Sequence[Measurement], none: Sequence[Measurement]
) -> Iterator[dict[str, Any]]:
    """Choose with the first, the first two, ... runs of no realignment.

    Args:
        problem: Of the task.
        realigned: All other runs of the search.
        none: Runs of no realignment, in their order.

    Yields:
        The number of runs, what is recommended, and the set of which most is expected, with its gain.
    """
    subsets = list(dict.fromkeys(run.subset for run in realigned))
    for number in range(1, len(none) + 1):
        chooser = Chooser.of(problem, [*realigned, *none[:number]])
        expected = chooser.models.counted.expect_group(subsets)
        best = int(expected.mean.argmax())
        yield {
            "runs_of_none": number,
            "recommended": chooser.recommended(PLAIN).name,
            "highest": subsets[best].name,
            "gain": round(float(expected.mean[best]), 5),
            "sd": round(float(expected.sd[best]), 5),
        }


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", choices=[*TASKS])
    parser.add_argument("--further", type=positive_int, default=3, help="seeds beside that of the search")
    parser.add_argument(
        "--sentences", type=positive_int, help="of each language, instead of the study's number"
    )
    parser.add_argument("--workers", type=positive_int, default=1, help="processes, of one thread each")
    parser.add_argument("--dir", default="runs/untouched", help="folder of databases and caches")
    options = parser.parse_args(arguments)
    threadpool_limits(1)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with ending_plainly():
        write_json(TASKS[options.task].untouched(options.sentences), _found(options))


def _found(options: argparse.Namespace) -> dict[str, Any]:
    task = TASKS[options.task]
    desk = Desk.of(task, options.dir)
    plan = stored_plan(desk)
    if plan is None:
        raise no_plan(task)
    searched = [(run.subset, run.seed) for run in planned_runs(desk, plan)]
    first = [run for run in searched if run[0] == NONE][:1]
    seeds = [further_seed(desk.study.config, place + 1) for place in range(options.further)]
    realigned = [run for run in searched if run[0] != NONE]
    asked = [*first, *((NONE, seed) for seed in seeds), *realigned]
    if options.sentences:
        full = with_sentences(task, Path(options.dir), options.sentences)
    else:
        full = dev_runs(desk.study, desk.problem, desk.kept.store)
    runs = done(full, asked, seconds(desk), options.workers, desk.study.folder.logs)
    none = [run for run in runs if run.subset == NONE]
    others = [run for run in runs if run.subset != NONE]
    sentences = f" --sentences {options.sentences}" * bool(options.sentences)
    return {
        "command": f"python -m benchmarks.study.untouched {task.name} --further {options.further}{sentences}",
        "none": {str(run.seed): round(run.mean, 5) for run in none},
        "choices": [*choices(full.problem, others, none)],
    }


if __name__ == "__main__":
    main()
