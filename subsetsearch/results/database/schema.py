"""The tables of our own in a study's database, beside Optuna's."""

from __future__ import annotations

import sqlalchemy as sa

SCHEMA = 2
"""Version of these tables; a higher one was made by a newer program. From 2 on rows have checksums."""

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
"""Trials and runs that a process works on; the process counts up ``beat``."""
