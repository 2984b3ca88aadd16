"""Would more runs without realignment have changed a choice? On development data alone.

``python -m benchmarks.study.untouched topics --further 3`` runs no realignment with three further seeds, as a
search does that asks for one more run, and chooses again with the first, the first two, ... of these runs.
``studies/results/real/<task>-untouched.json`` keeps their scores and the choices. The plan stays as it is.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

import optuna
from threadpoolctl import threadpool_limits

from benchmarks.common import ending_plainly, positive_int, write_json
from benchmarks.study.choose import Chooser
from benchmarks.study.reproduce import stored_plan
from benchmarks.study.runs import dev_runs
from benchmarks.study.search import Desk, planned_runs
from benchmarks.study.tasks import TASKS, no_plan
from subsetsearch.analysis.model.question import PLAIN
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.run.full_runs.evaluate import run_with_workers
from subsetsearch.rungs.full_rung import further_seed
from subsetsearch.subset import NONE


def further_runs(desk: Desk, number: int) -> list[Measurement]:
    """Run no realignment on development data with further seeds; what is stored is not run again.

    Args:
        desk: The task.
        number: Of further seeds, from the first on.

    Raises:
        RealignError: If a run fails.
    """
    full = dev_runs(desk)
    seeds = [further_seed(full.problem.config, place + 1) for place in range(number)]
    run_with_workers(full, full.missing([NONE], seeds), workers=1, logs=desk.study.folder.logs)
    return full.of(NONE, seeds)


def choices(desk: Desk, realigned: Sequence[Measurement], none: Sequence[Measurement]) -> Iterator[Any]:
    """Choose with the first, the first two, ... runs of no realignment.

    Args:
        desk: The task.
        realigned: All other runs of the search.
        none: Runs of no realignment, in their order.

    Yields:
        The number of runs, what is recommended, and the set of which most is expected, with its gain.
    """
    subsets = list(dict.fromkeys(run.subset for run in realigned))
    for number in range(1, len(none) + 1):
        chooser = Chooser.of(desk.problem, [*realigned, *none[:number]])
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
    parser.add_argument("--dir", default="runs/untouched", help="folder of databases and caches")
    options = parser.parse_args(arguments)
    threadpool_limits(1)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with ending_plainly():
        write_json(TASKS[options.task].untouched, _found(options))


def _found(options: argparse.Namespace) -> dict[str, Any]:
    task = TASKS[options.task]
    desk = Desk.of(task, options.dir)
    plan = stored_plan(desk)
    if plan is None:
        raise no_plan(task)
    searched = planned_runs(desk, plan)
    first = [run for run in searched if run.subset == NONE][:1]
    none = [*first, *further_runs(desk, options.further)]
    realigned = [run for run in searched if run.subset != NONE]
    return {
        "command": f"python -m benchmarks.study.untouched {task.name} --further {options.further}",
        "none": {str(run.seed): round(run.mean, 5) for run in none},
        "choices": [*choices(desk, realigned, none)],
    }


if __name__ == "__main__":
    main()
