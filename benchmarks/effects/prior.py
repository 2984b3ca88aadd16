"""Would a prior from other tasks help the first runs? Checked leaving the task out, on development data.

``python -m benchmarks.effects.prior`` learns from each task's runs on development data what each part of the
kernel is worth (logarithms of its variances, averaged over the other tasks) and how its traits weigh, gives a
new study that, and asks how well subsets that were never run are ranked after 6, 10 and 20 runs. It writes
``results/prior.json`` and its figures in a few minutes. REALIGN_DATA names the corpora.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from benchmarks.common import ROOT, page_of, results_of, study_file, write_figures, write_json
from benchmarks.effects.cases import kernel_of, recorded_runs
from benchmarks.tables.load import read_table
from benchmarks.tables.tasks import SEARCH_SEEDS, TASKS, TableTask
from subsetsearch.subset import Subset
from subsetsearch.surrogate.effects import PLAIN, Mixes, Prior, ScalarEffects, SubsetKernel
from subsetsearch.traits.table import Matrix

FEWEST = 30
"""Subsets that a task needs."""

SEARCHED = {"names": "quickstart"}
"""Task to the study whose recorded search, by another recipe, stands in for a table that is not there yet."""

RUNS = (6, 10, 20)
DRAWS = 24

NARROW = 0.7
"""Standard deviation of the logarithm of a variance, given those of other tasks."""

KINDS = ("variances", "weights of traits", "both")

ALIKE = {"african-pos": "ud-pos", "ud-pos": "african-pos"}
"""Tasks that would tell each other too much: both tag parts of speech."""


@dataclass(frozen=True)
class Known:
    """A task's runs on development data, one a subset.

    Args:
        name: Of the task.
        kernel: Of its pool.
        subsets: That were run.
        values: Means over targets.
    """

    name: str
    kernel: SubsetKernel
    subsets: tuple[Subset, ...]
    values: Matrix

    @cached_property
    def mixes(self) -> Mixes:
        """The subsets as arrays."""
        return self.kernel.read(self.subsets)

    @cached_property
    def sizes(self) -> dict[str, float]:
        """Part to its variance, by all runs."""
        return ScalarEffects.estimate(self.kernel, self.mixes, self.values)

    @cached_property
    def traits(self) -> Matrix:
        """Mean traits of the subsets, as the kernel has them, shape (n, n_traits)."""
        names = self.kernel.traits.names
        return np.asarray(self.mixes.shares @ self.kernel.traits.values / np.sqrt(max(1, len(names))))

    @cached_property
    def weights(self) -> dict[str, float]:
        """Trait to its weight in score, by all runs."""
        model = ScalarEffects.fit(self.kernel, self.mixes, self.values, self.sizes)
        along = self.traits.T @ model.weights * model.unit
        return {
            name: self.sizes[name] * float(w) for name, w in zip(self.kernel.traits.names, along, strict=True)
        }

    @property
    def points(self) -> dict[str, float]:
        """The same in points a standard deviation of the languages' trait."""
        return {
            name: round(float(100 * w / np.sqrt(len(self.weights))), 2) for name, w in self.weights.items()
        }

    def places(self, draw: int, n: int) -> tuple[list[int], list[int]]:
        """What a draw has run (no realignment, all languages, random others), and what not."""
        ends = [int(self.mixes.sizes.argmin()), int(self.mixes.sizes.argmax())]
        others = [place for place in range(len(self.subsets)) if place not in ends]
        ran = [*ends, *np.random.default_rng(draw).choice(others, n - 2, replace=False).tolist()]
        return ran, [place for place in others if place not in ran]


