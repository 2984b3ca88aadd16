from __future__ import annotations

import itertools

from subsetsearch.analysis.trust import Trust, verdict
from subsetsearch.analysis.trust.table import trust_rows
from subsetsearch.subset import Subset

RUNS = {
    Subset(frozenset(pair)): {1: 0.01 * i, 2: 0.01 * i + 0.001 * (i % 3)}
    for i, pair in enumerate(itertools.combinations("abcdef", 2))
}
SCORES = {1: {c: runs[1] for c, runs in RUNS.items()}, 2: {c: -runs[1] for c, runs in RUNS.items()}}


def cells(found: Trust) -> dict[str, list[str]]:
    return dict(trust_rows(found))


def test_each_rung_has_a_column_and_what_is_learned_comes_last() -> None:
    bare, full = cells(verdict(SCORES, RUNS)), cells(verdict(SCORES, RUNS, predict=lambda _, y: y))
    assert bare.keys() == full.keys()
    assert {len(row) for row in bare.values()} == {2}
    assert {len(row) for row in full.values()} == {3}
    assert [row.split()[0] for row in full["Spearman"]] == ["1.00", "-1.00", "1.00"]
    assert full["regret of its top 1, points"][0].startswith("0.0 (by chance")
    assert full["regret of its top 1, points"][2] == ""  # a rung's favourites are measured, these were
    assert full["ceiling of any rung"][0] != ""
