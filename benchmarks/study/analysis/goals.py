"""What the study is to show, for each task: met or missed, by how much, for good or so far; or not run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from benchmarks.study.analysis.compare import Compared, beside, by_target, least_shown
from benchmarks.study.analysis.measured import Measured, different, encoders
from benchmarks.study.entries import COST, PUBLISHED, UNTOUCHED, Entry, first_name
from benchmarks.study.order import ordered_runs
from subsetsearch.errors import count, verb
from subsetsearch.subset import NONE

MET, MISSED, NOT_RUN = "met", "missed", "not run yet"
SO_FAR = " so far"
"""What is added to a state that rows to come may still turn."""

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
        detail: What was found, a sentence; what is missing, where too few rows are there to say anything.
        waits: Which rows are missing that may still turn the verdict; empty where it is final.
    """

    state: str
    by: float | None = None
    detail: str = ""
    waits: str = ""


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
        met = [verdict for verdict in verdicts if verdict.state == MET]
        lost = sum(verdict.state == MISSED and not verdict.waits for verdict in verdicts)
        unknown = sum(verdict.state == NOT_RUN for verdict in verdicts)
        needed = len(verdicts) if self.tasks is None else self.tasks
        if verdicts and sum(not verdict.waits for verdict in met) >= needed:
            return MET
        if len(verdicts) - lost < needed:
            return MISSED
        if len(met) >= needed:
            return MET + SO_FAR
        return NOT_RUN if len(met) + unknown >= needed else MISSED + SO_FAR


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
        "published": _tested(measured, published(measured)),
        "all": _tested(measured, all_languages(measured)),
        "regret": regret(measured),
        "routed": _tested(measured, routed(measured)),
        "search": search(measured),
    }


def _tested(measured: Measured, verdict: Verdict) -> Verdict:
    """A verdict by tests waits for all runs of the plan: tests take their noise from all of them."""
    left = len(ordered_runs(measured.plan)) - measured.done
    if verdict.state == NOT_RUN or verdict.waits or not left:
        return verdict
    return replace(verdict, waits=f"{count(left, 'run')} of the task may still change the noise of the tests")


def published(measured: Measured) -> Verdict:
    """Hold our pick against every published strategy, on targets that the search saw and on held-out ones."""
    ours, planned = measured.recommended, measured.plan.of_kind(PUBLISHED)
    strategies = [entry for entry in planned if measured.whole(entry)]
    missing = _missing(measured, [ours, *planned])
    if missing and not (strategies and measured.whole(ours)):
        return missing
    found = _beside_published(measured, strategies)
    return replace(found, waits=missing.detail) if missing else found


def _beside_published(measured: Measured, strategies: Sequence[Entry]) -> Verdict:
    ours = measured.recommended
    better, cheaper, power, most = set[str](), set[str](), list[str](), 0.0
    for group in BOTH:
        if group not in measured.groups:
            continue
        found = beside(measured, ours, strategies, measured.groups[group])
        power.append(_power(measured, found, group))
        for one in found:
            if one.shown > 0:
                better.add(f"{one.entry.name} ({group})")
            elif one.shown == 0 and one.entry.cost < ours.cost:
                cheaper.add(f"{one.entry.name} ({group})")
            if one.shown >= 0 and one.difference is not None and (one.shown or one.entry.cost < ours.cost):
                most = max(most, one.difference.mean)
    if not better and not cheaper:
        return Verdict(
            MET, 0.0, "; ".join([f"{count(len(strategies), 'set')}, none shown to be better", *power])
        )
    told = [f"better: {', '.join(sorted(better))}"] * bool(better)
    told += [f"cheaper and not shown to be worse: {', '.join(sorted(cheaper))}"] * bool(cheaper)
    return Verdict(MISSED, most, "; ".join([*told, *power]))


