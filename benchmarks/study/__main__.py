"""The real study: does the chosen subset win, and for whom?

``python -m benchmarks.study time-expressions`` searches within the budget of minutes, then does the full runs
of the plan, then the peers' searches. It says before how long it takes. Each finished row is written to
``studies/results/real/`` at once, and the same command goes on where it was stopped, on whatever machine.
Without a task it reads the rows of all tasks and writes ``studies/results/summary.json``, the tables of
``studies/README.md`` and the figures. REALIGN_DATA names the corpora; time-expressions needs none.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Sequence

import optuna
from threadpoolctl import threadpool_limits

from benchmarks.common import ending_plainly, positive, positive_int
from benchmarks.study.tasks import TASKS, StudyTask


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", nargs="?", choices=[*TASKS], help="only tables and figures, if left out")
    parser.add_argument("--workers", type=positive_int, default=1, help="processes, of one thread each")
    parser.add_argument("--minutes", type=positive, help="begin nothing new after so many minutes")
    parser.add_argument("--dir", default="runs", help="folder of databases and caches")
    parser.add_argument("--forecast", action="store_true", help="say what is to be done, and do nothing")
    options = parser.parse_args(arguments)
    if options.task is None and options.forecast:
        parser.error("--forecast needs a task")
    with ending_plainly():
        if options.task is not None:
            sys.exit(0 if run(TASKS[options.task], options) else 3)
        from benchmarks.study.page.write import write_all

        write_all()
        print("wrote studies/README.md, studies/results/: summary.json, real/*.md, figures/*.png")


def run(task: StudyTask, options: argparse.Namespace) -> bool:
    """Go on with a task; tell whether it is done.

    Raises:
        RealignError: If something does not fit, or a run fails.
    """
    from benchmarks.study.reproduce import forecast, reproduce, stored_plan
    from benchmarks.study.search import Deadline, Desk

    limit = None if options.minutes is None else Deadline(time.monotonic() + 60 * options.minutes)
    threadpool_limits(1)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    optuna.logging.set_verbosity(optuna.logging.ERROR)

    def tell(sentence: str) -> None:
        print(sentence, flush=True)

    desk = Desk.of(task, options.dir)
    if options.forecast:
        tell(forecast(desk, stored_plan(desk), options.workers))
        return True
    done = reproduce(desk, workers=options.workers, over=limit, tell=tell)
    tell(f"{task.name}: " + ("done" if done else "not done yet; the same command goes on"))
    return done


if __name__ == "__main__":
    main()
