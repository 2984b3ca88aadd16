"""Measure how far the rungs can be trusted: score and fully run a designed set of subsets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import optuna

from subsetsearch.config.study import StudyConfig
from subsetsearch.errors import check_seeds, check_whole, count
from subsetsearch.results.measurements.store import Run
from subsetsearch.results.tables.study_store import export_runs
from subsetsearch.results.trials.rung_scores import read_rung_scores
from subsetsearch.results.trials.stored_study import load_stored
from subsetsearch.run.full_runs.design import design
from subsetsearch.run.full_runs.evaluate import run_with_workers
from subsetsearch.run.preparation.checks import require_run_data
from subsetsearch.rungs.full import FullRuns
from subsetsearch.rungs.full_rung import FullRung
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.rungs.rung import Rung
from subsetsearch.strategies import strategy_subsets
from subsetsearch.subset import NONE, Subset


@dataclass(frozen=True, slots=True)
class CalibrationPlan:
    """What a calibration does.

    Args:
        subsets: How many are designed.
        seeds: Of their full runs.
        workers: Processes that share the full runs; with 0, they are left to workers that join.
        logs: Folder of the processes' logs.
    """

    subsets: int
    seeds: tuple[int, ...]
    workers: int
    logs: Path

    def __post_init__(self) -> None:
        check_whole("--subsets", self.subsets, 1)
        check_seeds(self.seeds)
        check_whole("--workers", self.workers, 0)


def calibrate(
    ladder: Ladder, plan: CalibrationPlan, config: StudyConfig, *, announce: Callable[[str], None]
) -> None:
    """Do what is missing of a study's calibration, and write its full runs out as a table.

    Args:
        ladder: The study's rungs.
        plan: What to do.
        config: The study.
        announce: As in :func:`measure_calibration`.

    Raises:
        RealignError: If a run fails; finished runs are kept.
    """
    stored = load_stored(config, ladder.folder)
    try:
        full = FullRuns(ladder.problem.on("test"), ladder.store)
        measure_calibration(ladder, full, plan, stored, announce=announce)
    finally:
        export_runs(config, ladder.folder)


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
    problem = ladder.problem
    require_run_data(full.problem, ladder.folder, ())
    space, strategies = problem.space, strategy_subsets(problem.pool.keys).values()
    designed = design(space, ladder.first.score, plan.subsets, seed=problem.config.search.seed)
    origins = dict.fromkeys((subset for subset, _ in full.done()), "measured") | {NONE: "measured"} | designed
    published = dict.fromkeys(map(space.pairs.top, strategies), "strategy")
    _score(ladder, ladder.first, published | origins, stored)
    if isinstance(ladder.top, FullRung):
        todo = ladder.top.full.missing(origins, ladder.top.seeds)
        announce(
            f"{count(len(todo), 'full run')} on development data to do ({count(len(origins), 'subset')})"
        )
        _run(ladder, ladder.top.full, todo, plan)
    elif ladder.top is not ladder.first:
        _score(ladder, ladder.top, origins, stored)
    todo = full.missing([NONE, *designed], plan.seeds)
    announce(
        f"{count(len(todo), 'full run')} to do ({count(len(designed), 'subset')} of {_sizes(designed)} "
        f"languages and none, {count(len(plan.seeds), 'seed')})"
    )
    _run(ladder, full, todo, plan)


def _run(ladder: Ladder, full: FullRuns, todo: Sequence[Run], plan: CalibrationPlan) -> None:
    run_with_workers(full, todo, workers=plan.workers, logs=plan.logs, progress=ladder.progress)


def _score(ladder: Ladder, rung: Rung, origins: Mapping[Subset, str], stored: optuna.Study | None) -> None:
    """Score the subsets without a score of this rung; each score is stored at once."""
    scored = read_rung_scores(ladder.problem.config, ladder.store, stored)[rung.number]
    todo = [subset for subset in origins if subset not in scored]
    with ladder.progress.track(f"rung {rung.number}", len(todo)) as advance:
        for subset in todo:
            ladder.measure(rung, subset, origins[subset])
            advance(1)


def _sizes(subsets: Iterable[Subset]) -> str:
    sizes = sorted({len(subset.languages) for subset in subsets})
    return ", ".join(map(str, sizes[:-1])) + f" and {sizes[-1]}" if len(sizes) > 1 else str(sizes[0])
