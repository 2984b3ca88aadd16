"""Reports of very many run subsets show some of them, and say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pytest

from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow, FullRuns
from subsetsearch.report import window
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.subset import NONE, Subset


def row(name: str, accuracy: float | None, **marks: Any) -> FrontRow:
    subset = Subset(frozenset({name})) if name else NONE
    full = None if accuracy is None else FullRuns(accuracy, seeds=(1,))
    return FrontRow(subset, float(len(name)), "pairs", full=full, proxy=0.4, **marks)


ROWS = (
    row("", 0.1, label="none"),
    row("a", 0.2, on_front=True),
    row("bb", 0.9),
    row("ccc", 0.8, recommended=True),
    row("dddd", 0.3),
    row("eeeee", None),
)


@dataclass(frozen=True)
class Some:
    """What a window asks of a study."""

    front: Front
    raw: Front
    evaluations: list[Measurement]
    targets: tuple[str, ...] = ("t", "u")


def test_the_front_named_ones_and_the_best_remain(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [Measurement("f", "h", r.subset, 3, "test", 1, "accuracy", {"t": 0.5}) for r in ROWS if r.full]
    front = Front(ROWS, "many")
    known = Some(front, front, runs)
    assert window.windowed(cast("Any", known)) == (front, known, "")
    monkeypatch.setattr(window, "FEWEST_SHOWN", 3)
    monkeypatch.setattr(window, "MOST_CELLS", 6)
    shown, fewer, words = window.windowed(cast("Any", known))
    assert [r.subset for r in shown] == [ROWS[i].subset for i in (0, 1, 3, 5)]
    assert [run.subset for run in fewer.evaluations] == [ROWS[i].subset for i in (0, 1, 3)]
    assert fewer.raw.rows == shown.rows
    assert words.startswith("3 of 5 subsets that were run are shown: the front, named ones and the best")
