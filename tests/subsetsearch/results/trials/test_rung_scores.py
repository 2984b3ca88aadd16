"""What each rung said of any subset."""

from __future__ import annotations

from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.results.trials.rung_scores import means_over_seeds, rung_scores
from subsetsearch.subset import Subset


def run(subset: str, seed: int, score: float, split: str = "test") -> Measurement:
    languages = Subset(frozenset(subset.split()))
    return Measurement("f", "h", languages, 3, split, seed, "accuracy", {"wol_Latn": score})


def test_what_was_scored_beside_trials_counts() -> None:
    some = Subset(frozenset({"a"}))
    scored = [Measurement("f", "", some, rung, "dev", 0, "", {}, value=rung / 8) for rung in (1, 2)]
    assert rung_scores(None, scored) == {1: {some: 0.125}, 2: {some: 0.25}}


def test_full_runs_count_where_all_seeds_are_there() -> None:
    runs = [
        run("a", 1, 0.25, "dev"),
        run("a", 2, 0.75, "dev"),
        run("b", 1, 0.5, "dev"),
        run("a", 3, 1.0, "dev"),
    ]
    a, b = Subset(frozenset("a")), Subset(frozenset("b"))
    assert means_over_seeds(runs, (1, 2)) == {a: 0.5}
    assert rung_scores(None, runs, top_rung=3, seeds=(1, 2)) == {1: {}, 3: {a: 0.5}}
    assert rung_scores(None, runs, seeds=(1,)) == {1: {}, 2: {}, 3: {a: 0.25, b: 0.5}}
    assert rung_scores(None, runs, seeds=(4,)) == {1: {}, 2: {}}
