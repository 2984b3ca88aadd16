"""The rules of choice in words, and what each would choose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from subsetsearch.analysis.front import Row
from subsetsearch.analysis.pick import parse_rule
from subsetsearch.errors import SelectionError

RULES: dict[str, str] = {
    "recommended": (
        "the cheapest subset that full runs have not told from the most accurate one: the difference over "
        "common seeds is within the noise between runs, taken over all subsets (95 %)"
    ),
    "knee": (
        "the bend of the measured front: cost and accuracy are scaled to [0, 1] between its two ends, "
        "and the point farthest above the straight line between them is taken; what comes after it "
        "gains less per unit of cost than what came before"
    ),
    "best": "the highest measured accuracy, at the lowest cost among equals",
    "cost<=X": "the highest measured accuracy among the subsets that cost X or less",
    "accuracy>=Y": "the cheapest subset whose measured accuracy is Y or more",
    "within=S": "the cheapest subset whose measured accuracy is at least S (such as 0.99) of the best",
    "trial=N": "the subset of trial N, whether it was measured or not",
}
"""Rule to what it chooses."""

SHOWN = ("recommended", "best", "knee", "within=0.99", "within=0.97")
"""Rules that need no number of the user's own."""


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """What a rule chooses, or why it cannot."""

    rule: str
    row: Row | None
    reason: str


def rule_choices(rows: Sequence[Row]) -> list[RuleChoice]:
    """Apply each rule that needs no number of the user's own.

    Args:
        rows: Of a study.
    """
    found = []
    for rule in SHOWN:
        try:
            picked = parse_rule(rule).pick(rows)
        except SelectionError as error:
            found.append(RuleChoice(rule, None, str(error)))
        else:
            found.append(RuleChoice(rule, picked.row, picked.reason))
    return found


def describe_rule(text: str) -> tuple[str, str]:
    """Say in words what a rule does.

    Args:
        text: As on the command line.

    Returns:
        The rule's general form (``cost<=X``) and what it chooses.

    Raises:
        ConfigError: If it is no rule.
    """
    parse_rule(text)
    word = re.match(r"[a-z]*", text.strip())
    return next((name, words) for name, words in RULES.items() if word and name.startswith(word.group()))
