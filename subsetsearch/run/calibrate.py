"""Measure how far the rungs can be trusted: score and fully run a designed set of subsets."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import optuna

from subsetsearch.config.rungs import FULL, RUNGS, SHORT
from subsetsearch.results.measurement import DEV, Measurement
from subsetsearch.results.rung_scores import read_rung_scores
from subsetsearch.results.store import MeasurementStore, Run
from subsetsearch.run.design import design
from subsetsearch.run.evaluate import run_with_workers
from subsetsearch.rungs.full import FullRuns
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.strategies import strategy_subsets
from subsetsearch.subset import NONE, Subset


@dataclass(frozen=True, slots=True)
class CalibrationPlan:
    """What a calibration does.

    Args:
        subsets: How many are designed.
        seeds: Of their full runs.
        workers: Processes that share the full runs.
        logs: Folder of the processes' logs.
    """

    subsets: int
    seeds: tuple[int, ...]
    workers: int
    logs: Path


def measure_calibration(
    ladder: Ladder,
    full: FullRuns,
    plan: CalibrationPlan,
    stored: optuna.Study | None,
    *,
    announce: Callable[[str], None],
) -> None:
    """Do what is missing of a calibration; a stopped one goes on where it was.

    Rung 1 and the rung that the search ends at score the designed subsets and those that were fully run
    before, rung 1 the published strategies as well. Then the designed subsets and ``none`` are fully run.

    Args:
        ladder: The study's rungs.
        full: Its full runs.
        plan: Sizes.
        stored: The study, if trials were run: what they scored is not scored again.
        announce: Told what is about to be done.

    Raises:
        RealignError: If a run fails; what was finished is kept.
    """
    chosen = design(ladder.space, ladder.rung1, plan.subsets, seed=ladder.study.search.seed)
    measured = dict.fromkeys((found for found, _ in full.done()), "measured")
    published = strategy_subsets(ladder.pool.keys).values()
    strategies = dict.fromkeys(map(ladder.space.levels.top, published), "strategy")
    none = {NONE: "measured"}
    scorer = _Scorer(ladder, full.store, stored)
    scorer.score(1, ladder.rung1_scores, strategies | measured | none | chosen)
    _score_top(ladder, scorer, plan, measured | none | chosen, announce)
    todo: list[Run] = full.missing([NONE, *chosen], plan.seeds)
    announce(
        f"{len(todo)} full runs to do ({len(chosen)} subsets of {_sizes(chosen)} languages and none, "
        f"{len(plan.seeds)} seeds)"
    )
    run_with_workers(full, todo, workers=plan.workers, logs=plan.logs, progress=ladder.progress)


def _score_top(
    ladder: Ladder,
    scorer: _Scorer,
    plan: CalibrationPlan,
    wanted: Mapping[Subset, str],
    announce: Callable[[str], None],
) -> None:
    """Score by the rung that the search ends at; full runs are shared out."""
    if ladder.top.number == SHORT.number:
        scorer.score(SHORT.number, ladder.rung2_scores, wanted)
    elif ladder.top.number == FULL.number:
        full, seeds = ladder.dev_runs.full, ladder.dev_runs.seeds
        todo = full.missing(wanted, seeds)
        announce(f"{len(todo)} full runs on development data to do ({len(wanted)} subsets)")
        run_with_workers(full, todo, workers=plan.workers, logs=plan.logs, progress=ladder.progress)


@dataclass(frozen=True, slots=True)
class _Scorer:
    """Scores what a rung has not scored yet, and keeps each score at once."""

    ladder: Ladder
    store: MeasurementStore
    stored: optuna.Study | None

    def score(
        self, rung: int, scores_by: Callable[[Subset], Mapping[str, float]], origins: Mapping[Subset, str]
    ) -> None:
        study = self.ladder.study
        known = read_rung_scores(study, self.store, self.stored)[rung]
        todo = [subset for subset in origins if subset not in known]
        with self.ladder.progress.track(f"rung {rung}", len(todo)) as advance:
            for subset in todo:
                start = time.perf_counter()
                measured = Measurement(
                    study.fingerprint(), "", subset, rung, DEV, 0, RUNGS[rung].score, scores_by(subset),
                    seconds=time.perf_counter() - start, origin=origins[subset], host=platform.node(),
                )  # fmt: skip
                self.store.add([measured])
                advance(1)


def _sizes(chosen: Iterable[Subset]) -> str:
    sizes = sorted({len(found.languages) for found in chosen})
    return ", ".join(map(str, sizes[:-1])) + f" and {sizes[-1]}" if len(sizes) > 1 else str(sizes[0])
