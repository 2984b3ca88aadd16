"""The front of a study: every scored subset with its cost, what the search saw of it, and its full runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from subsetsearch.analysis.front.front_row import FrontRow, measured_front, rank
from subsetsearch.analysis.front.pick_rules import parse_rule
from subsetsearch.analysis.front.recommendation import Picked
from subsetsearch.analysis.text.row_list import Rows
from subsetsearch.analysis.text.wording import amount, listed, metric_name, number, subset_name
from subsetsearch.config.rungs import SHORT, RungWords
from subsetsearch.dominance import staircase
from subsetsearch.errors import count
from subsetsearch.subset import Subset

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from subsetsearch.analysis.front.decision import Decision

_SHOWN = 30
_WHOLE = ("trial", "proxy_rung", "pairs_per_language", "tied_with_pairs", "worse_than_pairs")


@dataclass(frozen=True, repr=False)
class Front(Rows[FrontRow]):
    """All scored subsets of a study by rising cost, a sequence of rows.

    Args:
        rows: One a subset.
        name: Of the study.
        metric: Of the full runs, as in data: ``accuracy`` or ``f1``.
        rung: What measured the proxies, in words.
        note: What must be known to read it, if anything.
        targets: Keys of the targets that all scores are means over; empty for all that count.
        decision: What the model of all runs says of the rows; ``None`` without a model.
        undecided: Why there is none.
    """

    rows: tuple[FrontRow, ...] = ()
    name: str = ""
    metric: str = "accuracy"
    rung: RungWords = SHORT
    note: str = ""
    targets: tuple[str, ...] = ()
    decision: Decision | None = None
    undecided: str = ""

    @property
    def _held(self) -> tuple[FrontRow, ...]:
        return self.rows

    @property
    def measured(self) -> tuple[FrontRow, ...]:
        """Rows with full runs."""
        return tuple(row for row in self.rows if row.full is not None)

    @property
    def steps(self) -> list[FrontRow]:
        """The measured front: rows that are better than all that cost as much or less, by cost."""
        return measured_front(self.rows)

    @property
    def curve(self) -> list[FrontRow]:
        """What is drawn as the front, by rising cost: by expected gains, without a model the measured one."""
        if self.decision is None:
            return self.steps
        return [row for row in self.rows if row.on_front and row.expected is not None]

    @property
    def shown(self) -> tuple[FrontRow, ...]:
        """Rows that matter to people: on the front, measured, ``none`` and ``all``."""
        return tuple(row for row in self.rows if row.on_front or row.label or row.full is not None)

    def short(self, most: int) -> tuple[FrontRow, ...]:
        """The rows of :attr:`shown`; if they are too many, the front, named ones and the best.

        Args:
            most: Rows; what is on the front or has a name is kept, however many they are.
        """
        shown = self.shown
        if len(shown) <= most:
            return shown
        always_shown = [row.subset for row in shown if row.on_front or row.label or row.recommended]
        subsets = {*always_shown, *(row.subset for row in sorted(shown, key=rank)[:most])}
        return tuple(row for row in shown if row.subset in subsets)

    def find(self, subset: Subset) -> FrontRow | None:
        """The row of a subset, if it was scored."""
        return self._by_subset.get(subset)

    @cached_property
    def _by_subset(self) -> dict[Subset, FrontRow]:
        return {row.subset: row for row in reversed(self.rows)}

    def labelled(self, label: str) -> FrontRow | None:
        """The row of ``none`` or ``all``."""
        return next((row for row in self.rows if row.label == label), None)

    def pick(self, rule: str) -> Picked:
        """Choose one row.

        Args:
            rule: ``recommended``, ``knee``, ``best``, ``cost<=X``, ``accuracy>=55%``, ``within=0.99`` or
                ``trial=N``.

        Raises:
            ConfigError: If it is no rule.
            SelectionError: If nothing fits; the nearest row is named.
        """
        picked = parse_rule(rule).pick(self)
        group = f"; by {listed(self.targets)} alone" if self.targets else ""
        return Picked(picked.row, picked.reason + group)

    def shortlist(self, top: int, worth: Mapping[Subset, float] | None = None) -> list[Subset]:
        """Choose subsets of the search's front that deserve full runs, spread over its costs.

        ``none`` and ``all`` come first; then the front's best, then those that lie farthest, in rank of cost,
        from what is chosen already.

        Args:
            top: How many besides ``none`` and ``all``.
            worth: What goes for worth; the rest of ``top`` are then those that are worth most. Else proxies,
                and no more than are on their front.
        """
        values = {row.subset: row.proxy for row in self.rows} if worth is None else worth
        scored = [row for row in self.rows if not row.label and values.get(row.subset) is not None]
        front = [
            scored[i].subset
            for i in staircase([r.cost for r in scored], [values[r.subset] or 0.0 for r in scored])
        ]
        chosen = [len(front) - 1] if front else []
        while len(chosen) < min(top, len(front)):
            rest = [i for i in range(len(front)) if i not in chosen]
            chosen.append(max(rest, key=lambda i: min(abs(i - other) for other in chosen)))
        shortlisted = [front[i] for i in chosen]
        if worth is not None:
            others = sorted(
                {row.subset for row in scored} - set(shortlisted), key=lambda s: (-worth[s], s.order)
            )
            shortlisted += others[: top - len(shortlisted)]
        return [*(row.subset for row in self.rows if row.label), *shortlisted]

    def to_dicts(self) -> list[dict[str, Any]]:
        """All rows as plain data: :meth:`FrontRow.to_dict`, ``note`` and ``targets`` where there are any."""
        more: dict[str, Any] = {"note": self.note} if self.note else {}
        more |= {"targets": list(self.targets)} if self.targets else {}
        return [row.to_dict() | more for row in self.rows]

    def to_frame(self) -> pd.DataFrame:
        """All rows as a table; scores are in [0, 1], and languages are joined by blanks.

        Columns: those of :meth:`to_dicts`. ``tied_with`` and ``worse_than`` say ``none`` for no
        realignment.
        """
        import pandas as pd

        records = [
            plain
            | {
                "languages": " ".join(row.languages),
                "strategies": " ".join(row.strategies),
                **({"targets": " ".join(self.targets)} if self.targets else {}),
                "tied_with": row.tied_with and (" ".join(sorted(row.tied_with.languages)) or "none"),
                "worse_than": row.worse_than and (" ".join(sorted(row.worse_than.languages)) or "none"),
            }
            for row, plain in zip(self.rows, self.to_dicts(), strict=True)
        ]
        more = [name for name in ("note", "targets") if getattr(self, name)]
        columns = [*FrontRow(Subset(frozenset()), 0.0, "").to_dict(), *more]
        return pd.DataFrame(records, columns=columns).astype(dict.fromkeys(_WHOLE, "Int64"))

    def plot(self) -> Figure:
        """Draw expected gains with their intervals, and the proxy on a scale of its own, against data cost.

        Measured gains are drawn beside the expected ones; without a model, measured accuracies stand alone.

        Raises:
            MissingExtraError: If matplotlib is not installed.
        """
        from subsetsearch.analysis.front.plot import Drawing, draw

        aim = self.decision.question.aim if self.decision else None
        return draw(Drawing(self.rows, self.name, self.metric, self.rung, self.curve, aim))

    def _table(self) -> pd.DataFrame:
        """What people look at: names, per cent with one digit."""
        import pandas as pd

        unit = f"cost ({self[0].cost_unit})" if self.rows else "cost"
        return pd.DataFrame(
            {
                "subset": subset_name(row.subset, row.label),
                "trial": "" if row.trial is None else str(row.trial),
                unit: amount(row.cost),
                f"{metric_name(self.metric)} (test), %": number(row.full.accuracy, row.full.std)
                if row.full
                else "",
                "seeds": str(row.n_seeds or ""),
                f"{self.rung.column}, %": "" if row.proxy is None else number(row.proxy),
                "": "*" * row.on_front + ">" * row.recommended + "^" * bool(row.served),
            }
            for row in self.shown[:_SHOWN]
        )

    @property
    def _heading(self) -> str:
        front = sum(row.on_front for row in self.rows)
        parts = f"{count(len(self), 'subset')}, {front} on the front (*), {len(self.measured)} measured"
        more = f"; {len(self.shown) - _SHOWN} more in to_frame()" if len(self.shown) > _SHOWN else ""
        legend = "; ^ has data of targets themselves" if any(row.served for row in self.shown) else ""
        note = f"{legend}; {self.note}" if self.note else legend
        return f"Front of {self.name or 'a study'}: {parts}{more}; > is recommended{note}"

    def __repr__(self) -> str:
        return f"{self._heading}\n{self._table().to_string(index=False)}" if self.rows else self._heading

    def _repr_html_(self) -> str:
        table: str = self._table().to_html(index=False, border=0) if self.rows else ""
        return f"<p>{self._heading}</p>{table}".replace("> is recommended", "&gt; is recommended")
