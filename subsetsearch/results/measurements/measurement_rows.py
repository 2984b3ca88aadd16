"""How a measurement becomes a row of its table, and a row a measurement."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa

from realign_core.support.files.keys import content_key
from subsetsearch.results.database.schema import MEASUREMENTS
from subsetsearch.results.measurements.lazy_numbers import Lazily
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.subset import Subset

_SOURCE = "source:"
"""Marks the training language in the column ``held_out``, which names all targets that do not count."""

_SCALED = "{split} {scale:g}"
"""A split in its column, where small-scale runs were scored on it: older programs know no such split."""

_SHORT = 500
"""Scores of more characters are read when somebody asks for them."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_SUMMED = tuple(column.name for column in MEASUREMENTS.c if column.name not in ("id", "checksum"))

AS_STORED = tuple(
    sa.cast(column, sa.Text).label(column.name)
    if isinstance(column.type, sa.JSON)
    else sa.type_coerce(column, sa.Integer).label(column.name)
    if isinstance(column.type, sa.Boolean)
    else column
    for column in MEASUREMENTS.c
)
"""The columns of a measurement, read without being taken for what they should be: a byte may have changed."""

_SCORES = [column.name for column in MEASUREMENTS.c].index("scores")


def split_cell(split: str, scale: float) -> str:
    """Write a split, and the scale of the runs that were scored on it."""
    return split if scale == 1 else _SCALED.format(split=split, scale=scale)


def read_split(cell: str) -> tuple[str, float]:
    """Read a split, and the scale of the runs that were scored on it."""
    split, _, scale = cell.partition(" ")
    return split, float(scale or 1)


def to_row(run: Measurement) -> dict[str, Any]:
    """Write a measurement as a row."""
    row = {
        "run": run.run,
        "fingerprint": run.fingerprint,
        "recipe_hash": run.recipe_hash,
        "languages": " ".join(sorted(run.subset.languages)),
        "pairs": run.subset.pairs,
        "rung": run.rung,
        "split": split_cell(run.split, run.scale),
        "seed": run.seed,
        "metric": run.metric,
        "value": run.value,
        "scores": dict(run.scores),
        "held_out": [*sorted(run.held_out), *(_SOURCE + key for key in sorted(run.source))],
        "seconds": run.seconds,
        "fresh": run.fresh,
        "origin": run.origin,
        "kernel": run.kernel or "",
        "host": run.host,
    }
    return row | {"checksum": row_checksum(row)}


def row_checksum(row: Mapping[str, Any]) -> str:
    """Hash what a row of a measurement says."""
    floats = {name: float(row[name]) + 0.0 for name in ("value", "seconds")}  # SQLite knows no -0.0
    whole = {**row, **floats, "fresh": bool(row["fresh"])}
    return content_key([whole[name] for name in _SUMMED])


def _quick_checksum(row: Sequence[Any]) -> str:
    """The same of a row whose scores are still text, written by rising name, as they mostly are."""
    (_, *naming, value, scores, held_out, seconds, fresh, origin, kernel, host, _) = row
    before = _encode([*naming, float(value) + 0.0])[:-1]
    after = _encode([float(seconds) + 0.0, bool(fresh), origin, kernel, host])[1:]
    whole = f"{before},{_compact(scores)},{_compact(held_out)},{after}"
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _compact(text: str) -> str:
    return text.replace('": ', '":').replace(', "', ',"')


def fact_checksum(name: str, value: str) -> str:
    """Hash a fact."""
    return content_key([name, value])


def from_row(row: sa.Row[Any]) -> Measurement | None:
    """Read a measurement from its row of :data:`AS_STORED`; nothing, if it is not as it was written."""
    try:
        if row[-1] and row[-1] == _quick_checksum(row):
            text = row[_SCORES]
            scores = Lazily(partial(json.loads, text), some=True) if len(text) > _SHORT else json.loads(text)
            return _measurement(row, scores, json.loads(row[_SCORES + 1]))
        values = dict(row._mapping)
        values |= {name: json.loads(values[name]) for name in ("scores", "held_out")}
        if values["checksum"] not in ("", row_checksum(values)):
            return None
        return _measurement(row, values["scores"], values["held_out"])
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


def _measurement(row: Sequence[Any], scores: Mapping[str, float], uncounted: Sequence[str]) -> Measurement:
    (_, _, fingerprint, recipe_hash, languages, pairs, rung, cell, seed, metric, value, *rest) = row
    (_, _, seconds, fresh, origin, kernel, host, _) = rest
    split, scale = read_split(cell)
    source = frozenset(key.removeprefix(_SOURCE) for key in uncounted if key.startswith(_SOURCE))
    held_out = frozenset(key for key in uncounted if not key.startswith(_SOURCE))
    return Measurement(
        fingerprint, recipe_hash, Subset(frozenset(languages.split()), pairs), rung, split, seed, metric,
        scores, held_out, value, seconds, bool(fresh), origin, kernel or None, host, source, scale,
    )  # fmt: skip


def matching(
    fingerprint: str | None,
    rung: int | None,
    split: str | None,
    subset: Subset | None,
    scale: float | None,
) -> list[sa.ColumnElement[bool]]:
    """Conditions on rows; what is left out may be anything."""
    cell, values = MEASUREMENTS.c.split, {"fingerprint": fingerprint, "rung": rung}
    conditions = [MEASUREMENTS.c[name] == value for name, value in values.items() if value is not None]
    if split is not None and scale is None:
        conditions.append(sa.or_(cell == split, cell.startswith(f"{split} ")))
    elif split is not None and scale is not None:
        conditions.append(cell == split_cell(split, scale))
    if subset is not None:
        conditions.append(MEASUREMENTS.c.languages == " ".join(sorted(subset.languages)))
        conditions.append(MEASUREMENTS.c.pairs.is_not_distinct_from(subset.pairs))
    return conditions
