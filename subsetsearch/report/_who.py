"""Who is helped and who is harmed: a line a target, with its interval drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from subsetsearch.analysis.front.front_row import FrontRow, FullRuns
from subsetsearch.analysis.front.pick_rules import parse_rule
from subsetsearch.analysis.statistics.target_gains import HARMED, HELPED, NOT_KNOWN, NOT_SHOWN, TargetGain
from subsetsearch.analysis.subsets.who_is_helped import ByTarget, gain_of, target_name
from subsetsearch.analysis.text.wording import language_name, points
from subsetsearch.errors import count
from subsetsearch.report._sure import UNIT, judged_json
from subsetsearch.report.data import ReportData

VERDICTS = (HELPED, NOT_SHOWN, HARMED, NOT_KNOWN)
"""In the order of the counts; the page's script knows a verdict by its place here."""

MOST_SUBSETS = 60
"""Number of measured subsets for which the page holds all targets' gains, so that it stays small."""

_EDGE = 0.02


def who_section(data: ReportData) -> dict[str, Any] | None:
    """Lay out what the answer gains every target; ``None`` where nothing is known of it.

    Args:
        data: What is shown.

    Returns:
        The sentence, counts, ends of the scale, and two halves of the lines.
    """
    gains = data.who
    if gains is None:
        return None
    all_languages = data.front.labelled("all")
    other = (
        data.gains.get(all_languages.subset)
        if all_languages is not None and all_languages.subset != gains.row.subset
        else None
    )
    low, high = scale([gains] if other is None else [gains, other])
    ticks = {row.key: row.gain.mean for row in other or () if row.gain is not None}
    lines = [_line(row, low, high, ticks.get(row.key)) for row in gains]
    half = -(-len(lines) // 2) if len(lines) > 12 else len(lines)
    return {
        "summary": sentence(gains),
        "counts": [(name, len(gains.having(name))) for name in VERDICTS if _is_shown(name, gains)],
        "low": points(low),
        "high": points(high),
        "zero": _place(0.0, low, high),
        "halves": [part for part in (lines[:half], lines[half:]) if part],
        "ticks": bool(ticks),
        "seeds": seeds(gains),
    }


def sentence(gains: ByTarget) -> str:
    """The summary as a sentence of its own."""
    return f"{gains.summary[0].upper()}{gains.summary[1:]}."


def seeds(gains: ByTarget) -> str:
    """Over how many seeds the gains are taken."""
    numbers = sorted({len(row.gain.seeds) for row in gains if row.gain})
    if not numbers:
        return "no common seed"
    few, many = numbers[0], numbers[-1]
    return count(few, "common seed") if few == many else f"{few} to {many} common seeds"


def _is_shown(verdict: str, gains: ByTarget) -> bool:
    """Whether a verdict is shown: helped and harmed always are, others if a target has them."""
    return verdict in (HELPED, HARMED) or bool(gains.having(verdict))


def scale(subset_gains: Iterable[ByTarget]) -> tuple[float, float]:
    """Ends of a scale: the gains of subsets, and nothing; wide intervals are cut off."""
    means = [row.gain.mean for gains in subset_gains for row in gains if row.gain is not None]
    return min([0.0, *means]) - _EDGE, max([0.0, *means]) + _EDGE


def _place(value: float, low: float, high: float) -> str:
    """Where a value lies on the scale, in per cent."""
    return f"{100 * (min(max(value, low), high) - low) / (high - low):.1f}"


def _line(row: TargetGain, low: float, high: float, tick: float | None) -> dict[str, Any]:
    gap = row.gain
    ends = None if gap is None or gap.low is None or gap.high is None else (gap.low, gap.high)
    places = [_place(end, low, high) for end in ends or ()]
    return {
        "name": target_name(row),
        "class": row.verdict.replace(" ", "-"),
        "verdict": row.verdict,
        "text": gain_of(row),
        "points": "–" if gap is None else points(gap.mean),
        "dot": None if gap is None else _place(gap.mean, low, high),
        "range": None if ends is None else (places[0], f"{float(places[1]) - float(places[0]):.1f}"),
        "tick": None if tick is None else _place(tick, low, high),
    }


def who_json(gains: ByTarget, place: Mapping[str, int]) -> dict[str, Any]:
    """The gains of a subset for the page's script, best first: target, gain, interval, verdict.

    Args:
        gains: Of a measured subset.
        place: Language key to its index.
    """
    return {
        "says": sentence(gains),
        "seeds": seeds(gains),
        "list": [_compact(row, place[row.key]) for row in gains if row.key in place],
    }


def _compact(row: TargetGain, index: int) -> list[Any]:
    gap = row.gain
    if gap is None:
        return [index, None, None, None, VERDICTS.index(NOT_KNOWN), 0]
    ends = [None if end is None else round(end, 6) for end in (gap.low, gap.high)]
    return [
        index,
        round(gap.mean, 6),
        *ends,
        VERDICTS.index(row.verdict),
        int(row.own) + 2 * int(row.held_out),
    ]


def kept(data: ReportData) -> Sequence[ByTarget]:
    """Subsets whose gains the page holds: the answer, named ones and the front first, then the best."""
    answer = data.who.row.subset if data.who else None

    def rank(gains: ByTarget) -> tuple[bool, bool, float]:
        row = gains.row
        return row.subset != answer, not (row.label or row.on_front), -(row.accuracy or 0.0)

    return sorted(data.gains.values(), key=rank)[:MOST_SUBSETS]


def group_json(
    data: ReportData, position: Mapping[Any, int], place: Mapping[str, int]
) -> list[dict[str, Any]]:
    """What the page's script shows for a group of targets: scores, ties, the front, and what is recommended.

    Args:
        data: What is shown.
        position: Subset to the index of its row.
        place: Language key to its index.
    """
    records = []
    for group in data.groups:
        picked = parse_rule("recommended").pick(group.front)
        rows = {
            str(position[row.subset]): _grouped(row, position)
            for row in group.front
            if row.full is not None and row.subset in position
        }
        records.append({
            "kind": group.kind,
            "name": language_name(group.name) if group.kind == "target" else group.name,
            "targets": [place[key] for key in group.front.targets],
            "chosen": position[picked.row.subset],
            "steps": [position[row.subset] for row in group.front.curve],
            "says": f"{picked.reason[0].upper()}{picked.reason[1:]}.",
            "rows": rows,
        })  # fmt: skip
    return records


def _grouped(row: FrontRow, position: Mapping[Any, int]) -> list[int | None]:
    """One subset by a group: score, spread, a rival and whether it is better, gain, what is expected."""
    full = row.full or FullRuns(0.0)
    return [
        round(UNIT * full.accuracy),
        None if full.std is None else round(UNIT * full.std),
        position.get(row.worse_than or row.tied_with),
        int(row.worse_than is not None),
        None if row.measured_gain is None else round(UNIT * row.measured_gain),
        *(judged_json(row.expected) or ()),
    ]
