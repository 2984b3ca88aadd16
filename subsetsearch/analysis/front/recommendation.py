"""A chosen row with its reason; what the model of all runs recommends, and why, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from subsetsearch.analysis.front.front_row import FrontRow, choosable
from subsetsearch.analysis.text.wording import chance, percent, points, points_between
from subsetsearch.errors import SelectionError, count
from subsetsearch.subset import NONE

if TYPE_CHECKING:
    from subsetsearch.analysis.front.decision import Decision


class Candidates(Protocol):
    """What a rule chooses from: a front."""

    @property
    def rows(self) -> Sequence[FrontRow]:
        """By rising cost."""
        ...

    @property
    def metric(self) -> str:
        """Of the full runs, as in data."""
        ...

    @property
    def decision(self) -> Decision | None:
        """What the model of all runs says of the rows; ``None`` without a model."""
        ...


@dataclass(frozen=True, slots=True)
class Picked:
    """A chosen row and the reason, one sentence."""

    row: FrontRow
    reason: str


def recommended_by(rows: Sequence[FrontRow], decision: Decision) -> Picked:
    """Choose the recommended row, and say why.

    Args:
        rows: With the decision's marks.
        decision: On them.

    Raises:
        SelectionError: If none was run.
    """
    row, leader = recommended_and_leader(rows, decision)
    shown = leader if row.subset == NONE else row
    numbers = f": {expected_words(shown, decision)}" if shown.subset != NONE else ""
    by = "" if decision.question.aim.of_mean else f"; by {decision.question.aim.words}"
    return Picked(
        row, why_recommended(row, leader, decision) + numbers + by + _untested(rows, leader, decision)
    )


def _untested(rows: Sequence[FrontRow], leader: FrontRow, decision: Decision) -> str:
    """Name the subset that is expected to be clearly better, where it was not run on test data."""
    loss = decision.judged[leader.subset].loss
    if loss <= decision.question.tolerance:
        return ""
    best = next(row for row in rows if row.subset == decision.leader)
    return f"; {best.name}, run on development data alone, is expected to be {points(loss)[1:]} points better"


def recommended_and_leader(rows: Sequence[FrontRow], decision: Decision) -> tuple[FrontRow, FrontRow]:
    """Find the recommended row, and of those that could be the one that is expected to be worth most.

    Args:
        rows: With the decision's marks.
        decision: On them.

    Raises:
        SelectionError: If none was run.
    """
    row = next((row for row in rows if row.recommended), None)
    choosable_rows = choosable(rows)
    if row is None or not choosable_rows:
        raise SelectionError("no subset has been run yet", fix="run 'subsetsearch evaluate STUDY'")
    return row, min(choosable_rows, key=lambda other: decision.judged[other.subset].loss)


def why_recommended(row: FrontRow, leader: FrontRow, decision: Decision) -> str:
    """Why the recommended row is it, without what is expected of it."""
    given_up = f"{100 * decision.question.tolerance:.3g} {decision.question.aim.unit}"
    if row.subset == NONE and leader.subset == NONE:
        return "buy nothing: no subset that was run is expected to be better than the untouched encoder"
    if row.subset == NONE:
        return (
            f"buy nothing: the best subset ({leader.name}, at {leader.price}) is expected to gain no "
            f"more than {given_up}"
        )
    if row is leader:
        return "the highest expected gain"
    return (
        f"the cheapest subset that is expected to lose no more than {given_up} against the best "
        f"({leader.name}, {_gain(leader)} at {leader.price})"
    )


def _gain(row: FrontRow) -> str:
    return "" if row.expected is None else points(row.expected.worth)


def expected_words(row: FrontRow, decision: Decision) -> str:
    """What the model expects of a row: ``+9.1 [+7.8, +10.3] points over no realignment (...)``."""
    judged = row.expected
    if judged is None:
        return ""
    return (
        f"{points_between(judged.worth, *judged.interval)} {decision.question.aim.unit} over no realignment "
        f"(it is better than that with a probability of {chance(judged.better)}, and the best of all with "
        f"one of {chance(judged.best)})"
    )


def doubts(row: FrontRow, rows: Sequence[FrontRow]) -> str:
    """Say which cheaper subset is better, or was not shown to be worse, and what fresh seeds said."""
    text = ""
    cheaper = next((other for other in rows if other.subset == (row.worse_than or row.tied_with)), None)
    if cheaper is not None:
        price = f", at {cheaper.price}" if cheaper.languages else ""
        shown = "shown it to be worse" if row.worse_than else "not shown it to be better"
        text += f"; {row.judge} {shown} than {cheaper.name}{price}"
    if row.fresh is not None:
        text += f"; {percent(row.fresh.accuracy)} over {count(len(row.fresh.seeds), 'fresh seed')}"
    return text
