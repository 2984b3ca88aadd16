"""One subset of a study: its cost, what the search saw of it, and its full runs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from subsetsearch.analysis.model.posterior import Judged
from subsetsearch.analysis.text.wording import amount, percent, subset_name
from subsetsearch.dominance import non_dominated, staircase
from subsetsearch.errors import LanguageError
from subsetsearch.languages import also_in
from subsetsearch.subset import Subset


@dataclass(frozen=True, slots=True)
class FullRuns:
    """Full runs of one subset on test data, averaged over seeds.

    Args:
        accuracy: Mean score over searched targets and seeds, in [0, 1].
        std: Standard deviation over seeds; ``None`` with fewer than two.
        seeds: One or more.
        scores: Target language key to mean score, held-out targets included.
        held_out: Mean score over held-out targets, if there are any.
        interval: Student's 95 % interval of ``accuracy`` over seeds; ``None`` with fewer than three.
        source: Mean score in the training language, which is in no other number; ``None`` unless the study
            names it as a target.
    """

    accuracy: float
    std: float | None = None
    seeds: tuple[int, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    held_out: float | None = None
    interval: tuple[float, float] | None = None
    source: float | None = None


@dataclass(frozen=True, slots=True)
class FrontRow:
    """One subset of a study.

    Args:
        subset: Its languages and pairs per language.
        cost: Data cost.
        cost_unit: What the cost counts.
        trial: Number of the trial that first scored it; ``None`` if it was only evaluated.
        label: ``none``, ``all`` or empty.
        proxy: Score by the rung that the search ends at (:mod:`subsetsearch.config.rungs`), at most 1; never
            comparable with ``accuracy``.
        proxy_rung: Highest rung that was run for it.
        proxy_estimated: The proxy was not measured but predicted from rung 1.
        full: Full runs that choices may see.
        fresh: Full runs with seeds that no choice has seen.
        diversity: Mean pairwise typological distance; ``None`` below two languages.
        strategies: Published strategies that choose this subset of the pool.
        expected: What the model of all runs knows of it; ``None`` where there is no model, or it has no run.
        measured_gain: What its full runs gain over no realignment on common seeds; ``None`` without any.
        on_front: No other subset is as cheap and expected to be better; by the proxy where it was never run.
            Without a model, by the proxy, and by measured accuracy where both were measured.
        tied_with: The cheapest cheaper subset that this one is not shown to beat, by the model, or by full
            runs alone where there is none; ``None`` if it beats them all, is shown to be worse than one,
            or was not run.
        worse_than: The cheapest cheaper subset that this one is shown to be worse than, likewise.
        ties_best: The best subset has not been shown to beat this one, or is this one.
        recommended: The cheapest that is expected to lose no more than the tolerance against the best, no
            realignment included; without a model, the cheapest that ties the best.
    """

    subset: Subset
    cost: float
    cost_unit: str
    trial: int | None = None
    label: str = ""
    proxy: float | None = None
    proxy_rung: int | None = None
    proxy_estimated: bool = False
    full: FullRuns | None = None
    fresh: FullRuns | None = None
    diversity: float | None = None
    strategies: tuple[str, ...] = ()
    expected: Judged | None = None
    measured_gain: float | None = None
    on_front: bool = False
    tied_with: Subset | None = None
    worse_than: Subset | None = None
    ties_best: bool = False
    recommended: bool = False

    def __repr__(self) -> str:
        marks = " on the front" * self.on_front + ", recommended" * self.recommended
        score = "not measured" if self.full is None else f"{percent(self.full.accuracy, self.full.std)}"
        return f"<{self.name}: {self.price}, {score}{marks and ';' + marks}>"

    def marked(self, **marks: Any) -> FrontRow:
        """The same row with some fields set; itself, if they are as they were: of many rows most are."""
        same = all(getattr(self, name) == mark for name, mark in marks.items())
        return self if same else replace(self, **marks)

    @property
    def judge(self) -> str:
        """Who says what this row is better or worse than, with a verb: the model, if it knows the row."""
        return "full runs have" if self.expected is None else "the model of all full runs has"

    @property
    def languages(self) -> tuple[str, ...]:
        """Language keys, sorted."""
        return tuple(sorted(self.subset.languages))

    @property
    def pairs(self) -> int | None:
        """Most pairs of each language; ``None`` where each gives all."""
        return self.subset.pairs

    @property
    def accuracy(self) -> float | None:
        """Mean test score of the full runs, in [0, 1]; ``None`` if there are none."""
        return self.full.accuracy if self.full else None

    @property
    def accuracy_std(self) -> float | None:
        """Standard deviation of it over seeds."""
        return self.full.std if self.full else None

    @property
    def n_seeds(self) -> int:
        """How many full runs."""
        return len(self.full.seeds) if self.full else 0

    @property
    def held_out(self) -> float | None:
        """Mean test score over held-out targets, if there are any."""
        return self.full.held_out if self.full else None

    @property
    def scores(self) -> Mapping[str, float]:
        """Target language key to mean test score, held-out targets included."""
        return self.full.scores if self.full else {}

    @property
    def served(self) -> tuple[str, ...]:
        """Measured targets that are languages of the subset themselves, in any script."""
        try:
            return also_in(self.scores, self.languages) if self.languages else ()
        except LanguageError:  # results from elsewhere may use names that mean no language
            return tuple(sorted(self.scores.keys() & self.subset.languages))

    @property
    def name(self) -> str:
        """How a sentence names it: ``trial 7 (Hausa, Zulu)``, ``no realignment``, ``all 20 languages``."""
        name = subset_name(self.subset, self.label, most=6)
        return name if self.trial is None or self.label else f"trial {self.trial} ({name})"

    @property
    def price(self) -> str:
        """Its cost with the unit."""
        return f"{amount(self.cost)} {self.cost_unit}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data in the order of the documented columns."""
        tied, worse, fresh, expected = self.tied_with, self.worse_than, self.fresh, self.expected
        return {
            "trial": self.trial,
            "languages": list(self.languages),
            "n_languages": len(self.languages),
            "cost": self.cost,
            "cost_unit": self.cost_unit,
            "proxy": self.proxy,
            "accuracy": self.accuracy,
            "accuracy_std": self.accuracy_std,
            "diversity": self.diversity,
            "on_front": self.on_front,
            "label": self.label,
            "n_seeds": self.n_seeds,
            "proxy_rung": self.proxy_rung,
            "held_out_accuracy": self.held_out,
            "strategies": list(self.strategies),
            "tied_with": None if tied is None else sorted(tied.languages),
            "ties_best": self.ties_best,
            "recommended": self.recommended,
            "fresh_accuracy": fresh.accuracy if fresh else None,
            "fresh_accuracy_std": fresh.std if fresh else None,
            "n_fresh_seeds": len(fresh.seeds) if fresh else 0,
            "pairs_per_language": self.pairs,
            "tied_with_pairs": tied.pairs if tied else None,
            "proxy_estimated": self.proxy_estimated,
            "source_accuracy": self.full.source if self.full else None,
            "worse_than": None if worse is None else sorted(worse.languages),
            "worse_than_pairs": worse.pairs if worse else None,
            "expected": expected.worth if expected else None,
            "expected_sd": expected.sd if expected else None,
            "better_than_none": expected.better if expected else None,
            "best": expected.best if expected else None,
            "regret": expected.regret if expected else None,
            "loss": expected.loss if expected else None,
        }


