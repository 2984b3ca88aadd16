"""The plan of a run as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from subsetsearch.analysis.sheet import Sheet, duration
from subsetsearch.analysis.words import listed
from subsetsearch.problem.pairs import PAIRS

_EXACT = 10**9
"""From here on a count is written by its power of ten."""

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class Plan(Sheet):
    """What a run of a study would do.

    Args:
        facts: As :func:`subsetsearch.run.plan.describe_plan` gives them.
    """

    facts: Facts

    def __getitem__(self, name: str) -> Any:
        return self.facts[name]

    @property
    def title(self) -> str:
        """The study's name."""
        return str(self.facts["study"])

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return dict(self.facts)

    def lines(self) -> Iterator[tuple[str, str]]:
        """Pool, targets, subsets, limits, trials, rungs, times."""
        price = f"{big(self.facts['cost_of_all'])} {self.facts['cost_unit']}"
        yield "pool", f"{self.facts['pool']} languages; all of them cost {price}"
        yield "targets", _targets(self.facts)
        if self.facts["withheld"]:
            names = listed(self.facts["withheld"])
            yield "not in the pool", f"{names}: held out, or the same language as a held-out target"
        if self.facts["note"]:
            yield "note", self.facts["note"]
        for note in self.facts["one_language"]:
            yield "note", note
        yield "subsets", _subsets(self.facts)
        yield from _limits(self.facts)
        yield "trials", _trials(self.facts)
        yield from _rungs(self.facts)
        yield "search", _about(self.facts["search_seconds"])
        yield "full runs", _full_runs(self.facts)
        yield "all in all", _about(self.facts["study_seconds"])


def big(number: float) -> str:
    """Write a count as people read it: ``57,371``, or ``4.7e16`` where digits say nothing."""
    if number < _EXACT:
        return f"{number:,.0f}"
    digits, _, power = f"{number:.1e}".partition("e")
    return f"{digits}e{int(power)}"


def _targets(plan: Facts) -> str:
    parts = [f"{plan['targets']} with labels"]
    for name, words in (("held_out", "held out"), ("unlabelled", "without labels")):
        if plan[name]:
            parts.append(f"{words}: {listed(plan[name])}")
    return "; ".join(parts)


def _subsets(plan: Facts) -> str:
    low, high = plan["sizes"]
    text = f"{big(plan['subsets_of_allowed_sizes'])} of {low} to {high} languages"
    if "candidates" not in plan:
        return text
    return f"{text}, {big(plan['candidates'])} with each number of pairs"


def _limits(plan: Facts) -> Iterator[tuple[str, str]]:
    for name, label in (("must_include", "always with"), ("exclude", "never with")):
        if plan[name]:
            yield label, listed(plan[name])
    if plan["max_per_family"] is not None:
        yield "of a family", f"at most {plan['max_per_family']}"
    if plan["budget"] is not None:
        yield "budget", f"{big(plan['budget'])} {plan['cost_unit']} (not counted in the number of subsets)"
    if PAIRS in plan:
        yield "pairs", f"{' or '.join(map(str, plan[PAIRS]))} of each language"


def _trials(plan: Facts) -> str:
    before = f" to the {big(plan['trials_before'])} that are finished" if plan["trials_before"] else ""
    added = f"{big(plan['trials'])} to add{before}" if before else big(plan["trials"])
    return f"{added}; sampler {plan['sampler']}, measured by {plan['measured_by']}"


def _rungs(plan: Facts) -> Iterator[tuple[str, str]]:
    if plan["rung1_seconds"] is not None:
        proposing = plan["proposal_seconds"]
        beside = "" if proposing is None else f", and {_each(proposing)} to propose it"
        yield "rung 1", f"{_each(plan['rung1_seconds'])} a subset{beside}"
    for rung in (2, 3):
        if f"rung{rung}_runs" in plan:
            runs, steps = plan[f"rung{rung}_runs"], plan[f"rung{rung}_steps"]
            each = _comma_each(plan[f"rung{rung}_seconds"])
            yield f"rung {rung}", f"about {big(runs)} subsets of {big(steps)} steps{each}"


def _full_runs(plan: Facts) -> str:
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
