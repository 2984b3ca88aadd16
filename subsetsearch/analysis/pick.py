"""Rules that choose one subset of a front, and say why."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from subsetsearch.analysis.front import Row
from subsetsearch.errors import ConfigError, SelectionError
from subsetsearch.subset import with_level

EXAMPLES = "recommended, knee, best, cost<=2000, accuracy>=0.55, within=0.99 or trial=7"


@dataclass(frozen=True, slots=True)
class Picked:
    """A chosen row and the reason, one sentence."""

    row: Row
    reason: str


class Rule(ABC):
    """A rule of choice."""

    @abstractmethod
    def choose(self, rows: Sequence[Row]) -> Picked:
        """Choose among the rows of a study, and give the rule's own reason.

        Raises:
            SelectionError: If nothing fits; the nearest row is named.
        """

    def pick(self, rows: Sequence[Row]) -> Picked:
        """Choose, and say as well what is doubtful about the choice.

        Raises:
            SelectionError: If nothing fits; the nearest row is named.
        """
        picked = self.choose(rows)
        return Picked(picked.row, picked.reason + _doubts(picked.row, rows))


@dataclass(frozen=True, slots=True)
class Best(Rule):
    """The most accurate subset; the cheapest of equals."""

    def choose(self, rows: Sequence[Row]) -> Picked:
        """Choose by measured accuracy."""
        row = _best(_measured(rows))
        return Picked(row, f"the highest measured accuracy, {row.accuracy:.4f}{_spread(row)}")


@dataclass(frozen=True, slots=True)
class Recommended(Rule):
    """The cheapest subset that full runs have not told from the most accurate one."""

    def choose(self, rows: Sequence[Row]) -> Picked:
        """Choose among those that the best has not been shown to beat."""
        measured = _measured(rows)
        best = _best(measured)
        row = min((r for r in measured if r.ties_best), key=lambda r: r.cost, default=best)
        if row == best:
            return Picked(row, f"the highest measured accuracy, {row.accuracy:.4f}{_spread(row)}")
        return Picked(
            row,
            f"the cheapest that full runs have not told from the most accurate one ({best.name}, "
            f"{_accuracy(best):.4f} at {_price(best)})",
        )


@dataclass(frozen=True, slots=True)
class Knee(Rule):
    """The point of the measured front that is farthest above the line from its ends."""

    def choose(self, rows: Sequence[Row]) -> Picked:
        """Choose the best bend: both axes are scaled to [0, 1] over the front."""
        front = _front(_measured(rows))
        low, high = front[0], front[-1]
        if len(front) < 3:
            row = _best(front)
            return Picked(
                row,
                f"the front has {len(front)} measured point{'s' * (len(front) > 1)}, too few for a knee; "
                "the best of them",
            )

        def lift(row: Row) -> float:
            x = (row.cost - low.cost) / (high.cost - low.cost)
            y = (_accuracy(row) - _accuracy(low)) / (_accuracy(high) - _accuracy(low))
            return y - x

        row = max(front, key=lift)
        return Picked(
            row,
            f"the knee of {len(front)} measured points: {_accuracy(row) - _accuracy(low):+.4f} over "
            f"the cheapest for {_price(row)}; what comes after gains less per unit",
        )


@dataclass(frozen=True, slots=True)
class CostAtMost(Rule):
    """The most accurate subset within a budget."""

    limit: float

    def choose(self, rows: Sequence[Row]) -> Picked:
        """Choose by measured accuracy among the affordable."""
        measured = _measured(rows)
        fitting = [row for row in measured if row.cost <= self.limit]
        if not fitting:
            near = min(measured, key=lambda row: row.cost)
            raise SelectionError(f"no measured subset costs {self.limit:,.10g} or less", fix=_nearest(near))
        row = _best(fitting)
        return Picked(row, f"the highest measured accuracy at a cost of at most {self.limit:,.10g}")


@dataclass(frozen=True, slots=True)
class AccuracyAtLeast(Rule):
    """The cheapest subset that is accurate enough."""

    limit: float

    def choose(self, rows: Sequence[Row]) -> Picked:
        """Choose by cost among the accurate."""
        measured = _measured(rows)
        fitting = [row for row in measured if _accuracy(row) >= self.limit]
        if not fitting:
            raise SelectionError(
                f"no subset reached an accuracy of {self.limit:g}", fix=_nearest(_best(measured))
            )
        row = min(fitting, key=lambda row: (row.cost, -_accuracy(row)))
        return Picked(row, f"the cheapest with a measured accuracy of at least {self.limit:g}")


@dataclass(frozen=True, slots=True)
class Within(Rule):
    """The cheapest subset within a share of the best accuracy."""

    share: float

    def choose(self, rows: Sequence[Row]) -> Picked:
        """Choose by cost among those close to the best."""
        measured = _measured(rows)
        best = _best(measured)
        picked = AccuracyAtLeast(self.share * _accuracy(best)).choose(rows)
        return Picked(
            picked.row,
            f"the cheapest within {self.share:.1%} of the best measured accuracy ({_accuracy(best):.4f})",
        )


@dataclass(frozen=True, slots=True)
class TrialNumber(Rule):
    """A trial by its number, measured or not."""

    number: int

    def choose(self, rows: Sequence[Row]) -> Picked:
        """Choose by number."""
        for row in rows:
            if row.trial == self.number:
                return Picked(row, f"trial {self.number}, as asked for")
        known = sorted(row.trial for row in rows if row.trial is not None)
        near = min(known, key=lambda n: abs(n - self.number), default=None)
        fix = f"the nearest is trial={near}" if near is not None else "run the study first"
        raise SelectionError(f"no scored subset has the trial number {self.number}", fix=fix)


def _share(number: str, rule: str) -> float:
    """Read a share; whoever writes per cent is told so, as tables in per cent invite it."""
    share = float(number)
    if share > 1:
        raise ConfigError(
            f"'{rule}{number}' asks for more than 1, and accuracies are shares",
            where="--pick",
            fix=f"write {rule}{share / 100:g} for {number} %" if share <= 100 else f"write {EXAMPLES}",
        )
    return share


_NUMBER = r"([0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?)"
_RULES: tuple[tuple[str, Callable[[str], Rule]], ...] = (
    (r"cost\s*<=\s*" + _NUMBER, lambda number: CostAtMost(float(number))),
    (r"accuracy\s*>=\s*" + _NUMBER, lambda number: AccuracyAtLeast(_share(number, "accuracy>="))),
    (r"within\s*=\s*" + _NUMBER, lambda number: Within(_share(number, "within="))),
    (r"trial\s*=\s*([0-9]+)", lambda number: TrialNumber(int(number))),
)


def parse_rule(text: str) -> Rule:
    """Read a rule as it is written on the command line.

    Args:
        text: ``recommended``, ``knee``, ``best``, ``cost<=X``, ``accuracy>=Y``, ``within=0.99``
            or ``trial=N``.

    Raises:
        ConfigError: If it is none of these.
    """
    stripped = text.strip()
    simple: dict[str, Rule] = {"recommended": Recommended(), "knee": Knee(), "best": Best()}
    if stripped in simple:
        return simple[stripped]
    for pattern, build in _RULES:
        match = re.fullmatch(pattern, stripped)
        if match:
            return build(match.group(1))
    # An unquoted cost<=X or accuracy>=Y loses its end to the shell, which reads < and > as redirections.
    quoted = {"cost": "'cost<=500'", "accuracy": "'accuracy>=0.5'"}.get(stripped)
    raise ConfigError(
        f"'{text}' is no rule of choice",
        where="--pick",
        fix=f"put it in quotes, as in {quoted}" if quoted else f"write {EXAMPLES}",
    )


def _measured(rows: Sequence[Row]) -> list[Row]:
    measured = [row for row in rows if row.accuracy is not None and row.label != "none"]
    if not measured:
        raise SelectionError(
            "no subset has been fully evaluated on test data yet, and proxies are no accuracies on it",
            fix="run 'subsetsearch evaluate STUDY', or pick trial=N",
        )
    return measured


def _front(rows: Sequence[Row]) -> list[Row]:
    """Keep the undominated rows by rising cost."""
    front: list[Row] = []
    for row in sorted(rows, key=lambda row: (row.cost, -_accuracy(row))):
        if not front or _accuracy(row) > _accuracy(front[-1]):
            front.append(row)
    return front


def _best(rows: Sequence[Row]) -> Row:
    return max(rows, key=lambda row: (_accuracy(row), -row.cost))


def _accuracy(row: Row) -> float:
    return row.accuracy if row.accuracy is not None else float("-inf")


def _price(row: Row) -> str:
    return f"{row.cost:,.10g} {row.cost_unit}"


def _spread(row: Row) -> str:
    return f" ± {row.accuracy_std:.4f} over {row.n_seeds} seeds" if row.accuracy_std is not None else ""


def _doubts(row: Row, rows: Sequence[Row]) -> str:
    """Say which cheaper subset it was not told from, and what fresh seeds said."""
    text = ""
    if row.tied_with is not None:
        cheaper = next((other for other in rows if other.candidate == row.tied_candidate), None)
        if cheaper is not None:
            text += f"; full runs do not tell it from {cheaper.name}, at {_price(cheaper)}"
    if row.fresh_accuracy is not None:
        text += f"; {row.fresh_accuracy:.4f} over {row.n_fresh} fresh seed{'s' * (row.n_fresh != 1)}"
    return text


def _nearest(row: Row) -> str:
    name = f"trial={row.trial}" if row.trial is not None else with_level(", ".join(row.languages), row.pairs)
    return f"the nearest is {name}: cost {row.cost:,.10g}, accuracy {_accuracy(row):.4f}"
