"""How fast trials are finished."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence

from subsetsearch.results.trials.trial_record import TrialRecord

_RECENT = 20
"""Number of last trials that the rate is of: early trials also build caches."""


def trials_per_minute(finished: Sequence[TrialRecord]) -> float | None:
    """Rate of the last trials, pauses between two runs of the search left out.

    Args:
        finished: Trials with their times of beginning and end.

    Returns:
        Trials a minute; ``None`` with fewer than two, or no time between them.
    """
    ends = sorted(t.ended for t in finished if t.ended)[-_RECENT:]
    gaps = [(b - a).total_seconds() for a, b in itertools.pairwise(ends)]
    if not gaps:
        return None
    # A study that was continued on the next day has one long gap, which says nothing about its speed.
    longest = 20 * statistics.median(gaps) + 60
    working = [gap for gap in gaps if gap <= longest]
    spent = sum(working)
    return 60 * len(working) / spent if spent > 0 else None
