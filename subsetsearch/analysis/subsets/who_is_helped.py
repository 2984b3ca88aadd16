"""Who is helped by a subset and who is harmed, in words and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from subsetsearch.analysis.front.front_row import FrontRow
from subsetsearch.analysis.front.pick_rules import is_rule
from subsetsearch.analysis.statistics.target_gains import (
    HARMED,
    HELPED,
    NOT_KNOWN,
    NOT_SHOWN,
    TargetGain,
    target_gains,
)
from subsetsearch.analysis.text.row_list import Rows
from subsetsearch.analysis.text.wording import language_name, listed, points_between, subset_name
from subsetsearch.errors import SelectionError, count
from subsetsearch.results.measurements.measurement import without_fresh
from subsetsearch.subset import NONE, Subset

if TYPE_CHECKING:
    import pandas as pd

    from subsetsearch.analysis.front.choice import Choice
    from subsetsearch.analysis.study.study_results import Known

_MOST = 3
"""Most targets of a verdict that a sentence names."""


@dataclass(frozen=True, repr=False)
class ByTarget(Rows[TargetGain]):
    """The targets of a study with what a subset gains them over no realignment, best first.

    Args:
        row: The subset.
        gains: One a target.
        instead: Why it is this subset, where another one was asked for.
        alone: What is recommended for each target by itself: the subset, and keys of these targets.
        lacks: Why gains are not known, where they are not.
    """

    row: FrontRow
    gains: tuple[TargetGain, ...]
    instead: str = ""
    alone: tuple[tuple[FrontRow, tuple[str, ...]], ...] = ()
    lacks: str = "for lack of common seeds"

    @property
    def _held(self) -> tuple[TargetGain, ...]:
        return self.gains

    def __repr__(self) -> str:
        return "\n".join([self.summary, *(f"  {name}: {text}" for name, text in self.lines())])

    def having(self, verdict: str) -> list[TargetGain]:
        """Those of a verdict, ``helped``, ``harmed``, ``not shown`` or ``not known``, the farthest first."""
        rows = [row for row in self.gains if row.verdict == verdict]
        return rows[::-1] if verdict == HARMED else rows

    @property
    def summary(self) -> str:
        """How many are helped and harmed, a sentence."""
        who = subset_name(self.row.subset, self.row.label)
        if self.instead:
            who += ", the most accurate subset besides it"
        before = f"{self.instead}; with {who}" if self.instead else f"with {who}"
        n_known = len(self) - len(self.having(NOT_KNOWN))
        if not n_known:
            return f"{before}, it is not known who is helped or harmed, {self.lacks}"
        if len(self) == 1:
            return f"{before}: {target_name(self[0])} {gain_of(self[0])} points, {self[0].verdict}"
        helped, harmed = len(self.having(HELPED)), len(self.having(HARMED))
        are = "are" if helped > 1 else "is"
        return (
            f"{before}, {helped or 'none'} of {count(n_known, 'target')} {are} shown to be helped and "
            f"{harmed or 'none'} to be harmed (Holm over targets, 5 %)"
        )

    def lines(self, most: int = _MOST) -> Iterator[tuple[str, str]]:
        """Each verdict that there is, with its number of targets and the farthest of them; what each needs.

        Args:
            most: Number of targets that are named; of those without a verdict, from both ends.
        """
        for verdict in (HELPED, HARMED, NOT_SHOWN, NOT_KNOWN):
            rows = self.having(verdict)
            if rows:
                yield verdict, f"{len(rows)} of {len(self)}: {_gains_in_words(rows, most)}"
        if self.alone:
            yield "each alone", f"recommended {'; '.join(_need_in_words(*choice) for choice in self.alone)}"

    def to_dicts(self) -> list[dict[str, Any]]:
        """One record a target, scores and gains as fractions."""
        name = self.row.subset.name
        return [{"subset": name} | _record(row) for row in self.gains]

    def to_frame(self) -> pd.DataFrame:
        """One row a target; columns as in :meth:`to_dicts`."""
        import pandas as pd

        return pd.DataFrame(self.to_dicts(), columns=list(_COLUMNS))


_COLUMNS = (
    "subset",
    "target",
    "name",
    "score",
    "gain",
    "low",
    "high",
    "n_seeds",
    "p",
    "verdict",
    "held_out",
    "own",
)


def _record(row: TargetGain) -> dict[str, Any]:
    gain = row.gain
    values = (
        row.key,
        language_name(row.key),
        row.score,
        gain.mean if gain else None,
        gain.low if gain else None,
        gain.high if gain else None,
        len(gain.seeds) if gain else 0,
        row.p,
        row.verdict,
        row.held_out,
        row.own,
    )
    return dict(zip(_COLUMNS[1:], values, strict=True))


def gain_of(row: TargetGain) -> str:
    """The gain in points with its interval, as far as they are known."""
    return "not known" if row.gain is None else points_between(row.gain.mean, row.gain.low, row.gain.high)


def target_name(row: TargetGain) -> str:
    """A target's name, and what is special about it."""
    marks = [mark for mark, holds in (("the target itself", row.own), ("held out", row.held_out)) if holds]
    return language_name(row.key) + (f" ({', '.join(marks)})" if marks else "")


