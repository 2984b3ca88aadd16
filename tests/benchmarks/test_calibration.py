"""The calibration benchmark: what a choice is worth, and what is learned from other full runs."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from benchmarks.calibration import learned
from benchmarks.calibration.choice import gain_of_favourite, gains
from benchmarks.calibration.table import tables
from benchmarks.calibration.truth import table_of
from benchmarks.common import page_of, read_json, results_of, write_figures
from subsetsearch.problem.cost import PoolCost
from subsetsearch.subset import Subset


@pytest.mark.parametrize("k", [1, 2, 4, 7])
def test_the_gain_of_a_favourite_is_the_mean_over_all_draws(k: int) -> None:
    rng = np.random.default_rng(k)
    scores, truth = rng.permutation(7).astype(float), rng.standard_normal(7)
    draws = [list(rows) for rows in itertools.combinations(range(7), k)]
    by_hand = np.mean([truth[max(rows, key=lambda i: scores[i])] for rows in draws]) - truth.mean()
    assert gain_of_favourite(scores, truth, k) == pytest.approx(by_hand)


def test_a_score_that_is_the_same_for_all_gains_nothing() -> None:
    assert gain_of_favourite([0.5] * 6, [1.0, 2, 3, 4, 5, 6], 3) == pytest.approx(0)


def test_gains_hold_their_interval_and_leave_out_what_is_not_there() -> None:
    truth = np.random.default_rng(0).standard_normal(15)
    found = gains(truth.tolist(), truth.tolist())
    assert list(found) == ["4", "12"]
    for value, low, high in found.values():
        assert low <= value <= high
    assert found["4"][0] < found["12"][0]


def test_full_runs_predict_those_that_were_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learned, "SPLITS", 3)
    keys = ("cym_Latn", "eus_Latn", "fin_Latn", "mar_Deva", "swh_Latn", "tam_Taml", "tur_Latn", "yor_Latn")
    subsets = [Subset(frozenset(s)) for size in (1, 2) for s in itertools.combinations(keys, size)]
    truth = [float(np.mean([keys.index(key) for key in sorted(s.languages)])) for s in subsets]
    cost = PoolCost(dict.fromkeys(keys, 100), "sentence pairs")
    curve = learned.learning_curve(cost, subsets, truth)
    assert list(curve) == ["12", "24"]
    assert curve["12"][1] <= curve["24"][1]
    assert curve["24"][1] > 0.9


def test_the_page_has_the_recorded_numbers(tmp_path: Path) -> None:
    recorded = read_json(results_of("search") / "search.json")["rank_correlation"]
    page = tmp_path / "README.md"
    page.write_text(page_of("calibration").read_text(encoding="utf-8"), encoding="utf-8")
    write_figures("calibration", tables([recorded, *recorded["others"]], table_of("variants")), page)
    assert page.read_text(encoding="utf-8") == page_of("calibration").read_text(encoding="utf-8")
