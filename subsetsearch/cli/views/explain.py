"""Rules of choice, what they choose, and why, in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from realign_core.support.console import results
from subsetsearch.analysis.front import Front
from subsetsearch.analysis.words import (
    amount,
    language_name,
    listed,
    metric_name,
    number,
    percent,
    points,
)
from subsetsearch.cli.views.plain import print_next, table
from subsetsearch.config.rungs import RungWords
from subsetsearch.errors import count
from subsetsearch.languages import resolve
from subsetsearch.subset import with_pairs

if TYPE_CHECKING:
    from subsetsearch.analysis.explain import Contrast, Explanation, Member
    from subsetsearch.analysis.noise import PairedDifference
    from subsetsearch.analysis.rule_choices import RuleChoice
    from subsetsearch.study import Study

_MEMBERS = 40
_TARGETS = 6


def difference(gap: PairedDifference | None) -> str:
    """A paired difference in points, with its interval."""
    if gap is None:
        return "no common seed"
    if gap.low is None or gap.high is None:
        return f"{points(gap.mean)} points ({gap.verdict})"
    return f"{points(gap.mean)} points [{points(gap.low)}, {points(gap.high)}], {gap.verdict}"


def show_rules(rules: Mapping[str, str]) -> None:
    """Print what rules of choice do."""
    grid = Table.grid(padding=(0, 2))
    for name, words in rules.items():
        grid.add_row(escape(name), escape(words))
    results.print(grid)


def show_choices(choices: Sequence[RuleChoice], front: Front, study: Study) -> None:
    """Print what each rule would choose; if none can, once why."""
    if not any(choice.row for choice in choices):
        for reason in dict.fromkeys(choice.reason for choice in choices):
            results.print(f"no rule can choose: {reason}", markup=False, soft_wrap=True)
        return
    score = f"{metric_name(front.metric)} %"
    made = table("rule", "trial", "n", "cost", score, "reason", right=("trial", "n", "cost", score))
    for choice in choices:
        row = choice.row
        if row is None:
            made.add_row(choice.rule, "", "", "", "", escape(choice.reason))
            continue
        cells = ("" if row.trial is None else str(row.trial), str(len(row.languages)), f"{row.cost:,.0f}")
        made.add_row(
            choice.rule, *cells, "" if row.accuracy is None else number(row.accuracy), escape(choice.reason)
        )
    made.caption, made.caption_justify = "n: number of languages", "left"
    results.print(made)
    results.print(f"more: {study.command('explain', '--pick', 'RULE')}", markup=False, soft_wrap=True)


def show_explanation(rule: str, found: Explanation, front: Front, study: Study) -> None:
    """Print why a subset was chosen and what speaks for it."""
    row = found.picked.row
    trial = "" if row.trial is None else f"trial {row.trial}, "
    size = with_pairs(count(len(row.languages), "language"), row.pairs)
    results.print(escape(f"{rule}: {trial}{size}, {row.price}"), style="bold")
    results.print(escape(f"why: {found.picked.reason}"))
    for line in _life(found, front.rung):
        results.print(escape(line))
    if found.members:
        results.print(_members(found.members))
    if found.contrasts:
        results.print(f"Against other subsets ({metric_name(front.metric)} on test data, seed by seed):")
        for contrast in found.contrasts:
            results.print(escape(f"  {_contrast(contrast, row.cost_unit, row.pairs)}"))
    if found.gains:
        results.print(escape(_gains(found)))
    if row.trial is not None:
        print_next(study.command("export", "--pick", f"trial={row.trial}", "--to", "json"))


def _life(found: Explanation, top: RungWords) -> list[str]:
    life = found.life
    lines = []
    if life.get("origin"):
        lines.append(f"proposed as: {life['origin']}")
    if life.get("rung1") is not None and top.number == 1:
        lines.append(f"{top.column}: {percent(life['rung1'])}")
    elif life.get("rung1") is not None:
        higher = life.get(f"rung{top.number}")
        second = f"{top.once} {percent(higher)}" if higher is not None else f"no {top.once}"
        lines.append(f"seen by the search (dev): linear {percent(life['rung1'])}, {second}")
    skipped = life.get("skipped")
    return [*lines, f"rung {top.number} was skipped: {skipped}"] if skipped else lines


def _members(members: Sequence[Member]) -> Table:
    made = table(
        "key", "name", "family", "cost", "nearest\nin the set", "targets\nnearest to it", right=("cost",)
    )
    for member in members[:_MEMBERS]:
        nearest = "" if member.nearest is None else f"{member.nearest} {member.distance:.2f}"
        more = len(member.near_targets) - _TARGETS
        made.add_row(
            member.key,
            escape(language_name(member.key)),
            escape(resolve(member.key).family),
            f"{member.cost:,.0f}",
            nearest,
            " ".join(member.near_targets[:_TARGETS]) + (f" +{more}" if more > 0 else ""),
        )
    if len(members) > _MEMBERS:
        made.caption = f"{len(members) - _MEMBERS} more"
    return made


def _contrast(contrast: Contrast, unit: str, pairs: int | None) -> str:
    """One line: how much better, for what; what is different, if it is a neighbour on the front."""
    changes = []
    if contrast.name.startswith("next"):
        changes += [f"adds {listed(contrast.only_here)}"] if contrast.only_here else []
        changes += [f"does without {listed(contrast.only_there)}"] if contrast.only_there else []
        if contrast.subset.pairs != pairs:
            changes.append(f"{_pairs(pairs)} instead of {_pairs(contrast.subset.pairs)}")
    fresh = f" (fresh seeds: {difference(contrast.fresh)})" if contrast.fresh is not None else ""
    price = f"costs {amount(abs(contrast.cost))} {unit} {'more' if contrast.cost > 0 else 'less'}"
    parts = [difference(contrast.accuracy) + fresh, price if contrast.cost else "costs the same", *changes]
    return f"{contrast.name}: {'; '.join(parts)}"


def _pairs(pairs: int | None) -> str:
    return "all pairs" if pairs is None else f"{pairs:,} pairs each"


def _gains(found: Explanation) -> str:
    items = list(found.gains.items())
    better = sum(gain > 0 for _, gain in items)

    def say(pairs: Sequence[tuple[str, float]]) -> str:
        return ", ".join(
            f"{language_name(key)}{' (held out)' if key in found.held_out else ''} {points(gain)}"
            for key, gain in pairs
        )

    text = f"Against no realignment {better} of {len(items)} targets gain, in points"
    if len(items) < 6:
        return f"{text}: {say(items)}"
    return f"{text}.  Most: {say(items[:5])}.  Least: {say(items[-5:][::-1])}"