def _gains_in_words(rows: Sequence[TargetGain], most: int) -> str:
    def say(some: Sequence[TargetGain]) -> str:
        return ", ".join(f"{target_name(row)} {gain_of(row)}" for row in some)

    if len(rows) <= 2 * most:
        return say(rows)
    if rows[0].verdict in (NOT_SHOWN, NOT_KNOWN):
        return f"{say(rows[:most])} ... {say(rows[-most:])}"
    return f"most {say(rows[:most])}"


def _need_in_words(row: FrontRow, keys: Sequence[str]) -> str:
    languages = f" ({listed(keys)})" if len(keys) <= _MOST else ""
    return f"{subset_name(row.subset, row.label)} for {count(len(keys), 'target')}{languages}"


def alone(known: Known) -> tuple[tuple[FrontRow, tuple[str, ...]], ...]:
    """What is recommended for each target by itself, as :class:`ByTarget` holds it."""
    from subsetsearch.analysis.study.target_group import (
        choices_by_target,  # loads Optuna, which reading does without
    )

    if not any(row.subset == NONE for row in known.front.measured):
        return ()  # without gains, one target says nothing that all do not
    return tuple((row, tuple(keys)) for row, keys in choices_by_target(known))


def gains_by_target(row: FrontRow, known: Known) -> ByTarget:
    """Say who gains by a subset, by the full runs that choices may see.

    Args:
        row: The subset.
        known: Of the study, or of a group of its targets.

    Raises:
        SelectionError: If the subset is no realignment, or has no full run.
    """
    if row.subset == NONE:
        raise SelectionError("no realignment gains nothing over itself", fix="choose another subset")
    if row.full is None:
        raise SelectionError(
            f"{row.name} has no full runs on test data, so nothing is known of its targets",
            fix="subsetsearch evaluate runs it: --languages, or --pick",
        )
    runs = without_fresh(known.evaluations)
    gains = target_gains(runs, row.subset, known.targets, own=row.served, source=known.gains)
    if not any(run.subset == NONE for run in runs):
        return ByTarget(row, tuple(gains), lacks="as no realignment was never run")
    return ByTarget(row, tuple(gains))


def by_target(what: str | Subset | Choice, known: Known) -> ByTarget:
    """Say who gains by a subset that is given in any way.

    An average may hide that a subset helps some targets much: where a rule chooses no realignment, the most
    accurate subset besides it is shown.

    Args:
        what: As :meth:`Known.named` reads it.
        known: Of the study, or of a group of its targets.

    Raises:
        RealignError: If it is no subset, no realignment by name, or was not fully run.
    """
    subset, best = known.named(what)[1], None
    if subset == NONE and isinstance(what, str) and is_rule(what):
        best = gains_of_best(known, f"{what} is no realignment")
    return replace(best or gains_by_target(known.row(subset), known), alone=alone(known))


def gains_of_best(known: Known, instead: str) -> ByTarget | None:
    """Say who gains by the most accurate subset besides no realignment; ``None`` if none was fully run.

    Args:
        known: Of the study, or of a group of its targets.
        instead: Why it is asked for.
    """
    realigned = [row for row in known.front.measured if row.subset != NONE]
    if not realigned:
        return None
    row = max(realigned, key=lambda other: (other.accuracy or 0.0, -other.cost))
    return replace(gains_by_target(row, known), instead=instead)
