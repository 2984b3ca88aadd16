"""Everything that the rows say, as plain data: ``studies/results/summary.json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.study.analysis.calibrate import calibration
from benchmarks.study.analysis.compare import Compared, Tally, beside, by_target, over_untouched
from benchmarks.study.analysis.goals import GOALS, NOT_RUN, Verdict, grid_minutes, verdicts
from benchmarks.study.analysis.kinds import above_ours, by_kind, random_by_size
from benchmarks.study.analysis.measured import Mean, Measured
from benchmarks.study.analysis.repeated import Repeated, repeated
from benchmarks.study.entries import ENDS, OURS, PUBLISHED, UNTOUCHED, Entry
from benchmarks.study.files.plan_file import read_plan
from benchmarks.study.files.rows import read_repeated_rows, read_rows
from benchmarks.study.order import first_part, ordered_runs
from benchmarks.study.tasks import TASKS, StudyTask
from subsetsearch.errors import StudyError

MAIN = ("all targets", "seen by the search", "held out")
"""Groups of targets for which everything is given; for others our picks, the ends and the best strategy."""


def read_measured(task: StudyTask) -> Measured | None:
    """Read the plan and rows of a task; ``None`` if there is no plan yet.

    Raises:
        StudyError: If either is damaged, the plan is another task's, or there are rows without a plan.
    """
    plan = read_plan(task.plan)
    if plan is None:
        if task.test.exists():
            fix = f"take {task.plan.name} back from the project's history, or remove the rows"
            raise StudyError("rows without a plan", where=task.test, fix=fix)
        return None
    if plan.task != task.name:
        fix = "take the file back from the project's history"
        raise StudyError(f"the plan of {plan.task}, not of {task.name}", where=task.plan, fix=fix)
    return Measured.of(plan, read_rows(task.test, plan))


def read_repeated(task: StudyTask, measured: Measured) -> dict[str, Repeated]:
    """What other machines and encoders found, by the encoder: empty where it is the study's own."""
    plan = measured.plan
    found = {name: repeated(measured, read_repeated_rows(path, plan)) for name, path in task.repeated.items()}
    return {name: again for name, again in found.items() if again is not None}


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
            task.name: {"state": NOT_RUN}
            if (measured := read[task.name]) is None
            else task_summary(measured, read_repeated(task, measured))
            for task in tasks
        },
    }


def task_summary(measured: Measured, again: Mapping[str, Repeated] | None = None) -> dict[str, Any]:
    """Sum up a task.

    Args:
        measured: Its rows.
        again: What other machines and encoders found, by the encoder.
    """
    plan, wanted = measured.plan, len(ordered_runs(measured.plan))
    model, grid = calibration(measured), grid_minutes(measured)
    return {
        "state": _state(measured, wanted),
        "runs": measured.done,
        "runs_planned": wanted,
        "seeds": list(plan.seeds),
        "metric": plan.metric,
        "recommended": {
            "languages": " ".join(measured.recommended.languages),
            "pairs_each": measured.recommended.pairs,
            "cost": measured.recommended.cost,
        },
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
            "coverage_without_bias": _rounded(model.apart, 3),
            "rank_correlation": _rounded(model.rank, 3),
            "rank_correlation_held_out": _rounded(model.rank_held_out, 3),
            "bias_points": _rounded(100 * model.bias, 2),
            "error_points": _rounded(100 * model.error, 2),
        },
        "arithmetic": dict(measured.kernels),
        "again": {encoder: _again(measured, one) for encoder, one in (again or {}).items()},
        "sets": {entry.label: _set(measured, entry) for entry in plan.entries if measured.scores(entry)},
        "groups": {
            name: group_summary(measured, targets, everything=name in MAIN)
            for name, targets in measured.groups.items()
            if measured.scores(UNTOUCHED)
        },
    }


def _state(measured: Measured, wanted: int) -> str:
    """How far the full runs are; the peers' picks are known, and run, last."""
    if measured.done < wanted:
        return "first part done" if all(map(measured.whole, first_part(measured.plan))) else "begun"
    return "whole" if measured.plan.peers else "peers are left"


def _again(measured: Measured, again: Repeated) -> dict[str, Any]:
    """What another machine or encoder found beside the study's rows."""
    label = {entry.subset: entry.label for entry in reversed(measured.plan.entries)}
    return {
        "runs": again.runs,
        "arithmetic": list(again.kernels),
        "difference": _rounded(again.difference, 6),
        "low": _rounded(again.low, 6),
        "high": _rounded(again.high, 6),
        "apart": _rounded(again.apart, 6),
        "gains": {label[s]: [_rounded(gain, 6) for gain in gains] for s, gains in again.gains.items()},
    }


