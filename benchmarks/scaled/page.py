"""What was measured of small-scale runs, and the figures of the page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.common import read_rows, results_of
from benchmarks.tables.design import Languages
from benchmarks.tables.load import read_table
from benchmarks.tables.tasks import TASKS

SUBSETS = 12
"""Of those that have every seed of the truth, by size and name, evenly spread."""

FIELDS = ("kind", "scale", "languages", "seconds", "mean")


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to score subsets on development data.

    Args:
        name: ``scaled`` (what ``proxy.full.scale`` does), ``cut`` (with a share of the training examples,
            however few steps that leaves) or ``short`` (rung 2).
        scale: Share of the recipe.
        words: What it is.
    """

    name: str
    scale: float
    words: str


KINDS = (
    Kind("cut", 0.25, "a quarter, of the training examples too (10 steps of fine-tuning)"),
    Kind("short", 1.0, "short runs (rung 2)"),
    Kind("scaled", 0.25, "`proxy.full.scale = 0.25` (10 steps of realignment, all of fine-tuning)"),
    Kind("scaled", 0.5, "`proxy.full.scale = 0.5` (20 steps of realignment, all of fine-tuning)"),
)


def table_path() -> Path:
    """The rows."""
    return results_of("scaled") / "african-pos.csv"


def chosen_subsets() -> list[Languages]:
    """Subsets of the table that are measured here; those that were, while the table grows."""
    begun = dict.fromkeys(tuple(row["languages"].split()) for row in read_rows(table_path()))
    if len(begun) == SUBSETS:
        return [*begun]
    known = sorted(read_table(TASKS["african-pos"]).truth(), key=lambda subset: (len(subset), subset))
    places = np.linspace(0, len(known) - 1, SUBSETS).round().astype(int)
    return [known[place] for place in places]


def read_scores(kind: Kind) -> dict[Languages, tuple[float, float]]:
    """Subset to mean score and seconds of one core."""
    return {
        tuple(row["languages"].split()): (float(row["mean"]), float(row["seconds"]))
        for row in read_rows(table_path())
        if row["kind"] == kind.name and float(row["scale"]) == kind.scale
    }


def write_page() -> None:
    """Write the figures."""
