"""How the plan of ``run --dry-run`` looks in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.markup import escape
from rich.table import Table

from realign_core.support.console import results
from subsetsearch.cli.inspect_views import duration
from subsetsearch.problem.pairs import PAIRS

_EXACT = 10**9
"""From here on a count is written by its power of ten."""

Plan = Mapping[str, Any]
"""As :func:`subsetsearch.run.plan.describe_plan` gives it."""


def show_plan(plan: Plan) -> None:
    """Print what a run would do, what it may propose, and how long it takes."""
    grid = Table.grid(padding=(0, 2))
    for label, text in _rows(plan):
        grid.add_row(label, escape(text))
    results.print(escape(plan["study"]), style="bold")
    results.print(grid)


def count(number: float) -> str:
    """Write a count as people read it: ``57,371``, or ``4.7e16`` where digits say nothing."""
    if number < _EXACT:
        return f"{number:,.0f}"
    digits, _, power = f"{number:.1e}".partition("e")
    return f"{digits}e{int(power)}"


def _rows(plan: Plan) -> Iterator[tuple[str, str]]:
    yield (
        "pool",
        f"{plan['pool']} languages; all of them cost {count(plan['cost_of_all'])} {plan['cost_unit']}",
    )
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
            parts.append(f"{words}: {' '.join(plan[name])}")
    return "; ".join(parts)


def _subsets(plan: Plan) -> str:
    low, high = plan["sizes"]
    text = f"{count(plan['subsets_of_allowed_sizes'])} of {low} to {high} languages"
    return f"{text}, {count(plan['candidates'])} with levels of pairs" if "candidates" in plan else text


def _limits(plan: Plan) -> Iterator[tuple[str, str]]:
    for name, label in (("must_include", "always with"), ("exclude", "never with")):
        if plan[name]:
            yield label, " ".join(plan[name])
    if plan["max_per_family"] is not None:
        yield "of a family", f"at most {plan['max_per_family']}"
    if plan["budget"] is not None:
        yield "budget", f"{count(plan['budget'])} {plan['cost_unit']} (not counted in the number of subsets)"
    if PAIRS in plan:
        yield "pairs", f"{' or '.join(map(str, plan[PAIRS]))} of each language"


def _trials(plan: Plan) -> str:
    before = f" to the {count(plan['trials_before'])} that are finished" if plan["trials_before"] else ""
    added = f"{count(plan['trials'])} to add{before}" if before else count(plan["trials"])
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
            yield f"rung {rung}", f"about {count(runs)} subsets of {count(steps)} steps{each}"


def _full_runs(plan: Plan) -> str:
    stored = f" ({count(plan['full_runs_before'])} are stored)" if plan["full_runs_before"] else ""
    steps = f"{count(plan['full_run_realignment_steps'])} realignment steps"
    return (
        f"at most {count(plan['full_runs'])} to do{stored}, of {steps}{_comma_each(plan['full_run_seconds'])}"
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
