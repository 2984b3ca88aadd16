"""How well small-scale copies of a recipe rank subsets, beside whole runs and short ones.

``python -m benchmarks.scaled`` measures some of a table's subsets by each kind (an hour of one core), appends
each row at once, goes on where it stopped, and writes the figures of the page.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import torch

from benchmarks.scaled.page import FIELDS, KINDS, Kind, chosen_subsets, read_scores, table_path, write_page
from benchmarks.tables.design import Languages
from benchmarks.tables.plan import plan
from benchmarks.tables.rows import append
from benchmarks.tables.tasks import SEARCH_SEEDS, TASKS, Prepared, prepare_task
from realign_core.runs.running.run import run_prepared
from realign_core.support.seeds import sample_indices
from subsetsearch.config import StudyConfig
from subsetsearch.rungs.scaled import scaled
from subsetsearch.rungs.short import build_short_proxy

Measure = Callable[[Sequence[str]], float]
"""Corpus codes of a subset to its mean score on development data."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--figures", action="store_true", help="only the figures")
    parser.add_argument("--minutes", type=float, default=1e9, help="begin no run after so many minutes")
    options = parser.parse_args(arguments)
    if not options.figures:
        torch.set_num_threads(1)
        _work(60 * options.minutes)
    write_page()


def _work(seconds: float) -> None:
    task, begin = TASKS["african-pos"], time.monotonic()
    made, subsets = plan(task), chosen_subsets()
    prepared = prepare_task(task, made.pool, subsets, made.study)
    with TemporaryDirectory() as cache:
        for kind in KINDS:
            done = read_scores(kind)
            todo = [subset for subset in subsets if subset not in done]
            measure = _measure(kind, prepared, made.study, Path(cache)) if todo else None
            for subset in todo:
                if measure is None or time.monotonic() - begin > seconds:
                    return
                _append(kind, subset, prepared, measure)


def _append(kind: Kind, subset: Languages, prepared: Prepared, measure: Measure) -> None:
    start = time.process_time()
    mean = measure(prepared.pool.corpus_codes(subset))
    spent = time.process_time() - start
    row = {"kind": kind.name, "scale": kind.scale, "languages": " ".join(subset)}
    append(table_path(), FIELDS, row | {"seconds": f"{spent:.1f}", "mean": f"{mean:.6f}"})
    print(f"{kind.name} {kind.scale}: {' '.join(subset)} {mean:.4f} in {spent:.0f} s", flush=True)


def _measure(kind: Kind, prepared: Prepared, study: StudyConfig, cache: Path) -> Measure:
    """How a kind scores a subset; what all share is made now."""
    space = prepared.workspace
    if kind.name == "short":
        proxy = build_short_proxy(space, study.proxy.short, cache)
        return lambda codes: _mean(proxy.scores(codes))
    small = scaled(space, kind.scale)
    if kind.name == "cut":
        kept = round(kind.scale * len(space.train))
        small = replace(small, train=space.train.subset(sample_indices(len(space.train), kept, "train")))
    seed = SEARCH_SEEDS[0]
    return lambda codes: _mean(run_prepared(small, codes, seed=seed, split="dev").scores)


def _mean(scores: Mapping[str, float]) -> float:
    return sum(scores.values()) / len(scores)


if __name__ == "__main__":
    main()
