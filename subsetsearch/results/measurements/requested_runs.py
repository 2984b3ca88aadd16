"""Full runs that were asked for: whoever asks notes them in the study's database, any worker does them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import sqlalchemy as sa

from subsetsearch.config.rungs import FULL
from subsetsearch.results.database.connect import insert_into
from subsetsearch.results.database.schema import MEASUREMENTS, WANTED
from subsetsearch.results.measurements.measurement import run_key
from subsetsearch.results.measurements.measurement_rows import read_split, split_cell
from subsetsearch.results.measurements.store import MeasurementStore, Run
from subsetsearch.subset import Subset

if TYPE_CHECKING:
    from realign_core.data.labelled import Split


@dataclass(frozen=True, slots=True)
class Kind:
    """What is the same of several wanted runs.

    Args:
        split: What targets are scored on.
        fresh: Whether the seeds are drawn after the choice.
        scale: Share of the recipe that they take.
    """

    split: Split
    fresh: bool
    scale: float = 1.0


def want(store: MeasurementStore, fingerprint: str, runs: Iterable[Run], kind: Kind) -> None:
    """Note runs that are to be done; those noted before stay where they are in the line.

    Args:
        store: The study's.
        fingerprint: Of the study.
        runs: Subsets and seeds.
        kind: Of all of them.

    Raises:
        StudyError: If the database cannot be written.
    """
    rows = [
        {
            "run": run_key(fingerprint, subset, FULL.number, kind.split, seed, kind.scale),
            "fingerprint": fingerprint,
            "languages": " ".join(sorted(subset.languages)),
            "pairs": subset.pairs,
            "split": split_cell(kind.split, kind.scale),
            "seed": seed,
            "fresh": kind.fresh,
        }
        for subset, seed in runs
    ]
    if rows:
        store.transact(lambda c: c.execute(insert_into(c, WANTED).on_conflict_do_nothing(), rows))


def open_runs(store: MeasurementStore, fingerprint: str) -> dict[Kind, list[Run]]:
    """Read the wanted runs that are not measured yet, in the order in which they were asked for.

    Raises:
        StudyError: If the database cannot be read.
    """
    if not store.exists:
        return {}
    measured = sa.select(MEASUREMENTS.c.id).where(MEASUREMENTS.c.run == WANTED.c.run).exists()
    query = sa.select(WANTED).where(WANTED.c.fingerprint == fingerprint, ~measured).order_by(WANTED.c.id)
    by_kind: dict[Kind, list[Run]] = {}
    for row in store.transact(lambda connection: connection.execute(query).all()):
        run = Subset(frozenset(row.languages.split()), row.pairs), row.seed
        split, scale = read_split(row.split)
        by_kind.setdefault(Kind(cast("Split", split), row.fresh, scale), []).append(run)
    return by_kind