def read_known(task: TableTask) -> Known | None:
    """Read a task's table, or what a recorded search has run; ``None`` if both are too short."""
    (seed,) = SEARCH_SEEDS
    table = read_table(task)
    by_subset = {
        Subset(frozenset(s)): run.mean("dev") for (s, other), run in table.runs.items() if other == seed
    }
    if len(by_subset) < FEWEST and task.name in SEARCHED:
        task = replace(task, study=study_file(SEARCHED[task.name]))
        path = ROOT / "studies" / "results" / f"{SEARCHED[task.name]}-full-dev.csv"
        by_subset = {subset: float(np.mean(scores)) for subset, _, scores in recorded_runs(path)}
    if len(by_subset) < FEWEST:
        return None
    return Known(task.name, kernel_of(task), tuple(by_subset), np.array([*by_subset.values()]))


def variances_of(others: Sequence[Known]) -> Prior:
    """Average the logarithms of the variances."""
    parts = {part for other in others for part in other.sizes}
    centres = {
        part: (float(np.mean([np.log(other.sizes[part]) for other in others if part in other.sizes])), 0.0)
        for part in parts
    }
    return Prior(centres, dict.fromkeys(parts, (NARROW, NARROW)))


def weighed_by(task: Known, others: Sequence[Known]) -> Matrix:
    """What the traits' mean weights in other tasks say of a task's subsets, shape (n,)."""
    means = [
        float(np.mean([other.weights.get(name, 0.0) for other in others]))
        for name in task.kernel.traits.names
    ]
    return np.asarray(task.traits @ np.array(means))


def ranked(task: Known, n: int, prior: Prior, mean: Matrix) -> Matrix:
    """Spearman over what was not run, by draw."""
    correlations = []
    for draw in range(DRAWS):
        ran, left = task.places(draw, n)
        mixes, values = task.kernel.read([task.subsets[i] for i in ran]), task.values[ran] - mean[ran]
        sizes = ScalarEffects.estimate(task.kernel, mixes, values, prior=prior)
        model = ScalarEffects.fit(task.kernel, mixes, values, sizes)
        rank = spearmanr((model.predict(task.mixes).mean + mean)[left], task.values[left])[0]
        correlations.append(float(rank) if np.isfinite(rank) else 0.0)
    return np.array(correlations)


def measured(task: Known, others: Sequence[Known]) -> dict[str, Mapping[str, list[float]]]:
    """Rank after so many runs, without a prior and with each kind: mean, lead over none, error of that."""
    none, weighed = np.zeros(len(task.values)), weighed_by(task, others)
    variances = variances_of(others)
    priors = ((variances, none), (PLAIN, weighed), (variances, weighed))
    by_runs: dict[str, Mapping[str, list[float]]] = {}
    for n in RUNS:
        plain = ranked(task, n, PLAIN, none)
        row = {"no prior": [round(float(plain.mean()), 3)]}
        for kind, (prior, mean) in zip(KINDS, priors, strict=True):
            with_prior = ranked(task, n, prior, mean)
            error = float((with_prior - plain).std() / np.sqrt(DRAWS))
            row[kind] = [round(float(x), 3) for x in (with_prior.mean(), (with_prior - plain).mean(), error)]
        by_runs[str(n)] = row
        print(task.name, n, row, flush=True)
    return by_runs


def main() -> None:
    """Command line."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    tasks = [task for task in map(read_known, TASKS.values()) if task is not None]
    results = {}
    for task in tasks:
        others = [o for o in tasks if o.name not in (task.name, ALIKE.get(task.name))]
        results[task.name] = {
            "subsets": len(task.subsets),
            "learned_from": [o.name for o in others],
            "points_per_sd": task.points,
            "spearman": measured(task, others),
        }
    write_json(results_of("effects") / "prior.json", results)
    write_figures("effects.prior", [page(results)], page_of("effects"))


def page(results: Mapping[str, Any]) -> str:
    """A row a task and number of runs."""
    lines = ["| task | runs | no prior | " + " | ".join(KINDS) + " |", "|-|-:|-:|" + "-:|" * len(KINDS)]
    for name, task in results.items():
        for n, row in task["spearman"].items():
            leads = [f"{row[kind][1]:+.2f} ± {row[kind][2]:.2f}" for kind in KINDS]
            lines.append(f"| {name} | {n} | {row['no prior'][0]:.2f} | " + " | ".join(leads) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
