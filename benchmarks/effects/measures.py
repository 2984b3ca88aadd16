"""How well predicted gains agree with what is true, and how well anything could."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from benchmarks.effects.cases import Case
from benchmarks.effects.models import Fitted, Predicted
from subsetsearch.analysis.trust import ranking
from subsetsearch.analysis.trust.noise import spearman_brown
from subsetsearch.subset import Subset
from subsetsearch.traits.table import Matrix

NORMAL_90 = 1.6449


def held_against(case: Case, fitted: Fitted, *, seeds: int) -> dict[str, Any]:
    """Hold a model against the truth.

    Args:
        case: The task.
        fitted: The model.
        seeds: Of the truth, at least.

    Returns:
        Rank correlations of the mean over targets and R² by target, each of a subset that was never run and
        of one that has a run of its own, over all sizes and over those above one.
    """
    subsets, gains = case.means(seeds)
    ran = set(case.runs.subsets)
    places = [i for i, subset in enumerate(subsets) if subset in ran]
    unseen = fitted.predict(subsets, unseen=True)
    seen = fitted.predict([subsets[i] for i in places], unseen=False)
    measures = {
        "never_run": ranks(unseen.mean.mean(axis=1), gains.mean(axis=1), subsets),
        "one_own_run": ranks(
            seen.mean.mean(axis=1), gains[places].mean(axis=1), [subsets[i] for i in places]
        ),
        "target_r2": round(r2(unseen.mean, gains), 3),
        "target_r2_own_run": round(r2(seen.mean, gains[places]), 3),
    }
    if unseen.sd is not None:
        measures["coverage90"] = round(coverage(unseen, gains, [len(case.truth[s]) for s in subsets]), 3)
    return measures


def ranks(x: Matrix, y: Matrix, subsets: Sequence[Subset]) -> dict[str, Any]:
    """Spearman of two numbers a subset with its 95 % interval, over all sizes and over those above one."""
    several = np.array([len(subset.languages) > 1 for subset in subsets])
    return {"n": len(x), "all": _rank(x, y), "above_one": _rank(x[several], y[several])}


def _rank(x: Matrix, y: Matrix) -> list[float] | None:
    """Value and ends; ``None`` where one of them is constant."""
    correlation = ranking(x.tolist(), y.tolist()).spearman
    return (
        None
        if correlation is None
        else [round(end, 3) for end in (correlation.value, correlation.low, correlation.high)]
    )


def r2(predicted: Matrix, gains: Matrix) -> float:
    """Share of the variance between subsets that is explained, the means of the targets taken away."""
    y = gains - gains.mean(axis=0)
    return float(1.0 - np.sum((y - (predicted - predicted.mean(axis=0))) ** 2) / np.sum(y**2))


def coverage(predicted: Predicted, gains: Matrix, seeds: Sequence[int]) -> float:
    """How often the true gain, as noisy as it is, lies within the 90 % interval of what is predicted."""
    assert predicted.sd is not None
    assert predicted.noise is not None
    noise = predicted.noise / np.array(seeds)[:, None]
    inside = np.abs(gains - predicted.mean) < NORMAL_90 * np.sqrt(predicted.sd**2 + noise)
    return float(inside.mean())


def ceilings(case: Case, *, seeds: int) -> dict[str, Any]:
    """What a perfect model could reach, by how well single seeds of the truth agree.

    Args:
        case: The task.
        seeds: Of the truth that models are held against.

    Returns:
        ``ceiling`` of the rank correlation (the root of the reliability of a mean of so many seeds) and
        ``target_r2_ceiling`` (the reliability itself, by target), with the agreement of single seeds.
    """
    ranks, targets = [], []
    every = sorted({seed for by_seed in case.truth.values() for seed in by_seed})
    for one, other in combinations(every, 2):
        both = [by for by in case.truth.values() if one in by and other in by]
        if len(both) < 10:
            continue
        x, y = (np.array([by[seed] for by in both]) for seed in (one, other))
        ranks.append(float(np.corrcoef(x.mean(axis=1), y.mean(axis=1))[0, 1]))
        x, y = x - x.mean(axis=0), y - y.mean(axis=0)
        targets.append(float(np.corrcoef(x.ravel(), y.ravel())[0, 1]))
    if not ranks:
        return {"ceiling": None, "target_r2_ceiling": None}
    single, by_target = float(np.mean(ranks)), float(np.mean(targets))
    return {
        "single_seed": round(single, 3),
        "single_seed_by_target": round(by_target, 3),
        "ceiling": round(float(np.sqrt(max(0.0, spearman_brown(single, seeds)))), 3),
        "target_r2_ceiling": round(spearman_brown(by_target, seeds), 3),
    }
