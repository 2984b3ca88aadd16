"""Fill a report from a study: trials, full runs, facts about languages."""

from __future__ import annotations

import math
import platform
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from realign_core.data.account import faults
from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.study.target_group import group_fronts
from subsetsearch.analysis.subsets.reasons import reasons
from subsetsearch.analysis.subsets.strategy_table import StrategyRow, compare_strategies
from subsetsearch.analysis.subsets.who_is_helped import gains_by_target
from subsetsearch.analysis.text.wording import listed, percent
from subsetsearch.analysis.trust import Trust
from subsetsearch.config import StudyConfig
from subsetsearch.dominance import hypervolume
from subsetsearch.problem.retrieval_pairs import unlabelled_keys
from subsetsearch.report.data import ReportData
from subsetsearch.report.window import windowed
from subsetsearch.results.measurements.measurement import Measurement, without_fresh
from subsetsearch.results.trials.trial_record import Stored, first_scored, read_trials
from subsetsearch.subset import NONE

if TYPE_CHECKING:
    from subsetsearch.analysis.study.study_results import Known

MOST_MARKS = 400
"""Most points of the curve of what the search has reached."""

_PACKAGES = ("subsetsearch", "optuna", "torch", "transformers", "lang2vec")


def known_report(known: Known, study_file: Path, options: Sequence[str] = ()) -> ReportData:
    """Gather everything that a report on a study shows, or on a group of its targets.

    Args:
        known: Of the study.
        study_file: As in :func:`report_data`.
        options: Likewise.
    """
    front, shown, left_out = windowed(known)
    realigned = [row for row in front.measured if row.subset != NONE]
    data = report_data(
        known.config,
        study_file,
        known.stored,
        front,
        shown.evaluations,
        trust=known.trust,
        options=options,
        strategies=compare_strategies(known),
    )
    gains = {row.subset: gains_by_target(row, shown) for row in realigned}
    small = known.models.small_scale
    data = replace(data, gains=gains, groups=tuple(group_fronts(shown)), small_scale=small)
    further = [left_out] * bool(left_out) + list(faults(known.accounts))
    data = replace(data, messages=(*data.messages, *further))
    if data.leaned is not None:
        data = replace(data, reasons=reasons(data.leaned.subset, known))
    return data.with_facts(known.read)


def report_data(
    study: StudyConfig,
    study_file: Path,
    stored: Stored,
    front: Front,
    evaluations: Sequence[Measurement],
    *,
    trust: Trust | None = None,
    strategies: Sequence[StrategyRow] = (),
    options: Sequence[str] = (),
) -> ReportData:
    """Gather everything that a report shows.

    Args:
        study: The study's configuration.
        study_file: Its file, as the user wrote it.
        stored: Its trials.
        front: All its subsets.
        evaluations: Its full runs.
        trust: How far its rungs can be trusted.
        strategies: Published strategies in its pool.
        options: Options that commands on the study need: folder, overrides.
    """
    return ReportData(
        front=front,
        description=study.description,
        targets=tuple(sorted({key for run in evaluations for key in run.scores.keys() - run.source})),
        held_out=tuple(sorted({key for run in evaluations for key in run.held_out})),
        encoder=study.recipe.encoder.title,
        study_file=str(study_file),
        options=tuple(options),
        trust=trust,
        strategies=tuple(strategies),
        history=tuple(_history(stored)) if stored else (),
        recipe=study.recipe.model_dump(mode="json"),
        versions={name: version(name) for name in _PACKAGES} | {"python": platform.python_version()},
        data={"recipe hashes": " ".join(sorted({run.recipe_hash for run in evaluations})) or "none yet"},
        seeds=tuple(sorted({run.seed for run in without_fresh(evaluations)})),
        messages=(
            *_messages(stored, front, evaluations),
            *_unlabelled(study),
            *_source(front, evaluations),
            *_note(front),
        ),
        created=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    )


def _history(stored: Stored) -> Iterable[tuple[int, float]]:
    """Hypervolume of the proxy's front after each trial, on a logarithmic cost axis."""
    trials = first_scored(read_trials(stored)).values()
    points = [(t.number, t.cost, t.value) for t in trials if t.cost is not None and t.value is not None]
    if not points:
        return
    edge = math.log1p(1.05 * max(cost for _, cost, _ in points))
    floor = min(value for _, _, value in points)
    costs = [math.log1p(cost) for _, cost, _ in points]
    values = [value for _, _, value in points]
    step = -(-len(points) // MOST_MARKS)
    for count in sorted({*range(len(points), 0, -step), 1}):
        area = hypervolume(costs[:count], values[:count], worst_cost=edge, worst_value=floor)
        yield points[count - 1][0], area


def _unlabelled(study: StudyConfig) -> Iterable[str]:
    """Say which targets no accuracy speaks of."""
    keys = unlabelled_keys(study)
    if keys:
        yield (
            f"Targets without labels ({listed(keys, most=5)}) steered the search by how well held-out "
            "sentence pairs find each other; the accuracies are those of the other targets."
        )


def _source(front: Front, evaluations: Sequence[Measurement]) -> Iterable[str]:
    """Report the training language apart, where the study names it as a target."""
    keys = {key for run in evaluations for key in run.source}
    scores = [row.full.source for row in front.measured if row.full and row.full.source is not None]
    if keys and scores:
        yield (
            f"{listed(sorted(keys))}, which the task is learnt in, is in no average: "
            f"{percent(min(scores))} to {percent(max(scores))} over the measured subsets."
        )


def _note(front: Front) -> Iterable[str]:
    if front.note:
        yield f"{front.note[0].upper()}{front.note[1:]}."


def _messages(stored: Stored, front: Front, evaluations: Sequence[Measurement]) -> Iterable[str]:
    """Say what the reader must know before trusting the page."""
    if not front:
        failed = len(read_trials(stored))
        yield (
            f"None of {failed} trials was finished: run the study again to take them up."
            if failed
            else "This study has no trials yet: run it first."
        )
        return
    if not evaluations:
        yield "No subset has been evaluated in full on test data yet: what the search saw is shown alone."
    elif front.decision is None and min((row.n_seeds for row in front.measured), default=3) < 3:
        yield "Fewer than three seeds: differences of the size of the spread between seeds mean little."
