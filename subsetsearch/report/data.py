"""What a report shows: the study's own objects, and a few facts for whoever wants to repeat it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow
from subsetsearch.analysis.study.target_group import GroupFront
from subsetsearch.analysis.subsets.strategy_table import StrategyRow
from subsetsearch.analysis.subsets.who_is_helped import ByTarget
from subsetsearch.analysis.trust import Trust
from subsetsearch.subset import NONE, Subset


@dataclass(frozen=True, slots=True)
class ReportData:
    """A whole report.

    Args:
        front: All subsets, with the name of the study and the metric.
        description: What the study is for, any text.
        targets: Keys of all target languages, held-out ones included.
        held_out: Those that no proxy saw.
        encoder: Name of the encoder, or its folder.
        source_language: Name of the language with labelled data.
        study_file: Path of the study file, for the commands.
        options: What these need besides, to find the same results: folder, overrides.
        trust: How far the proxies can be trusted.
        strategies: Published strategies, by rising cost.
        small_scale: What the small-scale runs tell, if there are any.
        history: Trial number and hypervolume after it.
        recipe: The recipe as plain data.
        versions: Library or model to version.
        data: Corpus to what identifies it (path, fingerprint, size).
        seeds: Seeds of the full runs.
        messages: What the reader must know, for instance that the study is empty.
        created: When the report was made, as text.
        gains: Measured subset to who gains by it.
        groups: Groups of targets that the front may be read for.
        reasons: Part of the model to what it adds to the expected gain of :attr:`leaned`.
    """

    front: Front = field(default_factory=Front)
    description: str = ""
    targets: tuple[str, ...] = ()
    held_out: tuple[str, ...] = ()
    encoder: str = ""
    source_language: str = "English"
    study_file: str = ""
    options: tuple[str, ...] = ()
    trust: Trust | None = None
    strategies: tuple[StrategyRow, ...] = ()
    small_scale: str = ""
    history: tuple[tuple[int, float], ...] = ()
    recipe: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    seeds: tuple[int, ...] = ()
    messages: tuple[str, ...] = ()
    created: str = ""
    gains: Mapping[Subset, ByTarget] = field(default_factory=dict)
    groups: tuple[GroupFront, ...] = ()
    reasons: Mapping[str, float] = field(default_factory=dict)

    def with_facts(self, facts: Mapping[str, str]) -> ReportData:
        """Add facts on the corpora."""
        return replace(self, data={**self.data, **facts})

    @property
    def unit(self) -> str:
        """What costs count."""
        return self.front[0].cost_unit if self.front else "languages"

    @property
    def who(self) -> ByTarget | None:
        """Who gains by the answer; by the most accurate subset, where that is no realignment.

        ``None`` where no full run tells it.
        """
        row = self.answer
        if row is None or row.subset in self.gains or row.subset != NONE or not self.gains:
            return self.gains.get(row.subset) if row is not None else None
        best = max(self.gains.values(), key=lambda gains: (gains.row.accuracy or 0.0, -gains.row.cost))
        return replace(best, instead="no realignment is recommended")

    @property
    def leaned(self) -> FrontRow | None:
        """The row whose expected gain is explained: the answer; if that is none, the best besides it."""
        row, decision = self.answer, self.front.decision
        if row is None or decision is None or row.subset != NONE:
            return row if decision is not None else None
        ran = [(other.expected.worth, other) for other in self.front if other.languages and other.expected]
        return max(ran, key=lambda pair: pair[0], default=(0.0, None))[1]

    @property
    def answer(self) -> FrontRow | None:
        """The row that answers the study's question; ``None`` if nothing was scored.

        The recommended one. Without full runs the cheapest on the front within one point of the best proxy of
        its rung. No realignment and all languages count like any other subset.
        """
        recommended = next((row for row in self.front if row.recommended), None)
        if recommended is not None:
            return recommended
        scored = [(row, row.proxy) for row in self.front if row.proxy is not None and row.on_front]
        rung = max((row.proxy_rung or 0 for row, _ in scored), default=0)
        same = [(row, proxy) for row, proxy in scored if (row.proxy_rung or 0) == rung]
        best = max((proxy for _, proxy in same), default=0.0)
        return min((row for row, proxy in same if proxy >= best - 0.01), key=lambda r: r.cost, default=None)
