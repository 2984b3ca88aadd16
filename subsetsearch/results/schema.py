"""The tables of measurements, and how a measurement becomes a row of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from subsetsearch.results.measurement import Measurement
from subsetsearch.subset import Subset

SCHEMA = 1
"""Version of these tables; a higher one was made by a newer program."""

_SOURCE = "source:"
"""Marks the training language in the column ``held_out``, which names all targets that do not count."""

METADATA = sa.MetaData()

FACTS = sa.Table(
    "subsetsearch_facts",
    METADATA,
    sa.Column("name", sa.String(1024), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
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
    sa.UniqueConstraint("run", "kernel"),
    sa.Index("subsetsearch_measurements_of", "fingerprint", "rung", "split"),
)
"""One row a measurement. ``run`` is the hash of study, subset, pairs, rung, split and seed."""

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


def to_row(run: Measurement) -> dict[str, Any]:
    """Write a measurement as a row."""
    return {
        "run": run.run,
        "fingerprint": run.fingerprint,
        "recipe_hash": run.recipe_hash,
        "languages": " ".join(sorted(run.subset.languages)),
        "pairs": run.subset.pairs,
        "rung": run.rung,
        "split": run.split,
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


def from_row(row: sa.Row[Any]) -> Measurement:
    """Read a measurement from its row."""
    values = dict(row._mapping)
    del values["id"], values["run"]
    languages, pairs = values.pop("languages"), values.pop("pairs")
    apart = values["held_out"]
    values["held_out"] = frozenset(key for key in apart if not key.startswith(_SOURCE))
    values["source"] = frozenset(key.removeprefix(_SOURCE) for key in apart if key.startswith(_SOURCE))
    values["kernel"] = values["kernel"] or None
    return Measurement(subset=Subset(frozenset(languages.split()), pairs), **values)
