"""Fully run a designed set of subsets, so that the cheap rungs can be held against them.

Run ``python -m benchmarks.calibration.truth quickstart --seeds 17 23 31 47``; each finished run is added to
``results/<study>.csv`` at once, and a run that is there is not done again. Some
subsets are drawn at random within sizes, others are a random language and its nearest kin, as somebody would
choose who has the data of one region: no rung has a say in either, so none is flattered.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch

from benchmarks.common import RECORDED_TYPOLOGY, read_rows, results_of, study_file
from realign_core.runs.running.run import run_prepared
from realign_core.runs.workspace.workspace import prepare
from realign_core.support.seeds import named_generator
from subsetsearch.config import load_study
from subsetsearch.problem.pool import Pool, build_pool, build_targets

SIZES = (1, 3, 8, 20)
A_SIZE = 6
KIN_A_SIZE = 4
FIELDS = ("study", "languages", "n_languages", "seed", "split", "mean", "seconds")

Languages = tuple[str, ...]


def table_of(study: str) -> Path:
    """Where the full runs of a study are kept."""
    return results_of("calibration") / f"{study}.csv"


def design(pool: Pool) -> list[Languages]:
    """No realignment, and of each size :data:`A_SIZE` random subsets and :data:`KIN_A_SIZE` sets of kin.

    A set of kin is a language drawn at random and those nearest to it in URIEL. One language has none.
    """
    rng = named_generator(0, "rank correlation")
    drawn: dict[Languages, None] = {(): None}
    for size in SIZES:
        _draw(drawn, A_SIZE, partial(_some, pool, size, rng))
    near = _nearest(pool)
    for size in SIZES[1:]:
        _draw(drawn, KIN_A_SIZE, partial(_kin, near, size, rng))
    return list(drawn)


def _some(pool: Pool, size: int, rng: np.random.Generator) -> np.ndarray:
    return np.asarray(rng.choice(pool.keys, size, replace=False))


def _kin(near: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Draw a language, and take those nearest to it."""
    return np.asarray(near[rng.integers(len(near)), :size])


def _draw(drawn: dict[Languages, None], count: int, draw: Callable[[], np.ndarray]) -> None:
    """Add so many subsets that are not there yet."""
    enough = len(drawn) + count
    while len(drawn) < enough:
        drawn[tuple(sorted(draw().tolist()))] = None


def _nearest(pool: Pool) -> np.ndarray:
    """Keys of the pool by distance to each language, itself first, shape (n, n)."""
    distances = RECORDED_TYPOLOGY.distance_matrix(pool.keys).cautious(far=True, least=0).values.copy()
    np.fill_diagonal(distances, -1.0)
    return np.array(pool.keys)[np.argsort(distances, axis=1, kind="stable")]


def read(study: str) -> dict[tuple[Languages, int], float]:
    """Read the finished runs: subset and seed to mean test score over targets."""
    rows = read_rows(table_of(study))
    return {(tuple(row["languages"].split()), int(row["seed"])): float(row["mean"]) for row in rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", help="a study file in studies/, without its ending")
    parser.add_argument("--seeds", type=int, nargs="+", default=[17, 23, 31, 47])
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    study = load_study(study_file(options.study))
    pool, targets = build_pool(study), build_targets(study, "test")
    subsets = design(pool)
    texts = {pool.codes[key]: pool.texts[key] for subset in subsets for key in subset}
    codes = [targets.codes[key] for key in targets.searched]
    workspace = prepare(study.recipe, texts, targets=codes, splits=("test",), parallel=texts)
    path = table_of(options.study)
    if not path.is_file():
        path.write_text(",".join(FIELDS) + "\n", encoding="utf-8")
    for seed in options.seeds:
        for subset in subsets:
            if (subset, seed) in read(options.study):
                continue
            result = run_prepared(workspace, pool.corpus_codes(subset), seed=seed, split="test")
            spent = sum(result.seconds.values())
            with path.open("a", encoding="utf-8", newline="") as file:
                row = [options.study, " ".join(subset), len(subset), seed, "test"]
                csv.writer(file, lineterminator="\n").writerow([*row, f"{result.mean:.6f}", f"{spent:.1f}"])
            print(f"seed {seed}, {len(subset)} languages: {result.mean:.4f} in {spent:.0f} s", flush=True)


if __name__ == "__main__":
    main()
