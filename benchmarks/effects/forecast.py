"""Forecast what single languages gain, before any of them is run, and run some to see.

``python -m benchmarks.effects.forecast write`` learns from the runs of seed 101 on development data
(expressions of time and quantity). It writes what each language that was never run alone should gain,
and which are to be run: four of the highest and four of the lowest. ``measure`` runs these on test
data with a seed of the truth, one row a run, and goes on where it stopped.
"""

from __future__ import annotations

import argparse
from itertools import product

import numpy as np
import torch

from benchmarks.common import read_json, results_of, write_json
from benchmarks.effects.cases import FEWEST_RUNS, learned_by
from benchmarks.tables.load import read_table, scores_of
from benchmarks.tables.measure import RUN_FIELDS, designed_row, fields
from benchmarks.tables.plan import plan
from benchmarks.tables.rows import append, whole_rows
from benchmarks.tables.tasks import TASKS, TRUTH_SEEDS, prepare_task
from subsetsearch.subset import Subset
from subsetsearch.surrogate.effects import EffectModel
from subsetsearch.traits.typological import coordinates

TASK = TASKS["time-expressions"]
FILE = results_of("effects") / "forecast.json"
RUNS = results_of("effects") / "forecast.csv"
EACH = 4
SEEDS = TRUTH_SEEDS[:1]


def write() -> None:
    """Write the forecast; one that is there is kept, since runs may have followed it."""
    if FILE.is_file():
        raise SystemExit(f"{FILE} is there already")
    runs, kernel = learned_by(TASK, read_table(TASK))
    assert len(runs) >= FEWEST_RUNS
    model = EffectModel.fit(runs, kernel, coordinates(runs.targets))
    ran = set(runs.subsets)
    new = [subset for key in kernel.traits.keys if (subset := Subset(frozenset({key}))) not in ran]
    expected = model.expect_group(new)
    order = np.argsort(-expected.mean)
    chosen = [*order[:EACH], *order[-EACH:]]
    gains = zip(expected.mean.round(4).tolist(), expected.sd.round(4).tolist(), strict=True)
    by_language = dict(zip([subset.name for subset in new], map(list, gains), strict=True))
    write_json(
        FILE,
        {
            "learned_from": len(runs),
            "measured": [new[i].name for i in chosen],
            "gain_and_sd": {new[i].name: by_language[new[i].name] for i in order},
        },
    )


def measure() -> None:
    """Run what the forecast names, and no realignment, with the seeds of the truth."""
    torch.set_num_threads(1)
    made = plan(TASK)
    languages = [(), *((key,) for key in read_json(FILE)["measured"])]
    done = {(row["languages"], row["seed"]) for row in whole_rows(RUNS)}
    todo = [(s, seed) for seed, s in product(SEEDS, languages) if (" ".join(s), str(seed)) not in done]
    prepared = prepare_task(TASK, made.pool, languages, made.study)
    for subset, seed in todo:
        append(RUNS, fields([*prepared.codes], *RUN_FIELDS), designed_row(prepared, subset, seed))
        print(subset, seed, flush=True)


def outcome() -> list[tuple[str, float, float, float]]:
    """The forecast beside the gains of the runs that have been made.

    Returns:
        Language, expected gain, its standard deviation, and the gain on test data with one seed.
    """
    rows = {row["languages"]: np.mean([*scores_of(row)["test"].values()]) for row in whole_rows(RUNS)}
    forecast = read_json(FILE)
    return [
        (key, *forecast["gain_and_sd"][key], float(rows[key] - rows[""]))
        for key in forecast.get("measured", [])
        if key in rows and "" in rows
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("step", choices=["write", "measure"])
    {"write": write, "measure": measure}[parser.parse_args().step]()
