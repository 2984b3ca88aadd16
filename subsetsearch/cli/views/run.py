"""What a search did, or would do, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from subsetsearch.analysis.words import listed
from subsetsearch.cli.views.plain import duration, print_labelled, print_next, print_path
from subsetsearch.config.rungs import measuring_rung
from subsetsearch.errors import count
from subsetsearch.problem.pairs import PAIRS

if TYPE_CHECKING:
    from subsetsearch.run.search import RunSummary
    from subsetsearch.study import Study

Plan = Mapping[str, Any]
"""As :func:`subsetsearch.run.plan.describe_plan` gives it."""

_EXACT = 10**9
"""From here on a count is written by its power of ten."""


def run_record(summary: RunSummary, study: Study) -> dict[str, Any]:
    """What a search did, as plain data."""
    return {
        "study": study.config.name,
        "top_rung": study.config.search.top_rung,
        "trials_before": summary.before,
        "trials": summary.after,
        "resumed": summary.resumed,
        "storage": study.database,
    }


def show_run(summary: RunSummary, study: Study) -> None:
    """Print what a search did, and what command comes next."""
    advice = measuring_rung(study.config).advice
    before = f"{summary.before} before, {summary.resumed} taken up again"
    print_path(study.database, f"{count(summary.after, 'trial')} ({before}) in ")
    if advice:
        print_path(advice)
    labels = study.config.targets.languages != () or not study.config.targets.unlabelled
    print_next(study.command("evaluate" if labels else "pareto"))


def show_plan(plan: Plan) -> None:
    """Print what a run would do, what it may propose, and how long it takes."""
    print_labelled(plan["study"], _rows(plan))


def big(number: float) -> str:
    """Write a count as people read it: ``57,371``, or ``4.7e16`` where digits say nothing."""
    if number < _EXACT:
        return f"{number:,.0f}"
    digits, _, power = f"{number:.1e}".partition("e")
    return f"{digits}e{int(power)}"


def _rows(plan: Plan) -> Iterator[tuple[str, str]]:
    yield "pool", f"{plan['pool']} languages; all of them cost {big(plan['cost_of_all'])} {plan['cost_unit']}"
    yield "targets", _targets(plan)
    yield "subsets", _subsets(plan)
    yield from _limits(plan)
    yield "trials", _trials(plan)
    yield from _rungs(plan)
    yield "search", _about(plan["search_seconds"])
    yield "full runs", _full_runs(plan)
    yield "all in all", _about(plan["study_seconds"])


def _targets(plan: Plan) -> str:
    parts = [f"{plan['targets']} with labels"]
    for name, words in (("held_out", "held out"), ("unlabelled", "without labels")):
        if plan[name]:
            parts.append(f"{words}: {listed(plan[name])}")
    return "; ".join(parts)


def _subsets(plan: Plan) -> str:
    low, high = plan["sizes"]
    text = f"{big(plan['subsets_of_allowed_sizes'])} of {low} to {high} languages"
    if "candidates" not in plan:
        return text
    return f"{text}, {big(plan['candidates'])} with each number of pairs"


def _limits(plan: Plan) -> Iterator[tuple[str, str]]:
    for name, label in (("must_include", "always with"), ("exclude", "never with")):
        if plan[name]:
            yield label, listed(plan[name])
    if plan["max_per_family"] is not None:
        yield "of a family", f"at most {plan['max_per_family']}"
    if plan["budget"] is not None:
        yield "budget", f"{big(plan['budget'])} {plan['cost_unit']} (not counted in the number of subsets)"
    if PAIRS in plan:
        yield "pairs", f"{' or '.join(map(str, plan[PAIRS]))} of each language"


def _trials(plan: Plan) -> str:
    before = f" to the {big(plan['trials_before'])} that are finished" if plan["trials_before"] else ""
    added = f"{big(plan['trials'])} to add{before}" if before else big(plan["trials"])
    return f"{added}; sampler {plan['sampler']}, measured by {plan['measured_by']}"


def _rungs(plan: Plan) -> Iterator[tuple[str, str]]:
    if plan["rung1_seconds"] is not None:
        proposing = plan["proposal_seconds"]
        beside = "" if proposing is None else f", and {_each(proposing)} to propose it"
        yield "rung 1", f"{_each(plan['rung1_seconds'])} a subset{beside}"
    for rung in (2, 3):
        if f"rung{rung}_runs" in plan:
            runs, steps = plan[f"rung{rung}_runs"], plan[f"rung{rung}_steps"]
            each = _comma_each(plan[f"rung{rung}_seconds"])
            yield f"rung {rung}", f"about {big(runs)} subsets of {big(steps)} steps{each}"


def _full_runs(plan: Plan) -> str:
    stored = f" ({big(plan['full_runs_before'])} are stored)" if plan["full_runs_before"] else ""
    steps = f"{big(plan['full_run_realignment_steps'])} realignment steps"
    return (
        f"at most {big(plan['full_runs'])} to do{stored}, of {steps}{_comma_each(plan['full_run_seconds'])}"
    )


def _comma_each(seconds: float | None) -> str:
    return "" if seconds is None else f", {_each(seconds)} each"


def _each(seconds: float) -> str:
    """Write what one thing takes, in milliseconds where it is less than a second."""
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 10 else duration(seconds)


def _about(seconds: float | None) -> str:
    return "unknown: nothing was timed yet" if seconds is None else f"about {duration(seconds)}"
