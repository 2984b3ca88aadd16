"""Gather the front of a study: trials from the storage, full runs from the store."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from subsetsearch.analysis.front.decision import decide, mark_decision
from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow, FullRuns, mark_front
from subsetsearch.analysis.front.mark_ties import mark_ties
from subsetsearch.analysis.model.effects import StudyModels
from subsetsearch.analysis.model.question import Question
from subsetsearch.analysis.statistics.seed_noise import spread, student_interval
from subsetsearch.config.rungs import SHORT, RungWords
from subsetsearch.errors import RealignError, StudyError, some
from subsetsearch.problem.cost import PoolCost
from subsetsearch.results.measurements.measurement import (
    MeanScores,
    Measurement,
    by_subset,
    mean_scores_by_subset,
    means_by_seed,
    without_fresh,
)
from subsetsearch.results.trials.rung_scores import RungScores
from subsetsearch.results.trials.trial_record import Stored, TrialRecord, first_scored, read_trials
from subsetsearch.strategies import strategies_by_subset
from subsetsearch.subset import Subset
from subsetsearch.typology import DistanceTable


def study_front(
    stored: Stored,
    evaluations: Sequence[Measurement],
    cost: PoolCost,
    distances: DistanceTable,
    scores: RungScores | None = None,
    *,
    rung: RungWords = SHORT,
    name: str = "",
) -> Front:
    """Build one row a subset, by rising cost, with front and ties marked.

    Args:
        stored: The study, if trials were run.
        evaluations: Full runs.
        cost: Prices of the pool.
        distances: Typological distances of the pool.
        scores: What the rungs said of subsets that no trial proposed.
        rung: The rung that the search ends at; scores of another are on another scale.
        name: Of the study.
    """
    trials = first_scored(read_trials(stored))
    _require_known([*trials, *(run.subset for run in evaluations)], cost)
    runs = by_subset(evaluations)
    beside = (scores or {}).get(rung.number, {})
    strategies = strategies_by_subset(tuple(cost.prices))
    rows, subsets = [], list(dict.fromkeys([*trials, *runs]))
    for subset, diversity in zip(subsets, mean_distances(distances, subsets), strict=True):
        full = [run for run in runs.get(subset, ()) if not run.fresh]
        fresh = [run for run in runs.get(subset, ()) if run.fresh]
        row = FrontRow(
            subset=subset,
            cost=cost(subset),
            cost_unit=cost.unit,
            label="none" if not subset.languages else "all" if subset == cost.everything else "",
            full=full_runs(full) if full else None,
            fresh=full_runs(fresh) if fresh else None,
            diversity=diversity,
            strategies=strategies.get(subset.languages, ()),
            **_proxy(trials.get(subset), beside.get(subset), rung),
        )
        rows.append(row)
    marked = mark_ties(mark_front(rows), means_by_seed(without_fresh(evaluations)))
    return Front(tuple(marked), name, evaluations[0].metric if evaluations else "accuracy", rung)


def decided(front: Front, models: StudyModels, question: Question) -> Front:
    """Add to a front what the model of all runs says of it; without a model, what was measured has to do.

    Args:
        front: As it was measured.
        models: Of the study.
        question: What is asked.
    """
    try:
        decision = decide(models, question, [row.subset for row in front])
    except RealignError as error:
        return replace(front, undecided=str(error))
    return replace(front, rows=tuple(mark_decision(front.rows, decision)), decision=decision)


def _proxy(trial: TrialRecord | None, beside: float | None, rung: RungWords) -> dict[str, Any]:
    """What the search saw of a row: its trial's score, or the top rung's if no trial proposed the subset."""
    if trial is not None:
        return {
            "trial": trial.number,
            "proxy": trial.value,
            "proxy_rung": trial.rung,
            "proxy_estimated": trial.estimated,
        }
    return {} if beside is None else {"proxy": beside, "proxy_rung": rung.number}


def full_runs(runs: Sequence[Measurement]) -> FullRuns:
    """Average full runs of one subset over their seeds.

    Args:
        runs: One or more.
    """
    means = [run.mean for run in runs]
    source = [score for run in runs for score in run.source_scores.values()]
    unseen = [run.mean_held_out for run in runs if run.mean_held_out is not None]
    return FullRuns(
        accuracy=float(np.mean(means)),
        std=spread(means),
        seeds=tuple(sorted(run.seed for run in runs)),
        scores=MeanScores(runs),
        held_out=float(np.mean(unseen)) if unseen else None,
        interval=student_interval(means),
        source=float(np.mean(source)) if source else None,
    )


def _require_known(stored: Iterable[Subset], cost: PoolCost) -> None:
    """Refuse results that name a language which has no price, because it is not in the pool.

    Raises:
        StudyError: If one does: the table was edited, or the corpus is not what it was.
    """
    pool_keys = frozenset(cost.prices)
    for subset in stored:
        unpriced = sorted(subset.languages - pool_keys)
        if unpriced:
            raise StudyError(
                f"the stored results have {some(unpriced)}, which the pool lacks",
                where="pool",
                fix="is the corpus still the same? else give the study file a new name",
            )


def mean_distance(distances: DistanceTable, subset: Iterable[str]) -> float | None:
    """Mean pairwise distance of a subset over the pairs that are known; ``None`` without one."""
    (mean,) = mean_distances(distances, [Subset(frozenset(subset))])
    return mean


def mean_distances(distances: DistanceTable, subsets: Sequence[Subset]) -> list[float | None]:
    """Mean pairwise distance of each subset over the pairs that are known; ``None`` without one."""
    index, means = _places(distances.keys), np.full(len(subsets), np.nan)
    by_size: dict[int, list[tuple[int, list[int]]]] = {}
    for place, subset in enumerate(subsets):
        indices = [index[key] for key in subset.languages if key in index]
        by_size.setdefault(len(indices), []).append((place, indices))
    for size, members in by_size.items():
        left, right = np.triu_indices(size, k=1)
        rows = np.array([indices for _, indices in members], dtype=np.intp).reshape(len(members), size)
        block = distances.values[rows[:, left], rows[:, right]]
        finite = np.isfinite(block)
        total, counts = np.where(finite, block, 0.0).sum(axis=1), finite.sum(axis=1)
        means[[place for place, _ in members]] = np.where(counts, total / np.maximum(1, counts), np.nan)
    return [None if math.isnan(mean) else mean for mean in means.tolist()]


@lru_cache(maxsize=8)
def _places(keys: tuple[str, ...]) -> dict[str, int]:
    return {key: row for row, key in enumerate(keys)}


def scores_by_subset(evaluations: Iterable[Measurement]) -> Mapping[Subset, Mapping[str, float]]:
    """Average the scores of each target over the seeds of a subset, held-out targets included.

    Args:
        evaluations: Full runs; those with fresh seeds are left out.
    """
    return mean_scores_by_subset(without_fresh(evaluations))
