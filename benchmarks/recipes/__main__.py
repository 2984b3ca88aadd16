"""Measure settings of recipes on development data, for the defaults of each kind of task.

Run ``python -m benchmarks.recipes`` with ``REALIGN_DATA`` set. Every run of the plan that is not in
``results/recipes.csv`` is made, on one thread, and added to it; then the figures of the page are written.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import torch

from benchmarks.common import ROOT, read_rows, results_of, write_figures
from benchmarks.recipes.measure import Measurer
from benchmarks.recipes.settings import PLAN, Asked, asked_of
from benchmarks.recipes.table import markdown, summary

SUBJECT = "recipes"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    table = results_of(SUBJECT) / f"{SUBJECT}.csv"
    parser.add_argument("--table", type=Path, default=table, help="table of runs")
    parser.add_argument("--cache", type=Path, default=ROOT / "runs" / SUBJECT, help="realigned encoders")
    parser.add_argument("--seed", type=int, help="runs of this seed alone: two commands can share the work")
    options = parser.parse_args()
    torch.set_num_threads(1)
    measurer = Measurer(options.cache)
    for asked in missing(options.table, options.seed):
        row = measurer.measure(asked)
        add_row(options.table, row)
        print(f"{asked}: {100 * row['mean']:.1f}, {row['seconds']} s", flush=True)
    if options.table == table:
        write_figures(SUBJECT, markdown(read_rows(table)))
        write_figures(SUBJECT, summary(read_rows(table)), ROOT / "docs" / "results.md")


def missing(table: Path, seed: int | None = None) -> list[Asked]:
    """Runs of the plan that the table does not have; of one seed, if it is given."""
    done = {asked_of(row) for row in read_rows(table)}
    return [asked for asked in PLAN if asked not in done and seed in (None, asked.seed)]


def add_row(table: Path, row: dict[str, object]) -> None:
    """Add a run to the table."""
    new = not table.is_file()
    table.parent.mkdir(parents=True, exist_ok=True)
    with table.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row), lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow(row)


if __name__ == "__main__":
    main()
