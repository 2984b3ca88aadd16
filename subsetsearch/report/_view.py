"""What the page's script gets: plain data, small, with every text already written."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from typing import Any

from subsetsearch.config.rungs import RUNGS
from subsetsearch.report._map import equal_earth, land
from subsetsearch.report._summary import (
    amount,
    answer,
    chosen_index,
    complement,
    describe,
    fresh_score,
    question,
    tie,
    title,
)
from subsetsearch.report.data import LanguageInfo, ReportData, ReportRow

MOST_DOMINATED = 1500
"""So many dominated, unmeasured subsets are drawn; more would only blacken the plot."""

EXPORTS = ("json", "mtdata", "opusfilter", "hf-datasets", "realign")


def view(data: ReportData) -> dict[str, Any]:
    """Lay a report out for the page.

    Returns:
        Data that :mod:`json` can write. Rows hold indices into ``languages``.
    """
    chosen = chosen_index(data)
    keep = drawn(data.rows, chosen)
    keys = sorted({*data.targets, *(key for i in keep for key in data.rows[i].languages)})
    place = {key: index for index, key in enumerate(keys)}
    xs, ys = land() if keep else ([], [])
    return {
        "study": data.study,
        "question": question(data),
        "answer": answer(data),
        "metric": data.metric,
        "search": {"score": data.rung.score, "column": data.rung.column, "rung": data.rung.number},
        "unit": data.unit,
        "languages": [_language(data.info(key)) for key in keys],
        "targets": [place[key] for key in data.targets],
        "heldOut": [place[key] for key in data.held_out if key in place],
        "rows": [_row(data.rows[i], data, place) for i in keep],
        "chosen": keep.index(chosen) if chosen is not None else None,
        "total": len(data.rows),
        "frequency": _frequency(data.rows, data),
        "history": [list(point) for point in data.history if math.isfinite(point[1])],
        "land": {"x": xs, "y": ys},
    }


def drawn(rows: Sequence[ReportRow], chosen: int | None = None) -> list[int]:
    """Indices of the rows that are drawn, by rising cost: all that matter, and evenly many others."""
    matter = [i for i, r in enumerate(rows) if r.on_front or r.label or r.accuracy is not None or i == chosen]
    known = set(matter)
    rest = [i for i, r in enumerate(rows) if i not in known and r.proxy is not None]
    step = max(1, -(-len(rest) // MOST_DOMINATED))
    return sorted([*matter, *rest[::step]], key=lambda i: (rows[i].cost, i))


def _language(info: LanguageInfo) -> dict[str, Any]:
    found: dict[str, Any] = {"key": info.key, "name": info.name, "family": info.family, "script": info.script}
    if info.coordinates is not None:
        found["at"] = [round(value, 3) for value in equal_earth(*info.coordinates)]
    if info.resource_class is not None:
        found["class"] = info.resource_class
    if info.seen is not None:
        found["seen"] = info.seen
    return found


def _row(row: ReportRow, data: ReportData, place: dict[str, int]) -> dict[str, Any]:
    found = {
        "title": title(row, data),
        "label": row.label,
        "languages": [place[key] for key in row.languages],
        "cost": row.cost,
        "costText": f"{amount(row.cost)} {row.unit}",
        "front": row.on_front,
        "trial": row.trial,
        "proxy": row.proxy,
        "rung": row.rung,
        "by": _measured_by(row),
        "accuracy": row.accuracy,
        "std": row.std,
        "ci": row.ci,
        "seeds": row.n_seeds,
        "heldOut": row.held_out,
        "strategies": list(row.strategies),
        "tie": tie(row, data),
        "fresh": fresh_score(row),
        "scores": {str(place[key]): value for key, value in row.scores.items() if key in place},
    }
    important = row.on_front or row.label or row.accuracy is not None
    if important:
        found |= {
            "why": complement(row, data),
            "what": describe(row, data, most=200),
            "commands": commands(row, data),
        }
    return {key: value for key, value in found.items() if key == "languages" or _known(value)}


def _measured_by(row: ReportRow) -> str:
    """Name what a proxy comes from; empty where that is not known."""
    if row.estimated:
        return "estimated from rung 1"
    return RUNGS[row.rung].title if row.rung else ""


def _known(value: Any) -> bool:
    """Whether a value says anything; zero does."""
    return value not in (None, "", {}, [], ())


def commands(row: ReportRow, data: ReportData) -> list[dict[str, str]]:
    """Shell commands that hand a subset over, one a format."""
    if not row.languages:
        return []
    if row.trial is not None and data.study_file:
        subject = shlex.join([data.study_file, *data.options, "--pick", f"trial={row.trial}"])
    else:
        level = "" if row.pairs is None else f" --pairs {row.pairs}"
        subject = f"--languages {','.join(row.languages)}{level}"
    return [{"format": name, "command": f"subsetsearch export {subject} --to {name}"} for name in EXPORTS]


def _frequency(rows: Sequence[ReportRow], data: ReportData) -> dict[str, Any]:
    """How often a language is in the subsets of the front, and in all scored ones; labels left out."""
    proposed = [row for row in rows if not row.label and row.languages]
    front = [row for row in proposed if row.on_front]
    if not front:
        return {}

    def share(among: Sequence[ReportRow], key: str) -> float:
        return sum(key in row.languages for row in among) / len(among)

    keys = sorted({key for row in front for key in row.languages})
    ranked = sorted(keys, key=lambda key: (-share(front, key), data.name(key)))[:30]
    return {
        "names": [data.name(key) for key in ranked],
        "front": [round(share(front, key), 4) for key in ranked],
        "all": [round(share(proposed, key), 4) for key in ranked],
        "n": len(front),
    }
