"""Tables of full runs by target, as a benchmark for everything that predicts them.

``python -m benchmarks.tables african-pos`` runs what is missing of a task: first the table of seeds by stage,
then the designed subsets, seed by seed. Each finished row is appended at once and never measured again, so
the same command goes on where the last one stopped, on whatever machine. Without a task only the figures of
the pages are written.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence

import torch

from benchmarks.tables.cost import time_stages
from benchmarks.tables.design import Languages
from benchmarks.tables.measure import (
    RUN_FIELDS,
    UNIT_FIELDS,
    Unit,
    designed_row,
    fields,
    unit_rows,
)
from benchmarks.tables.plan import PARTS, Plan, missing_runs, missing_units, plan
from benchmarks.tables.report import write_pages
from benchmarks.tables.rows import append, whole_rows
from benchmarks.tables.tasks import SEEDS, TASKS, TableTask, prepare_task


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("task", nargs="?", choices=[*TASKS], help="only the figures, if left out")
    parser.add_argument(
        "--parts",
        nargs="+",
        default=[*PARTS, "designed"],
        choices=[*PARTS, "designed"],
        help="of the table of seeds by stage; and the designed table",
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[*SEEDS], help="of the designed table")
    parser.add_argument("--workers", type=int, default=1, help="processes, of one thread each")
    parser.add_argument("--cost", action="store_true", help="time the stages of a run on a part of the data")
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--minutes", type=float, help="begin no run after so many minutes")
    options = parser.parse_args(arguments)
    if options.task is None:
        write_pages()
    elif options.worker is None and options.workers > 1:
        _share(list(arguments) if arguments is not None else sys.argv[1:], options.workers)
    else:
        torch.set_num_threads(1)
        work(TASKS[options.task], options)


def _share(arguments: list[str], workers: int) -> None:
    """Start processes, and wait for all of them."""
    command = [sys.executable, "-m", "benchmarks.tables", *arguments]
    started = [subprocess.Popen([*command, "--worker", str(number)]) for number in range(workers)]
    if any(process.wait() for process in started):
        sys.exit(1)


def work(task: TableTask, options: argparse.Namespace) -> None:
    """Run what is missing, or a worker's share of it.

    Args:
        task: The task.
        options: Of the command line.

    Raises:
        SystemExit: If the tables have rows of another recipe.
    """
    made, begin = plan(task), time.monotonic()
    if options.cost:
        return time_stages(task, made)
    _check_recipe(task, made)
    share = (options.worker or 0, options.workers if options.worker is not None else 1)
    units = [unit for unit in missing_units(task, made, share) if unit.part in options.parts]
    runs = missing_runs(task, made, options.seeds, share) if "designed" in options.parts else []
    if not units and not runs:
        return
    needed = [unit.languages for unit in units] + [languages for languages, _ in runs]
    prepared = prepare_task(task, made.pool, needed, made.study)
    todo: list[Unit | tuple[Languages, int]] = [*units, *runs]
    for item in todo:
        if options.minutes is not None and time.monotonic() - begin > 60 * options.minutes:
            return
        start = time.perf_counter()
        if isinstance(item, Unit):
            for row in unit_rows(prepared, item):
                append(task.split_path, fields([*prepared.codes], *UNIT_FIELDS), row)
            name = " ".join(map(str, item.key))
        else:
            append(task.path, fields([*prepared.codes], *RUN_FIELDS), designed_row(prepared, *item))
            name = f"seed {item[1]} of {' '.join(item[0]) or 'none'}"
        print(f"{task.name}: {name} in {time.perf_counter() - start:.0f} s", flush=True)


def _check_recipe(task: TableTask, made: Plan) -> None:
    """Refuse to mix rows of two recipes in one table."""
    ours = made.study.recipe.hash()
    known = {ours, made.study.recipe.hash(places=True), ""}  # with paths, as rows were named before
    rows = [*whole_rows(task.path), *whole_rows(task.split_path)]
    if others := {row["recipe"] for row in rows} - known:
        sys.exit(
            f"{task.path.parent}: rows are of recipe {', '.join(sorted(others))}, but {task.study.name} is "
            f"{ours} now; put its settings back, or begin a new table"
        )


if __name__ == "__main__":
    main()
