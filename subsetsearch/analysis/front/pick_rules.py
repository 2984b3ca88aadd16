"""Rules that choose one subset of a front, and say why."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from subsetsearch.analysis.front.front_row import FrontRow, measured_front, values_of
from subsetsearch.analysis.front.recommendation import (
    Candidates,
    Picked,
    doubts,
    expected_words,
    recommended_by,
)
from subsetsearch.analysis.text.wording import amount, metric_name, percent, points
from subsetsearch.errors import ConfigError, SelectionError, count

Rows = Sequence[FrontRow]

EXAMPLES = "recommended, knee, best, cost<=2000, accuracy>=55%, within=0.99 or trial=7"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of choice.

    Args:
        form: Its general form, such as ``cost<=X``.
        words: What it chooses.
        pattern: How it is written, with a group for its number, and one for a sign of per cent.
        choose: Chooses from a front, and gives the rule's own reason.
        values: The user's own number, if the rule has one.
    """

    form: str
    words: str
    pattern: str
    choose: Callable[..., Picked]
    values: tuple[float, ...] = ()

    def pick(self, front: Candidates) -> Picked:
        """Choose, and say as well what is doubtful about the choice.

        Args:
            front: Of a study.

        Raises:
            SelectionError: If nothing fits; the nearest row is named.
        """
        picked = self.choose(front, *self.values)
        return Picked(picked.row, picked.reason + doubts(picked.row, front.rows))


def _recommended(front: Candidates) -> Picked:
    if front.decision is not None:
        return recommended_by(front.rows, front.decision)
    measured = _measured_rows(front.rows, none=True)
    best = _best(measured)
    row = next((row for row in measured if row.recommended), best)
    if not row.languages:
        if len(measured) == 1:
            return Picked(
                row, f"nothing but no realignment was fully run yet ({_score(row)}): evaluate runs subsets"
            )
        if row is best:
            return Picked(
                row, f"buy nothing: no subset was more accurate than the untouched encoder ({_score(row)})"
            )
        return Picked(
            row,
            f"buy nothing: full runs have not shown the most accurate subset ({best.name}, {_score(best)} at "
            f"{best.price}) to be better than the untouched encoder ({_score(row)})",
        )
    if row is best:
        return _highest(front)
    return Picked(
        row,
        "the cheapest subset that full runs have not shown to be worse than the most accurate one "
        f"({best.name}, {_score(best)} at {best.price})",
    )


def _highest(front: Candidates) -> Picked:
    measured = _measured_rows(front.rows)
    row, luckiest = _best(measured), _luckiest(measured)
    seeds = f" over {count(row.n_seeds, 'seed')}" if row.accuracy_std is not None else ""
    name = metric_name(front.metric)
    if front.decision is None:
        return Picked(row, f"the highest measured {name}, {_score(row)}{seeds}")
    if not front.decision.question.aim.of_mean:
        return Picked(
            row, f"the best by {front.decision.question.aim.words}: {expected_words(row, front.decision)}"
        )
    lucky = f"; {luckiest.name} measured {_score(luckiest)}, by luck as far as is known"
    other = "" if row is luckiest else lucky
    return Picked(row, f"the highest expected {name}, {_score(row)} measured{seeds}{other}")


def _knee(front: Candidates) -> Picked:
    steps = measured_front(_measured_rows(front.rows))
    low, high = steps[0], steps[-1]
    if len(steps) < 3:
        few = f"the front has {count(len(steps), 'measured point')}, too few for a knee; the best of them"
        return Picked(_best(steps), few)
    values = values_of(steps)

    def lift(place: int) -> float:
        x = (steps[place].cost - low.cost) / (high.cost - low.cost)
        y = (values[place] - values[0]) / (values[-1] - values[0])
        return y - x

    place = max(range(len(steps)), key=lift)
    row, gain = steps[place], points(values[place] - values[0])
    price = amount(row.cost - low.cost)
    return Picked(
        row,
        f"the knee of {len(steps)} measured points: {gain} points over the cheapest of them for {price} "
        f"{row.cost_unit} more; what comes after gains less per unit",
    )


def _cost_at_most(front: Candidates, limit: float) -> Picked:
    measured = _measured_rows(front.rows)
    fitting = [row for row in measured if row.cost <= limit]
    if not fitting:
        near = min(measured, key=lambda row: row.cost)
        raise SelectionError(f"no measured subset costs {limit:,.10g} or less", fix=_nearest_in_words(near))
    basis = "measured" if front.decision is None else "expected"
    return Picked(
        _best(fitting),
        f"the highest {basis} {metric_name(front.metric)} at a cost of at most {limit:,.10g}",
    )


def _accuracy_at_least(front: Candidates, limit: float) -> Picked:
    measured, name = _measured_rows(front.rows), metric_name(front.metric)
    fitting = [row for row in measured if _accuracy(row) >= limit]
    if not fitting:
        raise SelectionError(
            f"no subset reached {name} of {percent(limit)}", fix=_nearest_in_words(_luckiest(measured))
        )
    row = min(fitting, key=lambda row: (row.cost, -_accuracy(row)))
    return Picked(row, f"the cheapest with a measured {name} of at least {percent(limit)}")


def _within(front: Candidates, share: float) -> Picked:
    best = _luckiest(_measured_rows(front.rows))
    row = _accuracy_at_least(front, share * _accuracy(best)).row
    metric = metric_name(front.metric)
    return Picked(row, f"the cheapest within {percent(share)} of the best measured {metric} ({_score(best)})")


