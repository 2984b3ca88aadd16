"""Gather a study's rows: trials from the storage, full runs from the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import optuna

from subsetsearch.analysis.front import Row, mark_front, spread
from subsetsearch.analysis.ties import mark_ties
from subsetsearch.errors import StudyError, some
from subsetsearch.problem.cost import PoolCost
from subsetsearch.results.evaluations import Evaluation, runs_by_candidate, selection
from subsetsearch.results.proxy_scores import RungScores
from subsetsearch.results.trials import TrialRecord, first_scored, read_trials
from subsetsearch.strategies._in_pool import strategies_by_subset
from subsetsearch.subset import Subset
from subsetsearch.typology import DistanceTable


def study_rows(
    stored: optuna.Study | None,
    evaluations: Sequence[Evaluation],
    cost: PoolCost,
    distances: DistanceTable,
    scores: RungScores | None = None,
    *,
    top_rung: int = 2,
) -> list[Row]:
    """Build one row a candidate, by rising cost, with front and ties marked.

    Args:
        stored: The study, if trials were run.
        evaluations: Full runs.
        cost: Prices of the pool.
        distances: Typological distances of the pool.
        scores: What the rungs said of subsets that no trial proposed.
        top_rung: The rung that the search ends at; those of another are on another scale.
    """
    trials = first_scored(read_trials(stored))
    _require_known([*trials, *(run.candidate for run in evaluations)], cost)
    runs: dict[Subset, list[Evaluation]] = {}
    for evaluation in evaluations:
        runs.setdefault(evaluation.candidate, []).append(evaluation)
    beside = (scores or {}).get(top_rung, {})
    rows = [
        _with_proxy(_row(found, trials.get(found), runs.get(found, []), cost, distances), beside, top_rung)
        for found in dict.fromkeys([*trials, *runs])
    ]
    return mark_ties(mark_front(_with_strategies(rows, cost)), runs_by_candidate(selection(evaluations)))


def _require_known(stored: Iterable[Subset], cost: PoolCost) -> None:
    """Refuse results that name a language which has no price, because it is not in the pool.

    Raises:
        StudyError: If one does: the table was edited, or the corpus is not what it was.
    """
    for found in stored:
        strange = sorted(found.languages - set(cost.prices))
        if strange:
            raise StudyError(
                f"the stored results have {some(strange)}, which the pool has not",
                where="pool",
                fix="is the corpus still the same? else mend the row of evaluations.csv that names it",
            )


def _with_proxy(row: Row, scores: Mapping[Subset, float], rung: int) -> Row:
    """Fill in the top rung's score of a subset that no trial proposed."""
    score = scores.get(row.candidate)
    return row if row.proxy is not None or score is None else replace(row, proxy=score, proxy_rung=rung)


def _with_strategies(rows: Iterable[Row], cost: PoolCost) -> list[Row]:
    """Name the published strategies that come to a row's languages."""
    names = strategies_by_subset(tuple(cost.prices))
    return [replace(row, strategies=names.get(frozenset(row.languages), ())) for row in rows]


def _row(
    found: Subset,
    trial: TrialRecord | None,
    runs: Sequence[Evaluation],
    cost: PoolCost,
    distances: DistanceTable,
) -> Row:
    means = [run.mean for run in selection(runs)]
    fresh = [run.mean for run in runs if run.fresh]
    unseen = [run.mean_held_out for run in selection(runs) if run.mean_held_out is not None]
    return Row(
        trial=trial.number if trial else None,
        label="none" if not found.languages else "all" if found == cost.everything else "",
        languages=tuple(sorted(found.languages)),
        cost=cost(found.languages, found.pairs),
        cost_unit=cost.unit,
        proxy=trial.value if trial else None,
        proxy_rung=trial.rung if trial else None,
        proxy_estimated=trial is not None and trial.estimated,
        accuracy=float(np.mean(means)) if means else None,
        accuracy_std=spread(means),
        n_seeds=len(means),
        held_out=float(np.mean(unseen)) if unseen else None,
        diversity=mean_distance(distances, found.languages),
        fresh_accuracy=float(np.mean(fresh)) if fresh else None,
        fresh_std=spread(fresh),
        n_fresh=len(fresh),
        pairs=found.pairs,
    )


def mean_distance(distances: DistanceTable, subset: Iterable[str]) -> float | None:
    """Mean pairwise distance of a subset over the pairs that are known; ``None`` without one."""
    index = {key: row for row, key in enumerate(distances.keys)}
    rows = [index[key] for key in subset if key in index]
    block = distances.values[np.ix_(rows, rows)][np.triu_indices(len(rows), k=1)]
    known = block[np.isfinite(block)]
    return float(known.mean()) if len(known) else None


def candidates(rows: Sequence[Row], top: int) -> list[Subset]:
    """Choose the candidates of the proxy's front that deserve full runs, spread over its costs.

    ``none`` and ``all`` come first; then the front's best by proxy, then those that lie
    farthest, in rank of cost, from what is chosen already.

    Args:
        rows: Of the study.
        top: How many besides ``none`` and ``all``.
    """
    marked = [row for row in rows if row.label]
    front = _proxy_front([row for row in rows if not row.label and row.proxy is not None])
    place = {row.candidate: index for index, row in enumerate(front)}
    chosen: list[Row] = []
    if front:
        chosen.append(front[-1])
    while len(chosen) < min(top, len(front)):
        left = [row for row in front if row not in chosen]
        chosen.append(
            max(left, key=lambda row: min(abs(place[row.candidate] - place[c.candidate]) for c in chosen))
        )
    return [row.candidate for row in [*marked, *chosen]]


def _proxy_front(rows: Sequence[Row]) -> list[Row]:
    """Undominated rows by the proxy, by rising cost (and so by rising proxy)."""
    front: list[Row] = []
    for row in sorted(rows, key=lambda row: (row.cost, -(row.proxy or 0.0))):
        if not front or (row.proxy or 0.0) > (front[-1].proxy or 0.0):
            front.append(row)
    return front


def scores_by_candidate(
    evaluations: Iterable[Evaluation], *, fresh: bool = False
) -> Mapping[Subset, dict[str, float]]:
    """Average the scores of each target over the seeds of a candidate, held-out targets included.

    Args:
        evaluations: Full runs.
        fresh: Over fresh seeds alone; else over all others.
    """
    runs: dict[Subset, list[Evaluation]] = {}
    for evaluation in evaluations:
        if evaluation.fresh is fresh:
            runs.setdefault(evaluation.candidate, []).append(evaluation)
    return {
        found: {
            target: float(np.mean([(run.scores | run.held_out)[target] for run in group]))
            for target in group[0].scores | group[0].held_out
        }
        for found, group in runs.items()
    }
