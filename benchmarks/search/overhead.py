"""What a proposal costs."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import optuna

from subsetsearch.problem.cost import PoolCost
from subsetsearch.problem.space import SearchSpace
from subsetsearch.sampler.sampler import SubsetSampler
from subsetsearch.sampler.subset_matrix import SubsetMatrix
from subsetsearch.subset import Subset

_LANGUAGES = 128


class _Timed(SubsetSampler):
    """Keeps what each proposal takes: milliseconds of CPU and wall time."""

    def __init__(self, space: SearchSpace, **options: Any) -> None:
        super().__init__(space, **options)
        self.spent: list[tuple[float, float]] = []

    def sample_relative(self, *arguments: Any) -> dict[str, Any]:
        wall, cpu = time.perf_counter(), time.process_time()
        params = super().sample_relative(*arguments)
        self.spent.append((1e3 * (time.process_time() - cpu), 1e3 * (time.perf_counter() - wall)))
        return params


def overheads() -> dict[str, Any]:
    """Time proposals in large studies, 128 languages each."""
    return {"overhead_ms": {str(trials): proposal_ms(trials) for trials in (100, 1000, 10_000)}}


def proposal_ms(trials: int, repeats: int = 15) -> dict[str, float]:
    """Time the sampler's part of a trial: 128 languages, a study in memory.

    Args:
        trials: Finished trials that the study holds already.
        repeats: Proposals that are timed, beside the first.

    Returns:
        Medians of CPU and wall time, and the CPU time of the first proposal, which reads them all.
    """
    rng = np.random.default_rng(0)
    keys = tuple(f"l{i:03d}" for i in range(_LANGUAGES))
    prices = dict(zip(keys, rng.uniform(100, 300, _LANGUAGES), strict=True))
    effects = dict(zip(keys, rng.normal(0, 0.01, _LANGUAGES), strict=True))
    space = SearchSpace(keys, PoolCost(prices, "sentence pairs"), max_size=20)
    study = optuna.create_study(directions=["minimize", "maximize"])
    matrix, distributions = SubsetMatrix(space), space.distributions()

    def values(subset: Subset) -> list[float]:
        return [space.cost(subset), 0.4 + float(np.mean([effects[key] for key in subset.languages]))]

    subsets = [matrix.subset(row) for row in matrix.random(trials, rng)]
    study.add_trials(
        optuna.trial.create_trial(
            values=values(subset), params=dict(space.params(subset)), distributions=distributions
        )
        for subset in subsets
    )
    study.sampler = sampler = _Timed(space, traits=rng.normal(size=(_LANGUAGES, 16)) / 4, seed=0)
    for _ in range(repeats + 1):
        trial = study.ask(distributions)
        study.tell(trial, values(space.subset(trial.params)))
    spent = sampler.spent
    cpu_ms, wall_ms = np.median(np.array(spent[1:]), axis=0)
    return {
        "cpu": round(float(cpu_ms), 1),
        "wall": round(float(wall_ms), 1),
        "first_cpu": round(spent[0][0], 1),
    }
