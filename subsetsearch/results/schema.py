"""The tables of measurements, and how a measurement becomes a row of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import sqlalchemy as sa

from realign_core.support.files import content_key
from subsetsearch.results.lazily import Lazily
from subsetsearch.results.measurement import Measurement
from subsetsearch.subset import Subset

SCHEMA = 2
"""Version of these tables; a higher one was made by a newer program. From 2 on rows have checksums."""

_SOURCE = "source:"
"""Marks the training language in the column ``held_out``, which names all targets that do not count."""

_SCALED = "{split} {scale:g}"
"""A split in its column, where small-scale runs were scored on it: older programs know no such split."""

METADATA = sa.MetaData()

FACTS = sa.Table(
    "subsetsearch_facts",
    METADATA,
    sa.Column("name", sa.String(1024), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("checksum", sa.String(16), nullable=False, server_default=""),
)
"""What is known of the database: its schema, and which folders were taken over."""

MEASUREMENTS = sa.Table(
    "subsetsearch_measurements",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run", sa.String(16), nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("recipe_hash", sa.String(64), nullable=False),
    sa.Column("languages", sa.Text, nullable=False),
    sa.Column("pairs", sa.BigInteger),
    sa.Column("rung", sa.Integer, nullable=False),
    sa.Column("split", sa.String(16), nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("metric", sa.String(64), nullable=False),
    sa.Column("value", sa.Double, nullable=False),
    sa.Column("scores", sa.JSON, nullable=False),
    sa.Column("held_out", sa.JSON, nullable=False),
    sa.Column("seconds", sa.Double, nullable=False),
    sa.Column("fresh", sa.Boolean, nullable=False),
    sa.Column("origin", sa.String(64), nullable=False),
    sa.Column("kernel", sa.String(128), nullable=False),
    sa.Column("host", sa.String(256)),
    sa.Column("checksum", sa.String(16), nullable=False, server_default=""),
    sa.UniqueConstraint("run", "kernel"),
    sa.Index("subsetsearch_measurements_of", "fingerprint", "rung", "split"),
)
"""One row a measurement. ``run`` is the hash of study, subset, pairs, rung, split and seed; ``checksum`` that
of all the others, empty where an older program has written the row."""

_TEXTS = ("scores", "held_out")
"""Columns that hold JSON, in their order."""

_MARK = "@"
"""Stands for what is text already; no column is this alone."""

_SHORT = 500
"""Scores of more characters are read when somebody asks for them."""

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

WANTED = sa.Table(
    "subsetsearch_wanted",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run", sa.String(16), nullable=False, unique=True),
    sa.Column("fingerprint", sa.String(64), nullable=False, index=True),
    sa.Column("languages", sa.Text, nullable=False),
    sa.Column("pairs", sa.BigInteger),
    sa.Column("split", sa.String(16), nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("fresh", sa.Boolean, nullable=False),
)
"""Full runs that were asked for; those that are measured stay."""

LEASES = sa.Table(
    "subsetsearch_leases",
    METADATA,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("owner", sa.String(32), nullable=False),
    sa.Column("beat", sa.BigInteger, nullable=False),
    sa.Column("host", sa.String(256), nullable=False),
    sa.Column("machine", sa.String(256), nullable=False),
    sa.Column("pid", sa.BigInteger, nullable=False),
    sa.Column("born", sa.BigInteger, nullable=False),
)
"""Trials and runs that a process is at; it counts up ``beat``."""


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


def _quick_checksum(values: Mapping[str, Any]) -> str:
    """The same of a row whose scores are still text, written by rising name, as they mostly are."""
    plain = dict(values) | {name: float(values[name]) + 0.0 for name in ("value", "seconds")}
    plain |= {"fresh": bool(plain["fresh"]), "scores": _MARK, "held_out": _MARK}
    text = json.dumps([plain[name] for name in _SUMMED], ensure_ascii=False, separators=(",", ":"))
    before, between, after = text.split(f'"{_MARK}"')
    scores, held_out = (values[name].replace('": ', '":').replace(', "', ',"') for name in _TEXTS)
    whole = f"{before}{scores}{between}{held_out}{after}"
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def fact_checksum(name: str, value: str) -> str:
    """Hash a fact."""
    return content_key([name, value])


def from_row(row: sa.Row[Any]) -> Measurement | None:
    """Read a measurement from its row of :data:`AS_STORED`; nothing, if it is not as it was written."""
    try:
        values = dict(row._mapping)
        if values["checksum"] and values["checksum"] == _quick_checksum(values):
            text, values["held_out"] = values["scores"], json.loads(values["held_out"])
            read = partial(json.loads, text)
            values["scores"] = Lazily(read) if len(text) > _SHORT else read()
            return _measurement(values)
        values |= {name: json.loads(values[name]) for name in ("scores", "held_out")}
        if values["checksum"] not in ("", row_checksum(values)):
            return None
        return _measurement(values)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None


def _measurement(values: dict[str, Any]) -> Measurement:
    del values["id"], values["run"], values["checksum"]
    values["fresh"] = bool(values["fresh"])
    languages, pairs = values.pop("languages"), values.pop("pairs")
    apart = values["held_out"]
    values["held_out"] = frozenset(key for key in apart if not key.startswith(_SOURCE))
    values["source"] = frozenset(key.removeprefix(_SOURCE) for key in apart if key.startswith(_SOURCE))
    values["kernel"] = values["kernel"] or None
    values["split"], values["scale"] = read_split(values["split"])
    return Measurement(subset=Subset(frozenset(languages.split()), pairs), **values)


def matching(
    fingerprint: str | None,
    rung: int | None,
    split: str | None,
    subset: Subset | None,
    scale: float | None,
) -> list[sa.ColumnElement[bool]]:
    """Conditions on rows; what is left out may be anything."""
    cell, asked = MEASUREMENTS.c.split, {"fingerprint": fingerprint, "rung": rung}
    conditions = [MEASUREMENTS.c[name] == value for name, value in asked.items() if value is not None]
    if split is not None and scale is None:
        conditions.append(sa.or_(cell == split, cell.startswith(f"{split} ")))
    elif split is not None and scale is not None:
        conditions.append(cell == split_cell(split, scale))
    if subset is not None:
        conditions.append(MEASUREMENTS.c.languages == " ".join(sorted(subset.languages)))
        conditions.append(MEASUREMENTS.c.pairs.is_not_distinct_from(subset.pairs))
    return conditions
