"""Which subsets deserve full runs on test data, by what is expected from all runs on development data."""

from __future__ import annotations

from subsetsearch.analysis.study.study_results import Known
from subsetsearch.config.rungs import FULL
from subsetsearch.subset import NONE, Subset


def shortlist(known: Known, top: int) -> list[Subset]:
    """Choose subsets that the search has run, spread over costs; ``none`` and ``all`` come first.

    Where the search ends at full runs, they are chosen by the model of the runs on development data, which
    takes luck of single runs out; else by their scores. Runs on test data are not used.

    Args:
        known: Of the study.
        top: How many besides ``none`` and ``all``.
    """
    return known.raw.shortlist(top, expected_by_dev(known))


def expected_by_dev(known: Known) -> dict[Subset, float] | None:
    """Expect the gain of each subset that was run on development data, by these runs alone.

    Args:
        known: Of the study.

    Returns:
        ``None`` where the search does not end at full runs, or these are too few for a model.
    """
    model = known.models.by_dev if known.rung.number == FULL.number else None
    if model is None or NONE not in model.runs.subsets:
        return None
    subsets = [subset for subset in dict.fromkeys(model.runs.subsets) if subset != NONE]
    return dict(zip(subsets, model.expect_group(subsets).mean.tolist(), strict=True))
