"""The front as rows: every scored subset with its cost, proxy and measured accuracy."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from subsetsearch.analysis.dominance import non_dominated
from subsetsearch.subset import Subset, with_level


@dataclass(frozen=True, slots=True)
class Row:
    """One subset of a study.

    Args:
        trial: Number of the trial that first scored it; ``None`` if it was only evaluated.
        label: ``none``, ``all`` or empty.
        languages: Language keys, sorted.
        cost: Data cost.
        cost_unit: What the cost counts.
        proxy: Score by the rung that the search ends at (:mod:`subsetsearch.config.rungs`), at most 1; never
            comparable with ``accuracy``.
        proxy_rung: Highest rung that was run for it.
        accuracy: Mean test score of full runs over searched targets and seeds, in [0, 1]; fresh
            seeds are left out.
        accuracy_std: Standard deviation over seeds; ``None`` with fewer than two.
        n_seeds: Full runs.
        held_out: Mean test score over held-out targets, if there are any.
        diversity: Mean pairwise typological distance; ``None`` below two languages.
        on_front: No other subset is as cheap and better, by the proxy, nor by measured
            accuracy where both were measured.
        strategies: Published strategies that choose this subset of the pool.
        tied_with: The cheapest cheaper subset that full runs have not shown this one to beat;
            ``None`` if it beats them all, or was not measured.
        ties_best: The most accurate subset has not been shown to beat this one, or is this one.
        recommended: The cheapest such subset.
        fresh_accuracy: Mean test score over seeds that no choice has seen, in [0, 1].
        fresh_std: Standard deviation over these.
        n_fresh: Full runs with them.
        pairs: Most pairs of each language; ``None`` where each gives all.
        tied_pairs: Those of ``tied_with``.
        proxy_estimated: The proxy was not measured but predicted from rung 1.
    """

    trial: int | None
    label: str
    languages: tuple[str, ...]
    cost: float
    cost_unit: str
    proxy: float | None
    proxy_rung: int | None
    accuracy: float | None
    accuracy_std: float | None
    n_seeds: int
    held_out: float | None
    diversity: float | None
    on_front: bool = False
    strategies: tuple[str, ...] = ()
    tied_with: tuple[str, ...] | None = None
    ties_best: bool = False
    recommended: bool = False
    fresh_accuracy: float | None = None
    fresh_std: float | None = None
    n_fresh: int = 0
    pairs: int | None = None
    tied_pairs: int | None = None
    proxy_estimated: bool = False

    @property
    def candidate(self) -> Subset:
        """Languages and level."""
        return Subset(frozenset(self.languages), self.pairs)

    @property
    def tied_candidate(self) -> Subset | None:
        """Languages and level of ``tied_with``."""
        return None if self.tied_with is None else Subset(frozenset(self.tied_with), self.tied_pairs)

    @property
    def name(self) -> str:
        """How a sentence names it: its label or its languages, and its trial."""
        shown = " ".join(self.languages[:6])
        more = f" + {len(self.languages) - 6}" if len(self.languages) > 6 else ""
        known = {"none": "no realignment", "all": "all languages"}.get(self.label, f"{shown}{more}")
        known = with_level(known, self.pairs)
        return known if self.trial is None or self.label else f"trial {self.trial} ({known})"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data in the order of the documented columns."""
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
            "tied_with": None if self.tied_with is None else list(self.tied_with),
            "ties_best": self.ties_best,
            "recommended": self.recommended,
            "fresh_accuracy": self.fresh_accuracy,
            "fresh_accuracy_std": self.fresh_std,
            "n_fresh_seeds": self.n_fresh,
            "pairs_per_language": self.pairs,
            "tied_with_pairs": self.tied_pairs,
            "proxy_estimated": self.proxy_estimated,
        }


def mark_front(rows: Sequence[Row]) -> list[Row]:
    """Set ``on_front``: undominated by proxy, and by accuracy among the measured.

    Both sets of flags are antichains, so the rows on the front do not dominate each other by
    either number.

    Args:
        rows: Any order.

    Returns:
        The rows by rising cost.
    """
    scored = [i for i, row in enumerate(rows) if row.proxy is not None]
    measured = [i for i, row in enumerate(rows) if row.accuracy is not None]
    kept = set(scored) | set(measured)
    kept -= _dominated(rows, scored, [rows[i].proxy for i in scored])
    kept -= _dominated(rows, measured, [rows[i].accuracy for i in measured])
    marked = [replace(row, on_front=i in kept) for i, row in enumerate(rows)]
    return sorted(marked, key=lambda row: (row.cost, row.languages, row.pairs or math.inf))


def _dominated(rows: Sequence[Row], indices: Sequence[int], values: Iterable[float | None]) -> set[int]:
    numbers = [float(v) for v in values if v is not None]
    flags = non_dominated([rows[i].cost for i in indices], numbers)
    return {i for i, kept in zip(indices, flags, strict=True) if not kept}


def spread(values: Sequence[float]) -> float | None:
    """Standard deviation over seeds (n - 1); ``None`` with fewer than two."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else None