def _set(measured: Measured, entry: Entry) -> dict[str, Any]:
    """What an entry is: languages, most pairs of each, and how many different ones a run really reads."""
    facts = {
        "languages": " ".join(entry.languages),
        "pairs_each": entry.pairs,
        "reads": measured.reads(entry),
    }
    return facts | ({"note": entry.note} if entry.note else {})


def group_summary(measured: Measured, targets: Sequence[str], *, everything: bool) -> dict[str, Any]:
    """What was run beside no realignment and beside our pick, the kinds of sets, and random ones by size.

    Args:
        measured: Rows.
        targets: Of which means are taken.
        everything: Whether all sets are given, or our picks, the ends and the best published strategy alone.
    """
    compared = over_untouched(measured, targets)
    ours = {
        one.entry.label: one
        for one in beside(measured, measured.recommended, [one.entry for one in compared], targets)
    }
    strategies = [one for one in compared if one.entry.kind == PUBLISHED]
    best = [one for one in strategies if measured.whole(one.entry)][-1:]
    head = [one for one in compared if one.entry.kind in (OURS, ENDS) or one in best]
    shown, whole = compared if everything else head, sum(measured.whole(one.entry) for one in strategies)
    content = {
        "targets": list(targets),
        "tests_over_none": max((one.tests for one in compared), default=0),
        "tests_against_recommended": max((one.tests for one in ours.values()), default=0),
        "entries": {one.entry.label: _compared(one, ours[one.entry.label]) for one in shown},
        "best_published": best[0].entry.label if best else None,
        "published_left_out": len(measured.plan.of_kind(PUBLISHED)) - whole,
        "random": random_by_size(measured, targets),
        "recommended_against": _against(measured, targets, [ours[one.entry.label] for one in head]),
    }
    if not everything:
        return content
    return content | {
        "kinds": by_kind(measured, targets, ours),
        "others": above_ours(measured, targets, ours),
    }


def _against(measured: Measured, targets: Sequence[str], others: Sequence[Compared]) -> dict[str, Any]:
    """Our pick less others: paired, and target by target."""
    by_label = {}
    for one in others:
        if one.entry == measured.recommended:
            continue
        tally = by_target(measured, measured.recommended, one.entry, targets)
        paired = _paired(one)
        if paired is not None and tally is not None:
            by_label[one.entry.label] = {**paired, **_tally(tally)}
    return by_label


def _paired(one: Compared) -> dict[str, Any] | None:
    """Our pick less another one, of which the other was held against ours."""
    difference = one.difference
    if difference is None:
        return None
    return {
        "difference": _rounded(-difference.mean, 6),
        "low": _rounded(None if difference.high is None else -difference.high, 6),
        "high": _rounded(None if difference.low is None else -difference.low, 6),
        "p_holm": _rounded(one.p, 4),
    }


def _compared(one: Compared, ours: Compared) -> dict[str, Any]:
    difference = one.difference
    return {
        "kind": one.entry.kind,
        "name": one.entry.name,
        "n_languages": len(one.entry.languages),
        "cost": one.entry.cost,
        **_mean(one.score),
        "gain": _rounded(None if difference is None else difference.mean, 6),
        "low": _rounded(None if difference is None else difference.low, 6),
        "high": _rounded(None if difference is None else difference.high, 6),
        "p_holm": _rounded(one.p, 4),
        "recommended_less_it": _paired(ours),
    }


def _mean(score: Mean) -> dict[str, Any]:
    return {"mean": _rounded(score.mean, 6), "sd": _rounded(score.sd, 6), "n": score.n}


def _tally(tally: Tally) -> dict[str, Any]:
    return {
        "wins": len(tally.wins),
        "ties": len(tally.ties),
        "losses": len(tally.losses),
        "losing_targets": list(tally.losses),
        "higher_mean": tally.above,
        "lower_mean": tally.below,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    if verdict.state == NOT_RUN:
        return {"state": NOT_RUN} | ({"detail": verdict.detail} if verdict.detail else {})
    told = {"state": verdict.state, "by": _rounded(verdict.by, 6), "detail": verdict.detail}
    return told | ({"waits": verdict.waits} if verdict.waits else {})


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits) + 0.0
