"""What was measured of small-scale runs, and the figures of the page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.common import read_rows, results_of, write_figures
from benchmarks.tables.design import Languages
from benchmarks.tables.load import Scores, read_table
from benchmarks.tables.tasks import SEARCH_SEEDS, TASKS
from subsetsearch.analysis.trust import ranking

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
)


def table_path() -> Path:
    """The rows."""
    return results_of("scaled") / "african-pos.csv"


def chosen_subsets() -> list[Languages]:
    """Subsets of the table that are measured here; those that were, while the table grows."""
    begun = dict.fromkeys(tuple(row["languages"].split()) for row in read_rows(table_path()))
    if len(begun) == SUBSETS:
        return [*begun]
    subsets = sorted(read_table(TASKS["african-pos"]).truth(), key=lambda subset: (len(subset), subset))
    places = np.linspace(0, len(subsets) - 1, SUBSETS).round().astype(int)
    return [subsets[place] for place in places]


def read_scores(kind: Kind) -> dict[Languages, tuple[float, float]]:
    """Subset to mean score and seconds of one core."""
    return {
        tuple(row["languages"].split()): (float(row["mean"]), float(row["seconds"]))
        for row in read_rows(table_path())
        if row["kind"] == kind.name and float(row["scale"]) == kind.scale
    }


def write_page() -> None:
    """Write the figures."""
    subsets, truth = chosen_subsets(), read_table(TASKS["african-pos"])
    test_scores = truth.truth()
    lines = [
        "| scored by | Spearman with the truth | above one language | processor seconds a subset |",
        "|-|-|-|-:|",
    ]
    whole = truth.means("dev")
    seed = SEARCH_SEEDS[0]
    seconds = [truth.runs[subset, seed].seconds for subset in subsets if subset]
    rows = [("a whole run on development data, one seed", {s: whole[s][seed] for s in subsets}, seconds)]
    for kind in KINDS:
        by_subset = read_scores(kind)
        if by_subset.keys() >= set(subsets):
            scores = {subset: by_subset[subset][0] for subset in subsets}
            rows.append((kind.words, scores, [by_subset[subset][1] for subset in subsets if subset]))
    for words, scores, spent in rows:
        cells = [_rank(scores, test_scores, least) for least in (1, 2)]
        lines.append(f"| {words} | {' | '.join(cells)} | {np.mean(spent):.0f} |")
    write_figures("scaled", ["\n".join(lines)])


def _rank(scores: dict[Languages, float], test_scores: dict[Languages, Scores], least: int) -> str:
    """Spearman with mean test scores, over realigned subsets of a size, with its 95 % interval."""
    subsets = [subset for subset in scores if len(subset) >= least]
    truth = [float(np.mean([*test_scores[subset].values()])) for subset in subsets]
    correlation = ranking([scores[subset] for subset in subsets], truth).spearman
    return "-" if correlation is None else str(correlation)