def _trial(front: Candidates, trial: float) -> Picked:
    rows = front.rows
    for row in rows:
        if row.trial == trial:
            return Picked(row, f"trial {trial:.0f}, as asked for")
    numbers = sorted(row.trial for row in rows if row.trial is not None)
    near = min(numbers, key=lambda n: abs(n - trial), default=None)
    fix = f"the nearest is trial={near}" if near is not None else "run the study first"
    raise SelectionError(f"no scored subset has the trial number {trial:.0f}", fix=fix)


_NUMBER = r"([0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"
_RULES = (
    Rule(
        "recommended",
        "the cheapest subset, no realignment included, that is expected to lose no more than the tolerance "
        "(half a point) against the one that is expected to be best, by the model of all full runs; without "
        "a model (fewer than three subsets run, or no realignment never) the cheapest that full runs have "
        "not shown to be worse than the most accurate one",
        "recommended",
        _recommended,
    ),
    Rule(
        "knee",
        "the bend of the measured front: cost and accuracy are scaled to [0, 1] between its two ends, "
        "and the point farthest above the straight line between them is taken; what comes after it "
        "gains less per unit of cost than what came before",
        "knee",
        _knee,
    ),
    Rule(
        "best",
        "the measured subset that is expected to be best by the model of all full runs, less its luck; "
        "without a model, the highest measured accuracy",
        "best",
        _highest,
    ),
    Rule(
        "cost<=X",
        "as best does, among the measured subsets that cost X or less",
        rf"cost\s*<=\s*{_NUMBER}",
        _cost_at_most,
    ),
    Rule(
        "accuracy>=Y",
        "the cheapest subset whose measured accuracy is Y or more, such as 55% or 0.55",
        rf"accuracy\s*>=\s*{_NUMBER}\s*(%?)",
        _accuracy_at_least,
    ),
    Rule(
        "within=S",
        "the cheapest subset whose measured accuracy is at least S (such as 0.99 or 99%) of the best",
        rf"within\s*=\s*{_NUMBER}\s*(%?)",
        _within,
    ),
    Rule("trial=N", "the subset of trial N, whether it was measured or not", r"trial\s*=\s*([0-9]+)", _trial),
)

RULES: dict[str, str] = {rule.form: rule.words for rule in _RULES}
"""Rule to what it chooses; no realignment is chosen by ``recommended`` and ``trial=N`` alone."""


def parse_rule(text: str) -> Rule:
    """Read a rule as it is written on the command line.

    Args:
        text: ``recommended``, ``knee``, ``best``, ``cost<=X``, ``accuracy>=Y``, ``within=0.99``
            or ``trial=N``; Y and S may be per cent, as in ``accuracy>=55%``.

    Raises:
        ConfigError: If it is none of these.
    """
    stripped = str(text).strip()
    for rule in _RULES:
        match = re.fullmatch(rule.pattern, stripped)
        if match:
            number, sign = (*match.groups(), None, None)[:2]
            values = (
                () if number is None else (float(number) if sign is None else _share(number, sign, stripped),)
            )
            return replace(rule, values=values)
    # An unquoted cost<=X or accuracy>=Y loses its end to the shell, which reads < and > as redirections.
    quoted = {"cost": "'cost<=500'", "accuracy": "'accuracy>=55%'"}.get(stripped)
    raise ConfigError(
        f"'{text}' is no rule of choice",
        where="--pick",
        fix=f"put it in quotes, as in {quoted}" if quoted else f"write {EXAMPLES}",
    )


def _share(number: str, sign: str, rule: str) -> float:
    """Read a share or per cent; a number above 1 without a sign could be either."""
    share = float(number) / 100 if sign else float(number)
    if share > 1:
        raise ConfigError(
            f"'{rule}' asks for more than 1, and accuracies are shares",
            where="--pick",
            fix=f"write {rule}% for {number} %" if not sign and share <= 100 else f"write {EXAMPLES}",
        )
    return share


def is_rule(text: str) -> bool:
    """Say whether a text is a rule of choice."""
    try:
        parse_rule(text)
    except ConfigError:
        return False
    return True


def _measured_rows(rows: Rows, *, none: bool = False) -> list[FrontRow]:
    measured = [row for row in rows if row.full is not None and (none or row.label != "none")]
    if not measured:
        raise SelectionError(
            "no subset has been fully evaluated on test data yet, and proxies are no accuracies on it",
            fix="run 'subsetsearch evaluate STUDY', or pick trial=N",
        )
    return measured


def _best(rows: Sequence[FrontRow]) -> FrontRow:
    """The row that is expected to be best, or was measured best where no model expects anything."""
    values = values_of(rows)
    return max(zip(values, rows, strict=True), key=lambda pair: (pair[0], -pair[1].cost))[1]


def _luckiest(rows: Sequence[FrontRow]) -> FrontRow:
    return max(rows, key=lambda row: (_accuracy(row), -row.cost))


def _accuracy(row: FrontRow) -> float:
    return row.full.accuracy if row.full else float("-inf")


def _score(row: FrontRow) -> str:
    return percent(_accuracy(row), row.accuracy_std)


def _nearest_in_words(row: FrontRow) -> str:
    name = f"trial={row.trial}" if row.trial is not None else row.name
    return f"the nearest is {name}: cost {amount(row.cost)}, {_score(row)}"