def _power(measured: Measured, found: Sequence[Compared], group: str) -> str:
    """What could have been shown, how many sets are above ours, and the best of them."""
    least = least_shown(measured, measured.recommended, found, measured.groups[group])
    known = [(one.difference.mean, one.entry.name) for one in found if one.difference is not None]
    above = [mean for mean, _ in known if mean > 0]
    seen = "no difference" if least is None else f"a difference of {100 * least:.2f} points"
    higher = f"{len(above)} of {count(len(known), 'set')} {verb(len(above), 'is')} above our pick"
    sentence = f"{group}: {seen} could be shown, {higher}"
    best, name = max(known, default=(0.0, ""))
    return f"{sentence}, the best ({name.split(', ')[0]}) by {100 * best:+.2f}" if known else sentence


def all_languages(measured: Measured) -> Verdict:
    """Hold our pick against all languages, at what these would cost if they were cut to what they need."""
    ours, every = measured.recommended, measured.plan.entry("all")
    if missing := _missing(measured, [ours, every]):
        return missing
    found = measured.difference(ours, every, measured.groups["all targets"])
    if found is None or found.low is None:
        return Verdict(NOT_RUN)
    need, told = _need(measured, every)
    share = ours.cost / need.cost
    sentence = f"{100 * found.mean:+.2f} points at {share:.1%} of the data of {told}"
    own, others = measured.reads(ours), measured.reads(every)
    if own is not None and others is not None:
        sentence += (
            f"; a run reads {others:,.0f} different pairs of all languages at most, {own:,.0f} of ours"
        )
    if share > CHEAP or found.low <= 0:
        return Verdict(MISSED, max(-found.low, 0.0), sentence)
    waits = [cut for cut in _cuts(measured, every) if not measured.whole(cut)]
    if waits:
        return Verdict(MET, 0.0, sentence, waits=f"rows of {len(waits)} of its cuts are missing")
    return Verdict(MET, 0.0, sentence)


def _cuts(measured: Measured, every: Entry) -> list[Entry]:
    return [cut for cut in measured.plan.of_kind(COST) if cut.languages == every.languages]


def _need(measured: Measured, every: Entry) -> tuple[Entry, str]:
    """All languages, or their cheapest cut that is not shown to be worse; and what that is, in words."""
    cuts = [cut for cut in _cuts(measured, every) if measured.whole(cut)]
    if not cuts:
        return every, f"all languages uncut ({every.cost:,.0f} pairs; no cut of them has all seeds)"
    compared = beside(measured, every, cuts, measured.groups["all targets"])
    as_good = [one.entry for one in compared if one.shown >= 0]
    need = min([every, *as_good], key=lambda entry: entry.cost)
    if need == every:
        p = max(0.0001, *(one.p for one in compared if one.p is not None))
        uncut = f"{every.cost:,.0f} pairs; every cut is shown to be worse, p {p:.4f} or less"
        return every, f"all languages uncut ({uncut})"
    cost = f"{need.cost:,.0f} pairs instead of {every.cost:,.0f}"
    return need, f"all languages cut to {need.pairs} pairs each, which is not shown to be worse ({cost})"


def regret(measured: Measured) -> Verdict:
    """Hold our pick against the best mean of everything that has all seeds; its luck is not taken off.

    All targets decide; what held-out targets alone say stands beside it.
    """
    ours, plan, targets = measured.recommended, measured.plan, measured.groups["all targets"]
    missing = _missing(measured, [entry for entry in plan.entries if entry.kind != COST])
    if missing and not (measured.whole(ours) and any(map(measured.whole, plan.of_kind(PUBLISHED)))):
        return missing
    lost, best, number = _below_best(measured, targets)
    sentence, of_others = f"{100 * lost:.2f} points below {best}, the best of {number}", ""
    if plan.held_out:
        of_held_out, highest, _ = _below_best(measured, plan.held_out)
        of_others = f"; on held-out targets alone {100 * of_held_out:.2f} below {highest}"
    waits = missing.detail if missing else "" if plan.peers else "the peers' picks are missing"
    if lost <= REGRET and waits:
        return Verdict(MET, 0.0, sentence + of_others, waits)
    if partly_run := len(different([ours, *plan.entries], targets)) - number:
        sentence += f" ({partly_run} have not all seeds and are left out)"
    # A miss is final: another set can only add to it.
    return Verdict(MET if lost <= REGRET else MISSED, max(0.0, lost - REGRET), sentence + of_others)


