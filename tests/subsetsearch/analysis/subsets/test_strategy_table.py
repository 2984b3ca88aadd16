"""Published strategies within a pool, against what a search found for the same money."""

from __future__ import annotations

import json

import numpy as np
import pytest

from subsetsearch.analysis.front.front import Front
from subsetsearch.analysis.front.front_row import FrontRow, FullRuns
from subsetsearch.analysis.model.effects import StudyModels
from subsetsearch.analysis.study.study_results import Known
from subsetsearch.analysis.subsets.strategy_table import compare_strategies
from subsetsearch.config import StudyConfig
from subsetsearch.config.rungs import SHORT
from subsetsearch.errors import ConfigError
from subsetsearch.problem.cost import PoolCost
from subsetsearch.results.measurements.measurement import Measurement
from subsetsearch.strategies import (
    named_strategies,
    published_subsets,
    strategies_by_subset,
    strategy_subsets,
)
from subsetsearch.subset import Subset
from subsetsearch.typology import DistanceTable

WHOLE = published_subsets()["most_uriel_en_10"].keys
POOL = tuple(sorted({*WHOLE, "aaa_Latn", "bbb_Latn", "ccc_Latn"}))


def test_strategies_are_cut_down_to_the_pool() -> None:
    found = strategy_subsets(POOL)
    assert found["most_uriel_en_10"] == frozenset(WHOLE)
    assert all(subset and subset <= set(POOL) for subset in found.values())
    assert "baseline" not in found
    names = strategies_by_subset(POOL)
    assert "most_uriel_en_10" in names[frozenset(WHOLE)]
    for subset, group in names.items():
        for name in group:
            assert 2 * len(subset) >= len(published_subsets()[name].keys)
    assert strategy_subsets(("aaa_Latn",)) == {}


def test_names_are_read_and_mistakes_named() -> None:
    assert named_strategies(" most_uriel_en_10 ,", POOL) == {"most_uriel_en_10": frozenset(WHOLE)}
    assert named_strategies("all", POOL) == strategy_subsets(POOL)
    with pytest.raises(ConfigError, match="did you mean most_uriel_en_10"):
        named_strategies("most_uriel_en10", POOL)
    with pytest.raises(ConfigError, match="no language of 'most_uriel_en_10' is in the study's pool"):
        named_strategies("most_uriel_en_10", ("aaa_Latn",))
    with pytest.raises(ConfigError, match="unknown strategy"):
        named_strategies(",", POOL)


def row(languages: tuple[str, ...], accuracy: float, trial: int | None) -> FrontRow:
    full = FullRuns(accuracy, seeds=(1, 2, 3))
    return FrontRow(
        Subset(frozenset(languages)), 10.0 * len(languages), "pairs", trial, full=full, diversity=0.5
    )


def test_the_rival_is_the_best_that_the_search_found_for_the_money() -> None:
    cheap, dear = ("aaa_Latn", "bbb_Latn"), tuple(sorted([*POOL[:11]]))
    rows = [
        row((), 0.40, 0), row(cheap, 0.55, 3), row(("ccc_Latn",), 0.50, 4), row(dear, 0.90, 5),
        row(("aaa_Latn",), 0.99, None), row(tuple(sorted(WHOLE)), 0.52, None),
    ]  # fmt: skip
    runs = [
        Measurement(
            "f",
            "h",
            Subset(frozenset(r.languages)),
            3,
            "test",
            seed,
            "accuracy",
            {"x": (r.accuracy or 0) + seed},
        )
        for r in rows
        for seed in (1, 2)
    ]
    cost = PoolCost(dict.fromkeys(POOL, 10.0), "pairs")
    half, one = np.full((len(POOL), len(POOL)), 0.5), np.ones((len(POOL), len(POOL)), np.int32)
    distances = DistanceTable(POOL, half, one, 9, "featural", "euclidean", POOL, one)
    front = Front(tuple(rows))
    scores = {1: {Subset(frozenset(WHOLE)): 0.3}}
    study = StudyConfig(name="s")
    models = StudyModels(study, POOL, {})
    known = Known(study, None, None, runs, front, cost, distances, scores, SHORT, models)  # type: ignore[arg-type]
    found = compare_strategies(known)
    assert [line.row.cost for line in found] == sorted(line.row.cost for line in found)
    line = next(line for line in found if "most_uriel_en_10" in line.names)
    assert line.rival is not None
    assert (line.rival.languages, line.rival.cost, line.rival.accuracy) == (cheap, 20.0, 0.55)
    assert line.gain is not None
    assert line.gain.mean == pytest.approx(0.03)
    assert (line.rung1, line.row.accuracy, line.row.diversity) == (0.3, 0.52, 0.5)
    other = next(line for line in found if "most_uriel_en_10" not in line.names)
    assert other.row.accuracy is None
    assert other.gain is None
    json.dumps([line.to_dict() for line in found])
