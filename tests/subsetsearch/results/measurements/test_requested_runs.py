"""Full runs that were asked for are open until they are measured."""

from __future__ import annotations

from subsetsearch.results.measurements.measurement import TEST, Measurement
from subsetsearch.results.measurements.requested_runs import Kind, open_runs, want
from subsetsearch.results.measurements.store import MeasurementStore
from subsetsearch.subset import NONE, Subset

SWAHILI = Subset(frozenset({"swh_Latn"}))


def test_what_was_asked_for_is_open_until_it_is_measured(url: str) -> None:
    store = MeasurementStore(url)
    test, fresh = Kind(TEST, fresh=False), Kind(TEST, fresh=True)
    want(store, "f", [(SWAHILI, 1), (NONE, 1)], test)
    want(store, "f", [(NONE, 1), (NONE, 2)], test)
    want(store, "f", [(NONE, 3)], fresh)
    want(store, "other", [(NONE, 1)], test)
    assert open_runs(store, "f") == {test: [(SWAHILI, 1), (NONE, 1), (NONE, 2)], fresh: [(NONE, 3)]}
    store.add([Measurement("f", "r", NONE, 3, TEST, 1, "accuracy", {"swh_Latn": 0.5})])
    assert open_runs(store, "f")[test] == [(SWAHILI, 1), (NONE, 2)]
