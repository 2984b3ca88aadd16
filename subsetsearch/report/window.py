"""What of a very large study a report shows: the page stays small, and says what it leaves out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow, rank
from subsetsearch.subset import Subset

if TYPE_CHECKING:
    from subsetsearch.analysis.study.study_results import Known

MOST_CELLS = 20_000
"""Targets times subsets that were run, which a page shows."""

FEWEST_SHOWN = 50
"""Number of subsets with runs that are always shown, however many targets there are."""


def windowed(known: Known) -> tuple[Front, Known, str]:
    """Keep the front, named subsets and the best of those that were run, where these are very many.

    Args:
        known: Of a study.

    Returns:
        The front, what is known of its subsets alone, and what is left out; nothing, if nothing is.
    """
    front = known.front
    ran = [row for row in front if row.full is not None or row.expected is not None]
    most = max(FEWEST_SHOWN, MOST_CELLS // max(1, len(known.targets)))
    if len(ran) <= most:
        return front, known, ""
    shown = {row.subset for row in sorted(ran, key=rank)[:most]}
    return _reduced(known, shown, most, len(ran))


def _reduced(known: Known, kept: set[Subset], shown: int, ran: int) -> tuple[Front, Known, str]:
    def remains(row: FrontRow) -> bool:
        return row.subset in kept or (row.full is None and row.expected is None)

    front = replace(known.front, rows=tuple(filter(remains, known.front)))
    evaluations = [run for run in known.evaluations if run.subset in kept]
    raw = replace(known.raw, rows=tuple(filter(remains, known.raw)))
    words = (
        f"{shown:,} of {ran:,} subsets that were run are shown: the front, named ones and the best; all were "
        "judged, and all are in the table of full runs (subsetsearch pareto --json has every subset)."
    )
    return front, replace(known, raw=raw, evaluations=evaluations), words
