"""What the page's script gets: plain data, small, with every text already written."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow
from subsetsearch.analysis.model.posterior import REACH
from subsetsearch.analysis.text.wording import language_name, metric_name
from subsetsearch.config.rungs import RUNGS, RungWords
from subsetsearch.languages import Encoder, pretraining_of
from subsetsearch.report._map import equal_earth, land
from subsetsearch.report._summary import (
    answer,
    complement,
    diversities,
    fresh_score,
    language,
    question,
    tie,
    title,
    worse,
)
from subsetsearch.report._sure import judged_json
from subsetsearch.report._who import group_json, kept, sentence, who_json
from subsetsearch.report.data import ReportData
from subsetsearch.subset import Subset

MOST_DOMINATED = 1500
"""Number of dominated, unmeasured subsets that are drawn; more would only blacken the plot."""

EXPORTS = ("json", "mtdata", "opusfilter", "hf-datasets", "realign")


def view(data: ReportData) -> dict[str, Any]:
    """Lay a report out for the page.

    Returns:
        Data that :mod:`json` can write. Rows hold indices into ``languages``.
    """
    rows = drawn(data)
    keys = sorted({*data.targets, *(key for row in rows for key in row.languages)})
    place = {key: index for index, key in enumerate(keys)}
    position = {row.subset: index for index, row in enumerate(rows)}
    xs, ys = land() if rows else ([], [])
    pretraining = pretraining_of(data.encoder)
    rung, peers = data.front.rung, diversities(data)
    return {
        "study": data.front.name,
        "question": question(data),
        "answer": answer(data),
        "metric": metric_name(data.front.metric),
        "search": {"score": rung.score, "column": rung.column, "rung": rung.number},
        "unit": data.unit,
        "languages": [_language(key, pretraining) for key in keys],
        "targets": [place[key] for key in data.targets],
        "heldOut": [place[key] for key in data.held_out if key in place],
        "rows": [_row(row, data, place, peers) for row in rows],
        "exports": EXPORTS,
        "aim": _aim(data.front),
        "reach": REACH,
        "steps": [position[row.subset] for row in data.front.curve],
        "chosen": position[data.answer.subset] if data.answer else None,
        "total": len(data.front),
        "frequency": _frequency(data.front.rows),
        "history": [list(point) for point in data.history if math.isfinite(point[1])],
        "land": {"x": xs, "y": ys},
        "who": {str(position[gains.row.subset]): who_json(gains, place) for gains in kept(data)},
        "instead": _instead(data, position),
        "groups": group_json(data, position, place),
    }


def drawn(data: ReportData) -> list[FrontRow]:
    """Rows that are drawn, by rising cost: all that matter, and evenly many others."""
    chosen = data.answer
    needed = [row for row in data.front if _matters(row) or row.strategies or row is chosen]
    subsets = {row.subset for row in needed}
    dominated = [row for row in data.front if row.subset not in subsets and row.proxy is not None]
    step = max(1, -(-len(dominated) // MOST_DOMINATED))
    return sorted([*needed, *dominated[::step]], key=lambda row: row.cost)


def _matters(row: FrontRow) -> bool:
    return bool(row.on_front or row.label or row.full or row.expected)


def _instead(data: ReportData, position: Mapping[Subset, int]) -> dict[str, Any] | None:
    """What stands for no realignment where that is the answer: whom the best subset besides it helps."""
    gains = data.who
    if gains is None or not gains.instead:
        return None
    return {"row": position[gains.row.subset], "says": sentence(gains)}


def _aim(front: Front) -> dict[str, Any] | None:
    """What the expected worth is, in words; whether measured gains stand on its scale."""
    if front.decision is None:
        return None
    aim = front.decision.question.aim
    return {"column": aim.column, "words": aim.words, "ofMean": aim.of_mean}


def _language(key: str, pretraining: Encoder | None) -> dict[str, Any]:
    facts = language(key)
    record: dict[str, Any] = {"key": key, "name": language_name(key)}
    if facts is None:
        return record
    record |= {"family": facts.family, "script": facts.script}
    if facts.coordinates is not None:
        record["at"] = [round(value, 3) for value in equal_earth(*facts.coordinates)]
    if facts.resource_class is not None:
        record["class"] = facts.resource_class
    if pretraining is not None:
        record["seen"] = pretraining in facts.seen_in
    return record


def _row(
    row: FrontRow, data: ReportData, place: dict[str, int], peers: Mapping[int, Sequence[float]]
) -> dict[str, Any]:
    full = row.full
    record = {
        "title": title(row),
        "label": row.label,
        "languages": [place[key] for key in row.languages],
        "cost": row.cost,
        "costText": row.price,
        "front": row.on_front,
        "trial": row.trial,
        "proxy": row.proxy,
        "rung": row.proxy_rung,
        "by": _measured_by(row, data.front.rung),
        "strategies": list(row.strategies),
        "tie": tie(row, data),
        "worse": worse(row, data),
        "fresh": fresh_score(row),
        "expected": judged_json(row.expected),
        "gain": row.measured_gain,
    }
    if full is not None:
        record |= {
            "accuracy": full.accuracy,
            "std": full.std,
            "ci": full.interval,
            "seeds": row.n_seeds,
            "heldOut": full.held_out,
            "served": [place[key] for key in row.served if key in place],
            "scores": {
                str(place[key]): round(x, 6) for key, x in full.scores.items() if key in place and _known(x)
            },
        }
    if _matters(row):
        record |= {
            "why": complement(row, peers),
            "subject": subject(row, data),
        }
    return {key: value for key, value in record.items() if key == "languages" or _known(value)}


def _measured_by(row: FrontRow, rung: RungWords) -> str:
    """Name what a proxy comes from; empty where that is not known."""
    if row.proxy_estimated:
        return "estimated from rung 1"
    if row.proxy_rung == rung.number:
        return rung.title
    return RUNGS[row.proxy_rung].title if row.proxy_rung else ""


def _known(value: Any) -> bool:
    """Whether a value says anything; zero does, a number that is not finite does not."""
    if isinstance(value, float):
        return math.isfinite(value)
    return value not in (None, "", {}, [], ())


def commands(row: FrontRow, data: ReportData) -> list[str]:
    """Shell commands that hand a subset over, one a format."""
    arguments = subject(row, data)
    return [f"subsetsearch export {arguments} --to {name}" for name in EXPORTS] if arguments else []


def subject(row: FrontRow, data: ReportData) -> str:
    """A subset as the commands name it; empty for no realignment."""
    if not row.languages:
        return ""
    if row.trial is not None and data.study_file:
        return shlex.join([data.study_file, *data.options, "--pick", f"trial={row.trial}"])
    pairs = "" if row.pairs is None else f" --pairs {row.pairs}"
    return f"--languages {','.join(row.languages)}{pairs}"


def _frequency(rows: Sequence[FrontRow]) -> dict[str, Any]:
    """How often a language is in the subsets of the front, and in all scored ones; named ones left out."""
    proposed = [row for row in rows if not row.label and not row.strategies]
    front = [row for row in proposed if row.on_front]
    if not front:
        return {}

    def share(among: Sequence[FrontRow], key: str) -> float:
        return sum(key in row.subset.languages for row in among) / len(among)

    keys = sorted({key for row in front for key in row.languages})
    ranked = sorted(keys, key=lambda key: (-share(front, key), language_name(key)))[:30]
    return {
        "names": [language_name(key) for key in ranked],
        "front": [round(share(front, key), 4) for key in ranked],
        "all": [round(share(proposed, key), 4) for key in ranked],
        "n": len(front),
    }
