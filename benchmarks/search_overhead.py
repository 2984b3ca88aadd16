"""What a proposal and a score by rung 1 cost."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import optuna
from search_boxes import BlackBox

from subsetsearch.search.moves import Moves
from subsetsearch.search.sampler import SubsetSampler
from subsetsearch.search.space import SearchSpace

_LANGUAGES = 128
_REPEATS = 15


def overheads(box: BlackBox) -> dict[str, Any]:
    """Time proposals in large studies, and rung 1 of the black box by size of the subset."""
    return {
        "overhead_ms": {str(trials): proposal_ms(trials) for trials in (100, 1000, 10_000)},
        "rung_seconds": {"rung1": rung1_seconds(box), "study": box.name, "units": len(box.proxy.labels)},
    }


def proposal_ms(trials: int) -> dict[str, float]:
    """Time the sampler's part of a trial: 128 languages, a study in memory.

    Args:
        trials: Finished trials that the study holds already.

    Returns:
        Medians of CPU and wall time, and the CPU time of the first proposal, which reads them all.
    """
    rng = np.random.default_rng(0)
    keys = tuple(f"l{i:03d}" for i in range(_LANGUAGES))
    prices = dict(zip(keys, rng.uniform(100, 300, _LANGUAGES), strict=True))
    effects = dict(zip(keys, rng.normal(0, 0.01, _LANGUAGES), strict=True))
    space = SearchSpace(keys, lambda chosen: float(sum(prices[key] for key in chosen)), max_size=20)
    study = optuna.create_study(directions=["minimize", "maximize"])
    moves, distributions = Moves(space), space.distributions()

    def values(subset: frozenset[str]) -> list[float]:
        return [space.cost(subset), 0.4 + float(np.mean([effects[key] for key in subset]))]

    subsets = [moves.subset(row) for row in moves.random(trials, rng)]
    study.add_trials(
        optuna.trial.create_trial(
            values=values(subset), params=dict(space.params(subset)), distributions=distributions
        )
        for subset in subsets
    )
    sampler = SubsetSampler(space, traits=rng.normal(size=(_LANGUAGES, 16)) / 4, seed=0)
    spent = []
    for number in range(_REPEATS + 1):
        frozen = optuna.trial.create_trial(state=optuna.trial.TrialState.RUNNING)
        frozen.number = trials + number
        wall, cpu = time.perf_counter(), time.process_time()
        params = sampler.sample_relative(study, frozen, distributions)
        spent.append((1e3 * (time.process_time() - cpu), 1e3 * (time.perf_counter() - wall)))
        subset = space.subset(params)
        study.add_trial(
            optuna.trial.create_trial(values=values(subset), params=dict(params), distributions=distributions)
        )
    cpu_ms, wall_ms = np.median(np.array(spent[1:]), axis=0)
    return {
        "cpu": round(float(cpu_ms), 1),
        "wall": round(float(wall_ms), 1),
        "first_cpu": round(spent[0][0], 1),
    }


def rung1_seconds(box: BlackBox) -> dict[str, float]:
    """Median CPU time of a score by rung 1, by size of the subset."""
    rng = np.random.default_rng(0)
    found = {}
    for size in (1, 5, 15, 45):
        spent = []
        for _ in range(20):
            chosen = rng.choice(np.array(list(box.codes.values())), size=size, replace=False).tolist()
            start = time.process_time()
            box.proxy.score(chosen)
            spent.append(time.process_time() - start)
        found[str(size)] = round(float(np.median(spent)), 5)
    return found