def _below_best(measured: Measured, targets: Sequence[str]) -> tuple[float, str, int]:
    """How far our pick is below the best mean of all with every seed; its name, and how many these are."""
    ours = measured.recommended
    whole = [e for e in different([ours, *measured.plan.entries], targets) if measured.whole(e)]
    scores = {entry.label: measured.mean(entry, targets) for entry in whole}
    means = {label: mean.mean for label, mean in scores.items() if mean is not None}
    best = max(means, key=lambda label: means[label])
    return means[best] - means[ours.label], first_name(best), len(means)


def routed(measured: Measured) -> Verdict:
    """Look for targets that the routed choice harms, among those that it sends to the realigned encoder."""
    entry = measured.plan.entry("ours: routed")
    if missing := _missing(measured, [entry, UNTOUCHED]):
        return missing
    keys = [*measured.plan.targets]
    sent = [key for key, encoder in zip(keys, encoders(entry, keys), strict=True) if encoder != NONE]
    if not sent:
        return Verdict(MET, 0.0, "no target gets the realigned encoder")
    tally = by_target(measured, entry, UNTOUCHED, sent)
    if tally is None:
        return Verdict(NOT_RUN)
    sentence = (
        f"{len(tally.wins)} helped, {len(tally.losses)} harmed of {count(len(sent), 'target')} with the "
        f"realigned encoder; {tally.below} {verb(tally.below, 'has')} a lower mean"
    )
    if not tally.losses:
        return Verdict(MET, 0.0, sentence)
    worst = [measured.difference(entry, UNTOUCHED, (key,)) for key in tally.losses]
    names = ", ".join(measured.plan.targets[key].name for key in tally.losses)
    return Verdict(MISSED, max(-found.mean for found in worst if found), f"{sentence}; harmed: {names}")


def search(measured: Measured) -> Verdict:
    """Hold the minutes of the search against those of all published strategies with every seed."""
    grid, strategies = grid_minutes(measured), measured.plan.of_kind(PUBLISHED)
    if grid is None:
        return Verdict(NOT_RUN)
    share = measured.plan.search.minutes / grid
    sentence = f"{measured.plan.search.minutes:.0f} of {grid:.0f} minutes"
    timed = sum(entry.subset in measured.seconds for entry in strategies)
    waits = f"rows of {len(strategies) - timed} of {len(strategies)} sets are missing"
    return Verdict(
        MET if share <= QUICK else MISSED,
        max(0.0, share - QUICK),
        sentence,
        waits=waits if timed < len(strategies) else "",
    )


def grid_minutes(measured: Measured) -> float | None:
    """Minutes that all published strategies take in full, by the mean of their own runs.

    ``None`` as long as none of these was timed.
    """
    subsets = {entry.subset for entry in measured.plan.of_kind(PUBLISHED)}
    each = [sum(times) / len(times) for s, times in measured.seconds.items() if s in subsets]
    if not each:
        return None
    return sum(each) / len(each) * len(subsets) * len(measured.plan.seeds) / 60


def _missing(measured: Measured, entries: Sequence[Entry]) -> Verdict | None:
    """Say that entries lack seeds; ``None`` if all have every one."""
    sets = different(entries, [*measured.plan.targets])
    lacking = [entry for entry in sets if not measured.whole(entry)]
    if not lacking:
        return None
    told = f"rows of {len(lacking)} of {len(sets)} sets are missing" if measured.runs else ""
    return Verdict(NOT_RUN, detail=told)