def mark_front(rows: Sequence[FrontRow]) -> list[FrontRow]:
    """Set ``on_front``: undominated by proxy, and by accuracy among the measured.

    Both sets of flags are antichains, so the rows on the front do not dominate each other by
    either number.

    Args:
        rows: Any order.

    Returns:
        The rows by rising cost.
    """
    beaten: set[Subset] = set()
    for values in ([row.proxy for row in rows], [row.accuracy for row in rows]):
        scored = [(row, value) for row, value in zip(rows, values, strict=True) if value is not None]
        keeps = non_dominated([row.cost for row, _ in scored], [value for _, value in scored])
        beaten |= {row.subset for (row, _), keep in zip(scored, keeps, strict=True) if not keep}
    marked = [
        row.marked(on_front=row.subset not in beaten and (row.proxy is not None or row.full is not None))
        for row in rows
    ]
    return sorted(marked, key=lambda row: (row.cost, row.languages, row.pairs or math.inf))


def measured_front(rows: Sequence[FrontRow]) -> list[FrontRow]:
    """Keep the rows that are better than all that cost as much or less, by rising cost.

    Args:
        rows: Those that were not measured on test data are left aside.
    """
    measured = [row for row in rows if row.full is not None]
    steps = staircase([row.cost for row in measured], values_of(measured))
    return [measured[i] for i in steps]


def values_of(rows: Sequence[FrontRow]) -> list[float]:
    """How good measured rows are: what is expected of them, or their accuracies where a model lacks one."""
    expected = [row.expected.worth for row in rows if row.expected is not None]
    return expected if len(expected) == len(rows) else [row.accuracy or 0.0 for row in rows]


def rank(row: FrontRow) -> tuple[bool, bool, float]:
    """Sorting key of what is shown where not all can be: named rows, the front, then by worth."""
    worth = row.expected.worth if row.expected is not None else (row.accuracy or 0.0) - 1.0
    return not (row.recommended or row.label or row.strategies), not row.on_front, -worth


def choosable(rows: Sequence[FrontRow]) -> list[FrontRow]:
    """Rows that may be recommended: those that were run; once a subset ran on test data, those that did."""
    ran = [row for row in rows if row.expected is not None]
    tested = [row for row in ran if row.full is not None]
    return tested if any(row.languages for row in tested) else ran
