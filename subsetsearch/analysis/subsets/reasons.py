"""Why a subset is expected to gain: what its traits and its runs add, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from subsetsearch.analysis.text.wording import points
from subsetsearch.errors import RealignError
from subsetsearch.subset import NONE, Subset

if TYPE_CHECKING:
    from subsetsearch.analysis.study.study_results import Known

WORDS: Mapping[str, str] = {
    "none": "realigning at all",
    "size": "number of languages",
    "pairs": "pairs of each language",
    "identity": "other runs with these languages",
    "typology": "typology",
    "similar": "subsets with similar traits",
    "other_script": "scripts other than the source's",
    "unseen": "languages not seen in pre-training",
    "resources": "resources of the languages",
    "other_family": "families other than the source's",
    "source_similarity": "similarity to the source language",
    "is_target": "target languages in the subset",
    "target_similarity": "similarity to the target languages",
}
"""Part of the model to its name for readers."""

_LEAST = 0.0005
"""What adds less is not worth a word: it would be shown as 0.0 points."""


def reasons(subset: Subset, known: Known) -> dict[str, float]:
    """What each part of the model adds to the expected gain over no realignment.

    Args:
        subset: Any of the pool.
        known: Of the study, or of a group of its targets.

    Returns:
        Part to its share, the largest first; they add up to the expected gain. Empty for no realignment, and
        without a model.
    """
    if subset == NONE:
        return {}
    try:
        model = known.models.of(known.question.targets)
    except RealignError:
        return {}
    shares = model.reasons(subset, known.question.targets or model.runs.targets)
    return dict(sorted(shares.items(), key=lambda part: -abs(part[1])))


def reasons_in_words(contributions: Mapping[str, float], most: int = 5) -> str:
    """Those that count most, as ``realigning at all +6.2, other scripts than the source's +1.5``."""
    return ", ".join(f"{words} {points(value)}" for words, value in parts_in_words(contributions, most))


def parts_in_words(contributions: Mapping[str, float], most: int = 5) -> list[tuple[str, float]]:
    """Those that count most, each with what it adds, and all else together."""
    largest = [(part, value) for part, value in contributions.items() if abs(value) >= _LEAST][:most]
    rest = sum(contributions.values()) - sum(value for _, value in largest)
    named = [(WORDS.get(part, part), value) for part, value in largest]
    return named + ([("all else", rest)] if abs(rest) >= _LEAST else [])
