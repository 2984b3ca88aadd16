"""Rules of choice, what they choose, and why, in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from realign_core.support.program.console import results
from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.text.wording import (
    language_name,
    metric_name,
    number,
    short_list,
)
from subsetsearch.cli.views.plain import keep_words, print_next, print_sheet, table
from subsetsearch.languages import resolve

if TYPE_CHECKING:
    from subsetsearch.analysis.front.rule_choices import RuleChoice
    from subsetsearch.analysis.subsets.explain import Explanation, Member
    from subsetsearch.study import Study

_MEMBERS = 40
_TARGETS = 4


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


def show_explanation(rule: str, explanation: Explanation, study: Study) -> None:
    """Print why a subset was chosen and what speaks for it."""
    row = explanation.picked.row
    results.print(escape(f"{rule}: "), style="bold", end="")
    print_sheet(explanation)
    if explanation.members:
        results.print(_members(explanation.members))
    if row.trial is not None:
        print_next(study.command("export", "--pick", f"trial={row.trial}", "--to", "json"))


def _members(members: Sequence[Member]) -> Table:
    heads = ("language", "key", "family", "cost", "nearest\nin the set", "targets\nnearest to it")
    made = table(*heads, right=("cost",))
    made.columns[1].style = "dim"
    for member in members[:_MEMBERS]:
        near = member.nearest
        made.add_row(
            escape(language_name(member.key)),
            member.key,
            escape(resolve(member.key).family),
            f"{member.cost:,.0f}",
            "" if near is None else escape(f"{language_name(near)} {member.distance:.2f}"),
            escape(short_list(member.near_targets, _TARGETS)),
        )
    if len(members) > _MEMBERS:
        made.caption = f"{len(members) - _MEMBERS} more"
    return keep_words(made)
