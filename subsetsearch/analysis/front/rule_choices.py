"""What each rule of choice would choose, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow
from subsetsearch.errors import SelectionError

SHOWN = ("recommended", "best", "knee", "within=0.99", "within=0.97")
"""Rules that need no number of the user's own."""


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """What a rule chooses, or why it cannot."""

    rule: str
    row: FrontRow | None
    reason: str

    def __repr__(self) -> str:
        return f"<{self.rule}: {self.row.name if self.row else 'nothing'}; {self.reason}>"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {"rule": self.rule, "reason": self.reason, "row": self.row and self.row.to_dict()}


def rule_choices(front: Front) -> list[RuleChoice]:
    """Apply each rule that needs no number of the user's own.

    Args:
        front: Of a study, or of a group of its targets.
    """
    choices = []
    for rule in SHOWN:
        try:
            picked = front.pick(rule)
        except SelectionError as error:
            choices.append(RuleChoice(rule, None, str(error)))
        else:
            choices.append(RuleChoice(rule, picked.row, picked.reason))
    return choices
