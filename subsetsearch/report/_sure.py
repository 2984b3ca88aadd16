"""How sure it is: what the model of all runs knows of each subset that was run, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from subsetsearch.analysis.front.front_row import FrontRow
from subsetsearch.analysis.model.posterior import Judged
from subsetsearch.analysis.subsets.reasons import parts_in_words
from subsetsearch.analysis.text.wording import chance, points, points_between
from subsetsearch.report._summary import title
from subsetsearch.report.data import ReportData
from subsetsearch.subset import NONE

MOST_JUDGED = 100
"""Number of subsets in the table, the best first; the recommended one, none and all are always in it."""

UNIT = 100_000
"""The page's script gets worths as whole numbers of this part, which takes the least room."""

_EDGE = 0.003


def judged_json(judged: Judged | None) -> list[int] | None:
    """What the model knows of a subset for the page's script.

    Returns:
        Worth, standard deviation, probabilities (better, best), regret, loss, own runs.
    """
    return None if judged is None else [*_units(judged), judged.runs]


def _units(judged: Judged) -> list[int]:
    shares = (judged.worth, judged.sd, judged.better, judged.best, judged.regret, judged.loss)
    return [round(UNIT * value) for value in shares]


def _as_shown(judged: Judged) -> Judged:
    """The same as the page's script has it, so that text and script round to the same digits."""
    worth, sd, better, best, regret, loss = (number / UNIT for number in _units(judged))
    return Judged(worth, sd, better, best, regret, loss, judged.runs)


def judged_rows(data: ReportData) -> list[FrontRow]:
    """The subsets of the table, the best first."""
    ran = sorted(
        (row for row in data.front if row.expected is not None),
        key=lambda row: (-(row.expected.worth if row.expected else 0.0), row.cost),
    )
    return [row for n, row in enumerate(ran) if n < MOST_JUDGED or row.label or row.recommended]


def sure_section(data: ReportData, position: Mapping[Any, int]) -> dict[str, Any] | None:
    """Lay out what the model knows of the subsets that were run; ``None`` without a model.

    Args:
        data: What is shown.
        position: Subset to the index of its row.

    Returns:
        What it is, the heads, the lines with their places on the scale, and what the answer rests on.
    """
    decision, rows = data.front.decision, judged_rows(data)
    if decision is None or not rows:
        return None
    low, high = _scale(row.expected for row in rows if row.expected)
    lines = [
        {
            "index": position[row.subset],
            "title": title(row),
            "chosen": row is data.answer,
            "cells": judged_cells(row),
            "dot": _place(row.expected.worth, low, high),
            "range": _range(row.expected, low, high),
        }
        for row in rows
        if row.expected and row.subset in position
    ]
    return {
        "column": decision.question.aim.column,
        "lines": lines,
        "low": points(low).replace("-", "−"),
        "high": points(high),
        "zero": _place(0.0, low, high),
        "rest": sum(row.expected is not None for row in data.front) - len(lines),
    }


def sure_words(data: ReportData) -> str:
    """What the numbers come from, or why there are none; a sentence or two."""
    decision = data.front.decision
    if decision is None:
        why = f": {data.front.undecided}" if data.front.undecided else ""
        return (
            f"There is no model of the runs{why}. What was measured has to do: the answer is the cheapest "
            "subset that full runs have not shown to be worse than the most accurate one."
        )
    question = decision.question
    small = f" Small-scale runs: {data.small_scale}." if data.small_scale else ""
    return (
        f"By a model of {decision.basis}, in which runs of like subsets and targets "
        f"inform each other. Expected is {question.aim.words}, over no realignment; luck of single runs is "
        f"taken out. Recommended is the cheapest subset that is expected to lose no more than "
        f"{100 * question.tolerance:.3g} points.{small}"
    )


HEAD = ("better than none", "best of all", "regret", "loss", "own runs")
"""Names of the last columns."""

SURE_NOTE = (
    "Regret: expected loss against whichever subset is truly the best, which more runs would lower. Loss: "
    "against the one that is expected to be best, what choosing this one costs as far as is known. Both in "
    "points."
)


def judged_cells(row: FrontRow) -> tuple[str, ...]:
    """Gain with its interval, and the last columns; lines break before intervals only."""
    if row.expected is None:
        return ("–",) * (len(HEAD) + 1)
    judged = _as_shown(row.expected)
    none = row.subset == NONE
    gain = points(judged.worth) if none else points_between(judged.worth, *judged.interval)
    return (
        gain.replace("-", "−").replace(", ", ",\u00a0"),
        "–" if none else chance(judged.better).replace(" ", "\u00a0"),
        chance(judged.best).replace(" ", "\u00a0"),
        f"{100 * judged.regret:.1f}",
        f"{100 * judged.loss:.1f}",
        str(judged.runs),
    )


def gain_cell(row: FrontRow) -> str:
    """The expected gain with its interval; a dash where nothing is expected."""
    return judged_cells(row)[0]


def best_cell(row: FrontRow) -> str:
    """How probably it is the best of all that were run."""
    return judged_cells(row)[2]


def reason_lines(data: ReportData) -> list[dict[str, Any]]:
    """What each part of the model adds to the expected gain: words, points, and where its bar lies."""
    parts = parts_in_words(data.reasons)
    if not parts:
        return []
    values = [value for _, value in parts]
    low, high = min(0.0, *values), max(0.0, *values)
    return [
        {
            "words": words,
            "points": points(value).replace("-", "−"),
            "left": _place(min(0.0, value), low, high),
            "width": f"{100 * abs(value) / ((high - low) or 1.0):.1f}",
            "sign": "harmed" if value < 0 else "helped",
        }
        for words, value in parts
    ]


def _scale(judgements: Iterable[Judged]) -> tuple[float, float]:
    ends: Sequence[tuple[float, float]] = [judged.interval for judged in judgements]
    return min(0.0, *(low for low, _ in ends)) - _EDGE, max(0.0, *(high for _, high in ends)) + _EDGE


def _place(value: float, low: float, high: float) -> str:
    """Where a value lies on the scale, in per cent."""
    return f"{100 * (value - low) / ((high - low) or 1.0):.1f}"


def _range(judged: Judged, low: float, high: float) -> tuple[str, str]:
    """Where the interval begins on the scale, and how wide it is."""
    ends = judged.interval
    return _place(ends[0], low, high), f"{100 * (ends[1] - ends[0]) / (high - low):.1f}"
