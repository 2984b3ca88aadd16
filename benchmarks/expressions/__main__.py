"""Fully run a few known subsets on the development data of ``studies/time-expressions.toml``.

Run ``python -m benchmarks.expressions --seeds 17 23 31``; each finished run is added to ``results/dev.csv``
at once, with the score of every target, and a run that is there is not done again.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from benchmarks.common import page_of, read_rows, results_of, study_file, write_figures
from realign_core.runs.running.run import run_prepared
from realign_core.runs.workspace.workspace import prepare
from subsetsearch.config import load_study
from subsetsearch.languages import resolve
from subsetsearch.problem.pool import build_pool, build_targets

SUBJECT = "expressions"
STUDY = "time-expressions"
TABLE = results_of(SUBJECT) / "dev.csv"

SUBSETS: Mapping[str, tuple[str, ...] | None] = {
    "none": (),
    "five European": ("de", "es", "fr", "it", "pl"),
    "five diverse": ("eu", "ga", "mn", "sw", "te"),
    "Khmer, Scottish Gaelic": ("gd", "km"),
    "all": None,
}
"""Name -> languages of the catalogues; ``None`` for all of them."""

SINGLE = ("ee", "ln", "ab", "om", "ug", "tk", "ks", "shi")
"""Targets that the page shows one by one, by the task's codes."""

_FIXED = ("subset", "seed", "mean", "cpu_seconds")


def measure(seeds: Sequence[int]) -> None:
    """Run what is missing."""
    torch.set_num_threads(1)
    study = load_study(study_file(STUDY))
    pool, targets = build_pool(study), build_targets(study, "dev")
    texts = {pool.codes[key]: pool.texts[key] for key in pool.keys}
    codes = [targets.codes[key] for key in targets.searched]
    workspace = prepare(study.recipe, texts, targets=codes, splits=("dev",), parallel=texts)
    done = {(row["subset"], int(row["seed"])) for row in read_rows(TABLE)}
    for seed in seeds:
        for name, chosen in SUBSETS.items():
            if (name, seed) in done:
                continue
            began = time.process_time()
            result = run_prepared(
                workspace, list(texts) if chosen is None else chosen, seed=seed, split="dev"
            )
            cells = [name, seed, f"{result.mean:.4f}", f"{time.process_time() - began:.0f}"]
            _append([*cells, *(f"{result.scores[code]:.4f}" for code in codes)], [*_FIXED, *codes])
            print(f"seed {seed}, {name}: {result.mean:.4f}", flush=True)


def _append(cells: Sequence[object], head: Sequence[str]) -> None:
    new = not TABLE.is_file()
    with TABLE.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if new:
            writer.writerow(head)
        writer.writerow(cells)


def scores(path: Path = TABLE) -> dict[str, dict[str, np.ndarray]]:
    """Read the table: subset -> ``mean`` or target -> scores by seed, in [0, 1]."""
    rows = read_rows(path)
    columns = [name for name in rows[0] if name not in ("subset", "seed", "cpu_seconds")] if rows else []
    return {
        name: {
            column: np.array([float(row[column]) for row in rows if row["subset"] == name])
            for column in columns
        }
        for name in dict.fromkeys(row["subset"] for row in rows)
    }


def figures(found: Mapping[str, Mapping[str, np.ndarray]]) -> list[str]:
    """Write two tables: the mean over all targets, and single targets."""
    seeds = len(found["none"]["mean"])
    lines = [f"| realigned with | accuracy (dev), {seeds} seeds | gain over none |", "|-|-:|-:|"]
    base = found["none"]
    for name, by_target in found.items():
        values = 100 * by_target["mean"]
        gain = "" if name == "none" else f"{100 * (by_target['mean'] - base['mean']).mean():.1f}"
        lines.append(f"| {name} | {values.mean():.1f} ± {values.std(ddof=1):.1f} | {gain} |")
    single = [f"| target | {' | '.join(found)} |", f"|-|{'-:|' * len(found)}"]
    for code in SINGLE:
        cells = " | ".join(f"{100 * by_target[code].mean():.1f}" for by_target in found.values())
        single.append(f"| {resolve(code).name} | {cells} |")
    return ["\n".join(lines), "\n".join(single)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, nargs="*", default=[17, 23, 31])
    options = parser.parse_args()
    measure(options.seeds)
    write_figures(SUBJECT, figures(scores()), page_of(SUBJECT))


if __name__ == "__main__":
    main()
