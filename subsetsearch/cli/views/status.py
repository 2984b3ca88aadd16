"""How far a study is, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from subsetsearch.analysis.words import listed, metric_name, percent
from subsetsearch.cli.views.plain import duration, print_labelled, print_next
from subsetsearch.config.rungs import RUNGS, measuring_rung
from subsetsearch.errors import count
from subsetsearch.subset import with_pairs

if TYPE_CHECKING:
    from subsetsearch.analysis.status import BestRun, BestTrial, StudyStatus
    from subsetsearch.study import Study


def show_status(status: StudyStatus, study: Study) -> None:
    """Print how far a study is, and the command that comes next."""
    print_labelled(status.study, _rows(status, study))
    print_next(study.command(_next(status)))


def _rows(status: StudyStatus, study: Study) -> Iterator[tuple[str, str]]:
    yield "trials", _trials(status)
    for rung, subsets in status.rungs.items():
        extent = "as well" if rung > 1 else "alone"
        yield f"rung {rung}", f"{count(subsets, 'subset')} ({RUNGS[rung].once} {extent})"
    words = measuring_rung(study.config)
    yield "front", f"{count(status.on_front, 'subset')} by cost and {words.score}"
    if status.best is not None:
        best = status.best
        yield (
            f"best {words.score}",
            f"{percent(best.proxy)} ({words.data}, rung {best.rung}) at a cost of {best.cost:,.0f}: "
            f"trial {best.trial}, {_realigned(best)}",
        )
    yield "full runs", f"{status.full_runs} stored, {status.full_runs_planned} planned"
    if status.best_run is not None:
        run = status.best_run
        yield (
            f"best {metric_name(run.metric)}",
            f"{percent(run.accuracy)} (test, {count(run.n_seeds, 'seed')}): {_realigned(run)}",
        )
    for place, sentence in enumerate(status.trust):
        yield "" if place else "trust", sentence
    if status.kernel is not None:
        yield "computes in", status.kernel
    if status.last is not None:
        yield "last trial", status.last.strftime("%Y-%m-%d %H:%M:%S")
    if status.rate is not None:
        yield "rate", f"{status.rate:.1f} trials a minute"
    if status.seconds_left:
        yield "time left", duration(status.seconds_left)


def _trials(status: StudyStatus) -> str:
    """Count trials by state, beside those that were planned."""
    done = status.states["complete"]
    others = ", ".join(f"{n} {state}" for state, n in status.states.items() if n and state != "complete")
    again = f", {status.duplicates} of them of a subset seen before" if status.duplicates else ""
    # More than planned is no mistake: run --trials adds some.
    extra = done > status.planned
    counted = (
        f"{done} complete, {status.planned} planned" if extra else f"{done} of {status.planned} complete"
    )
    return f"{counted}{again}{'; ' + others if others else ''}"


def _realigned(best: BestTrial | BestRun) -> str:
    return with_pairs(listed(sorted(best.subset.languages)) or "no realignment", best.subset.pairs)


def _next(status: StudyStatus) -> str:
    if status.states["complete"] < status.planned:
        return "run"
    return "evaluate" if status.full_runs < status.full_runs_planned else "pareto"
