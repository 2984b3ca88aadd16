"""What the study is to show, for each task: met, missed and by how much, or not run yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.study.compare import beside, by_target
from benchmarks.study.entries import COST, PUBLISHED, UNTOUCHED, Entry
from benchmarks.study.measured import Measured

MET, MISSED, NOT_RUN = "met", "missed", "not run yet"

CHEAP = 0.1
"""Share of the cost of all languages."""

REGRET = 0.005
QUICK = 0.1
"""Share of what all strategies cost in full."""

BOTH = ("seen by the search", "held out")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a task says of a goal.

    Args:
        state: One of the three above.
        by: How much is lacking, in points or as a share; 0 where it is met, ``None`` where it is not known.
        detail: What was found, a sentence.
    """

    state: str
    by: float | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal over all tasks.

    Args:
        name: What is to be shown.
        tasks: On how many tasks it must be; all, if ``None``.
    """

    name: str
    tasks: int | None = None

    def over_tasks(self, verdicts: Sequence[Verdict]) -> str:
        """Say what comes of the tasks' verdicts: nothing is met before enough tasks have it."""
        states = [verdict.state for verdict in verdicts]
        needed = len(states) if self.tasks is None else self.tasks
        if states.count(MET) >= needed and states:
            return MET
        if states.count(MET) + states.count(NOT_RUN) >= needed and NOT_RUN in states:
            return NOT_RUN
        return MISSED


GOALS: Mapping[str, Goal] = {
    "published": Goal("no published strategy is better than our pick, nor as good for less data"),
    "all": Goal("our pick beats all languages by more than noise, at a tenth of their data or less", 2),
    "regret": Goal("our pick loses half a point or less to the best of everything that was measured", 3),
    "routed": Goal("routed harms no target"),
    "search": Goal("the search takes a tenth or less of running all strategies in full"),
}


def verdicts(measured: Measured) -> dict[str, Verdict]:
    """Judge a task by its rows."""
    return {
        "published": published(measured),
        "all": all_languages(measured),
        "regret": regret(measured),
        "routed": routed(measured),
        "search": search(measured),
    }


def published(measured: Measured) -> Verdict:
    """Hold our pick against every published strategy, on targets that the search saw and on held-out ones."""
    ours, plan = measured.recommended, measured.plan
    strategies = plan.of_kind(PUBLISHED)
    if not _whole(measured, [ours, *strategies]):
        return Verdict(NOT_RUN)
    better, cheaper, most = set[str](), set[str](), 0.0
    for group in BOTH:
        if group not in measured.groups:
            continue
        for one in beside(measured, ours, strategies, measured.groups[group]):
            if one.shown > 0:
                better.add(f"{one.entry.name} ({group})")
            elif one.shown == 0 and one.entry.cost < ours.cost:
                cheaper.add(f"{one.entry.name} ({group})")
            if one.shown >= 0 and one.difference is not None and (one.shown or one.entry.cost < ours.cost):
                most = max(most, one.difference.mean)
    if not better and not cheaper:
        return Verdict(MET, 0.0, f"{len(strategies)} strategies, none shown to be better")
    told = [f"better: {', '.join(sorted(better))}"] * bool(better)
    told += [f"cheaper and not shown to be worse: {', '.join(sorted(cheaper))}"] * bool(cheaper)
    return Verdict(MISSED, most, "; ".join(told))


def all_languages(measured: Measured) -> Verdict:
    """Hold our pick against all languages."""
    ours, every = measured.recommended, measured.plan.entry("all")
    if not _whole(measured, [ours, every]):
        return Verdict(NOT_RUN)
    found = measured.difference(ours, every, measured.groups["all targets"])
    share = ours.cost / every.cost
    if found is None or found.low is None:
        return Verdict(NOT_RUN)
    told = f"{100 * found.mean:+.2f} points at {share:.1%} of the data"
    if share <= CHEAP and found.low > 0:
        return Verdict(MET, 0.0, told)
    return Verdict(MISSED, max(-found.low, 0.0), told)


def regret(measured: Measured) -> Verdict:
    """Hold our pick against the best mean that anything has; its luck is not taken off."""
    ours, targets = measured.recommended, measured.groups["all targets"]
    if not _whole(measured, [entry for entry in measured.plan.entries if entry.kind != COST]):
        return Verdict(NOT_RUN)
    own = measured.mean(ours, targets)
    means = {entry.label: measured.mean(entry, targets) for entry in measured.plan.entries}
    known = {label: mean.mean for label, mean in means.items() if mean is not None}
    if own is None:
        return Verdict(NOT_RUN)
    best = max(known, key=lambda label: known[label])
    lost = known[best] - own.mean
    told = f"{100 * lost:.2f} points below {best}"
    return Verdict(MET if lost <= REGRET else MISSED, max(0.0, lost - REGRET), told)


def routed(measured: Measured) -> Verdict:
    """Look for targets that the routed choice harms."""
    entry = measured.plan.entry("ours: routed")
    if not _whole(measured, [entry, UNTOUCHED]):
        return Verdict(NOT_RUN)
    tally = by_target(measured, entry, UNTOUCHED, measured.groups["all targets"])
    if tally is None:
        return Verdict(NOT_RUN)
    told = f"{len(tally.wins)} helped, {len(tally.losses)} harmed of {len(measured.plan.targets)}"
    if not tally.losses:
        return Verdict(MET, 0.0, told)
    worst = [measured.difference(entry, UNTOUCHED, (key,)) for key in tally.losses]
    names = ", ".join(measured.plan.targets[key].name for key in tally.losses)
    return Verdict(MISSED, max(-found.mean for found in worst if found), f"{told}: {names}")


def search(measured: Measured) -> Verdict:
    """Hold the minutes of the search against those of all published strategies with every seed."""
    grid = grid_minutes(measured)
    if grid is None:
        return Verdict(NOT_RUN)
    share = measured.plan.search.minutes / grid
    told = f"{measured.plan.search.minutes:.0f} of {grid:.0f} minutes"
    return Verdict(MET if share <= QUICK else MISSED, max(0.0, share - QUICK), told)


def grid_minutes(measured: Measured) -> float | None:
    """Minutes that all published strategies take in full; ``None`` as long as no run was timed."""
    if not measured.seconds:
        return None
    each = sum(measured.seconds) / len(measured.seconds)
    return len(measured.plan.of_kind(PUBLISHED)) * len(measured.plan.seeds) * each / 60


def _whole(measured: Measured, entries: Sequence[Entry]) -> bool:
    """Whether entries have all seeds."""
    return all(set(measured.plan.seeds) <= set(measured.scores(entry)) for entry in entries)
