from __future__ import annotations

import itertools

from subsetsearch.analysis.trust import Calibration, calibrate
from subsetsearch.analysis.trust.table import calibration_rows
from subsetsearch.subset import Subset

RUNS = {
    Subset(frozenset(pair)): {1: 0.01 * i, 2: 0.01 * i + 0.001 * (i % 3)}
    for i, pair in enumerate(itertools.combinations("abcdef", 2))
}
SCORES = {1: {c: runs[1] for c, runs in RUNS.items()}, 2: {c: -runs[1] for c, runs in RUNS.items()}}


def cells(found: Calibration) -> dict[str, list[str]]:
    return dict(calibration_rows(found))


def test_each_rung_has_a_column_and_what_is_learned_comes_last() -> None:
    bare, full = cells(calibrate(SCORES, RUNS)), cells(calibrate(SCORES, RUNS, foretell=lambda _, y: y))
    assert bare.keys() == full.keys()
    assert {len(row) for row in bare.values()} == {2}
    assert {len(row) for row in full.values()} == {3}
    assert [row.split()[0] for row in full["Spearman"]] == ["1.00", "-1.00", "1.00"]
    assert full["regret of its top 1, points"][0].startswith("0.0 (by chance")
    assert full["regret of its top 1, points"][2] == ""  # a rung's favourites are measured, these were
    assert full["ceiling of any rung"][0] != ""
