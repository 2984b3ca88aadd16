"""The plan of a run as people read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from realign_core.data.account import lines as account_lines
from realign_core.data.account import to_dict as accounts_to_dict
from realign_core.runs.dry_run.dry_run import describe_counts, describe_encoder
from realign_core.runs.dry_run.subject import Finding
from realign_core.support.duration import between
from subsetsearch.analysis.text.labelled_lines import Sheet, duration
from subsetsearch.analysis.text.wording import listed
from subsetsearch.problem.pairs import PAIRS

_EXACT = 10**9
"""From here on a count is written by its power of ten."""

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class CheckedSheet(Sheet):
    """What will be done, and what checks have found.

    Args:
        facts: As :mod:`subsetsearch.run.planning.dry_run` gives them.
        findings: What would stop it, and warnings.
    """

    facts: Facts
    findings: tuple[Finding, ...] = ()

    def __getitem__(self, name: str) -> Any:
        return self.facts[name]

    @property
    def passed(self) -> bool:
        """Whether nothing would stop it."""
        return not any(finding.stops for finding in self.findings)

    @property
    def title(self) -> str:
        """The study's name."""
        return str(self.facts["study"])

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        encoder = self.facts.get("encoder")
        findings = [
            {"check": f.check, "message": str(f), "stops": f.stops, "stops_later": f.stops_later}
            for f in self.findings
        ]
        return {
            **self.facts,
            "read": accounts_to_dict(self.facts.get("read", {})),
            "encoder": None if encoder is None else asdict(encoder),
            "settings": asdict(settings) if (settings := self.facts.get("settings")) else None,
            "passed": self.passed,
            "findings": findings,
        }

    def checked(self) -> Iterator[tuple[str, str]]:
        """What there is of each split, and the encoder."""
        for name, counts in self.facts.get("examples", {}).items():
            if counts and name != "pairs":
                yield f"{name} data", describe_counts(counts, "examples")
        yield from account_lines(self.facts.get("read", {}))
        if self.facts.get("encoder") is not None:
            yield "encoder", describe_encoder(self.facts["encoder"])
        if self.facts.get("settings") is not None:
            yield "settings", str(self.facts["settings"])

    def verdict(self) -> Iterator[tuple[str, str]]:
        """What would stop it, as a last word."""
        for finding in self.findings:
            yield ("would stop" if finding.stops else "mind"), str(finding)


@dataclass(frozen=True, slots=True, repr=False)
class Plan(CheckedSheet):
    """What a search would do."""

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
        for note in (*self.facts["one_language"], *self.facts["scripts"], *self.facts["unread"]):
            yield "note", note
        yield from self.checked()
        yield "subsets", _subsets(self.facts)
        yield from _limits(self.facts)
        yield "trials", _trials(self.facts)
        yield from _rungs(self.facts)
        yield "search", _about(self.facts["search_range"])
        yield "full runs", _full_runs(self.facts)
        yield "all in all", _about(self.facts["study_range"])
        yield from self.verdict()


@dataclass(frozen=True, slots=True, repr=False)
class EvaluationPlan(CheckedSheet):
    """What an evaluation would do."""

    def lines(self) -> Iterator[tuple[str, str]]:
        """Subsets, seeds, data, encoder, time."""
        yield "subsets", listed(self.facts["subsets"])
        yield "seeds", ", ".join(map(str, self.facts["seeds"]))
        yield from self.checked()
        if self.facts["unlabelled"]:
            yield "not scored", f"no labels: {listed(self.facts['unlabelled'])}"
        stored = (
            f" ({big(self.facts['full_runs_before'])} are stored)" if self.facts["full_runs_before"] else ""
        )
        run_time = _comma_each(self.facts["full_run_seconds"])
        yield "full runs", f"{big(self.facts['full_runs'])} to do{stored}{run_time}"
        yield "all in all", _about(self.facts["range"])
        yield from self.verdict()


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
    if plan["trials_possible"] < plan["trials"]:
        added += f", at most {big(plan['trials_possible'])} of them possible"
    if plan["minutes"] is not None:
        added += f", begun within {plan['minutes']:g} minutes"
    return f"{added}; sampler {plan['sampler']}, measured by {plan['measured_by']}"


def _rungs(plan: Facts) -> Iterator[tuple[str, str]]:
    if plan.get("rung1_seconds") is not None:
        proposing = plan["proposal_seconds"]
        beside = "" if proposing is None else f", and {_each(proposing)} to propose it"
        yield "rung 1", f"{_each(plan['rung1_seconds'])} a subset{beside}"
    for rung in (2, 3):
        if f"rung{rung}_runs" in plan:
            runs, steps = plan[f"rung{rung}_runs"], plan[f"rung{rung}_steps"]
            run_time = _comma_each(plan[f"rung{rung}_seconds"])
            share = f" ({plan['scale']:g} of the recipe)" if "scale" in plan else ""
            yield f"rung {rung}", f"about {big(runs)} subsets of {big(steps)} steps{share}{run_time}"


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


def _about(seconds: Sequence[float] | None) -> str:
    return "unknown: nothing was timed yet" if seconds is None else f"about {between(*seconds)}"
