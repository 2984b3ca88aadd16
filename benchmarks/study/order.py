"""In which order the full runs of a plan are done: what says most comes first, as a study may be cut off."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from benchmarks.study.entries import (
    CARRIED,
    COST,
    DIVERSE,
    ENDS,
    OURS,
    PEER,
    PUBLISHED,
    RANDOM,
    TRAITS,
    Entry,
    Plan,
)
from subsetsearch.subset import Subset

FOREMOST = (
    "most_same_script_41",
    "least_same_script_20",
    "least_uriel_20",
    "most_uriel_en_40",
    "most_uriel_en_20",
    "xt_only",
    "most_same_script_10",
    "most_uriel_en_10",
)
"""The eight sets that the paper's own results put first: by the mean of their ranks on AfriXNLI and WikiANN.

Of those that it names by a rule, that it ran on both tasks, and that most pools allow. ``least_uriel_20`` is
a name of the whole list of 65 languages.
"""

TURNS: Mapping[str, int] = {
    ENDS: 0,
    OURS: 0,
    CARRIED: 1,
    PUBLISHED: 2,
    COST: 3,
    RANDOM: 4,
    TRAITS: 5,
    DIVERSE: 5,
    PEER: 8,
}
"""Kind to its turn: all seeds of an earlier turn come first."""

FIRST_PART = 5
"""The last turn of the first part: it has something of each kind but the peers."""

_LATER: Mapping[str, int] = {PUBLISHED: 6, RANDOM: 7}
"""Turns of the other published sets, and of random ones after the first of each size."""


def turn(entry: Entry) -> int:
    """When an entry is run."""
    later = entry.kind in _LATER and not _foremost(entry)
    return _LATER[entry.kind] if later else TURNS[entry.kind]


def _foremost(entry: Entry) -> bool:
    if entry.kind == RANDOM:
        return entry.name.endswith("draw 1")
    return not set(FOREMOST).isdisjoint(entry.name.split(", "))


def ordered_runs(plan: Plan) -> list[tuple[Subset, int]]:
    """All full runs, each once, in the order in which they are done."""
    ordered: dict[tuple[Subset, int], None] = {}
    for _, entries in groupby(sorted(plan.entries, key=turn), key=turn):
        subsets = [entry.subset for entry in entries]
        ordered |= dict.fromkeys((subset, seed) for seed in plan.seeds for subset in subsets)
    return list(ordered)


def first_part(plan: Plan) -> list[Entry]:
    """Entries of the first part."""
    return [entry for entry in plan.entries if turn(entry) <= FIRST_PART]
