"""Everything that the rows say, as plain data: ``studies/results/summary.json``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.study.calibrate import calibration
from benchmarks.study.compare import Compared, Tally, beside, by_target, over_untouched
from benchmarks.study.entries import OURS, PUBLISHED, RANDOM, UNTOUCHED, Entry, Plan, read_plan
from benchmarks.study.goals import GOALS, NOT_RUN, Verdict, grid_minutes, verdicts
from benchmarks.study.measured import Mean, Measured
from benchmarks.study.tasks import TASKS, StudyTask
from subsetsearch.results.measurements.measurement import TEST
from subsetsearch.results.tables.run_table import read_runs


def read_measured(task: StudyTask) -> Measured | None:
    """Read the plan and rows of a task; ``None`` if there is no plan yet."""
    plan = read_plan(task.plan)
    return None if plan is None else Measured.of(plan, read_runs(task.test, split=TEST))


def summary(tasks: Sequence[StudyTask] = tuple(TASKS.values())) -> dict[str, Any]:
    """Sum up all tasks; what was not run is said, and has no number."""
    read = {task.name: read_measured(task) for task in tasks}
    known = {name: verdicts(measured) for name, measured in read.items() if measured is not None}
    judged = {name: known.get(name) or dict.fromkeys(GOALS, Verdict(NOT_RUN)) for name in read}
    return {
        "goals": {
            key: {
                "goal": goal.name,
                "tasks_needed": len(read) if goal.tasks is None else goal.tasks,
                "state": goal.over_tasks([found[key] for found in judged.values()]),
                "by_task": {name: _verdict(found[key]) for name, found in judged.items()},
            }
            for key, goal in GOALS.items()
        },
        "tasks": {
            name: {"state": NOT_RUN} if measured is None else task_summary(measured)
            for name, measured in read.items()
        },
    }


def task_summary(measured: Measured) -> dict[str, Any]:
    """Sum up a task."""
    plan, wanted = measured.plan, len(measured.plan.runs())
    model, grid = calibration(measured), grid_minutes(measured)
    return {
        "state": "whole" if measured.done == wanted and plan.peers else "cut off",
        "runs": measured.done,
        "runs_planned": wanted,
        "seeds": list(plan.seeds),
        "metric": plan.metric,
        "search": {
            "budget_minutes": plan.budget,
            "runs": plan.search.runs,
            "minutes": plan.search.minutes,
            "all_strategies_minutes": _rounded(grid, 1),
            "peers": {name: {"runs": s.runs, "minutes": s.minutes} for name, s in plan.peers.items()},
        },
        "model": None
        if model is None
        else {
            "subsets": len(model.forecasts),
            "coverage_of_90": _rounded(model.coverage, 3),
            "rank_correlation": _rounded(model.rank, 3),
            "bias_points": _rounded(100 * model.bias, 2),
            "error_points": _rounded(100 * model.error, 2),
        },
        "groups": {
            name: group_summary(measured, targets)
            for name, targets in measured.groups.items()
            if measured.scores(UNTOUCHED)
        },
    }


def group_summary(measured: Measured, targets: Sequence[str]) -> dict[str, Any]:
    """Our picks, no realignment, all, the best published strategy and random sets, with tests."""
    plan, compared = measured.plan, over_untouched(measured, targets)
    chosen = [one for one in compared if one.entry.kind == OURS or one.entry.label in ("none", "all")]
    strategies = [one for one in compared if one.entry.kind == PUBLISHED]
    best = [strategies[-1]] if strategies else []
    return {
        "targets": list(targets),
        "entries": {one.entry.label: _compared(one) for one in [*chosen, *best]},
        "best_published": best[0].entry.label if best else None,
        "random": _random(plan, measured, targets),
        "recommended_against": _against(measured, targets, [one.entry for one in [*chosen, *best]]),
    }


def _against(measured: Measured, targets: Sequence[str], others: Sequence[Entry]) -> dict[str, Any]:
    """Our pick less others: paired, and target by target."""
    ours = measured.recommended
    rivals = [other for other in others if other.label != ours.label]
    found = {}
    for one in beside(measured, ours, rivals, targets):
        tally = by_target(measured, ours, one.entry, targets)
        difference = one.difference
        if difference is None or tally is None:
            continue
        found[one.entry.label] = {
            "difference": _rounded(-difference.mean, 5),
            "low": _rounded(None if difference.high is None else -difference.high, 5),
            "high": _rounded(None if difference.low is None else -difference.low, 5),
            "p_holm": _rounded(one.p, 4),
            **_tally(tally),
        }
    return found


def _random(plan: Plan, measured: Measured, targets: Sequence[str]) -> dict[str, Any]:
    """Random sets by size: mean over draws, and scatter between them."""
    sizes: dict[int, list[Entry]] = {}
    for entry in plan.of_kind(RANDOM):
        sizes.setdefault(len(entry.languages), []).append(entry)
    found = {}
    for size, entries in sizes.items():
        means = [mean.mean for entry in entries if (mean := measured.mean(entry, targets)) is not None]
        if means:
            sd = float(np.std(means, ddof=1)) if len(means) > 1 else None
            cost = float(np.mean([entry.cost for entry in entries]))
            found[str(size)] = {
                "mean": _rounded(float(np.mean(means)), 5),
                "sd_between_draws": _rounded(sd, 5),
                "draws": len(means),
                "cost": cost,
            }
    return found


def _compared(one: Compared) -> dict[str, Any]:
    difference = one.difference
    return {
        **_mean(one.score),
        "cost": one.entry.cost,
        "languages": list(one.entry.languages),
        "gain": _rounded(None if difference is None else difference.mean, 5),
        "low": _rounded(None if difference is None else difference.low, 5),
        "high": _rounded(None if difference is None else difference.high, 5),
        "p_holm": _rounded(one.p, 4),
    }


def _mean(score: Mean) -> dict[str, Any]:
    return {"mean": _rounded(score.mean, 5), "sd": _rounded(score.sd, 5), "n": score.n}


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "wins": len(tally.wins),
        "ties": len(tally.ties),
        "losses": len(tally.losses),
        "losing_targets": list(tally.losses),
        "higher_mean": tally.above,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    if verdict.state == NOT_RUN:
        return {"state": NOT_RUN}
    return {"state": verdict.state, "by": _rounded(verdict.by, 5), "detail": verdict.detail}


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits) + 0.0
