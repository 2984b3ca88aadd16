"""The correlation benchmark: what a choice is worth, and what is learned from other full runs."""

from __future__ import annotations

import importlib
import itertools
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from subsetsearch.problem.cost import PoolCost
from subsetsearch.subset import Subset

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def module(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module(name)


@pytest.fixture
def choice(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    return module("correlation_choice", monkeypatch)


@pytest.mark.parametrize("k", [1, 2, 4, 7])
def test_the_gain_of_a_favourite_is_the_mean_over_all_draws(choice: ModuleType, k: int) -> None:
    rng = np.random.default_rng(k)
    scores, truth = rng.permutation(7).astype(float), rng.standard_normal(7)
    draws = [list(rows) for rows in itertools.combinations(range(7), k)]
    by_hand = np.mean([truth[max(rows, key=lambda i: scores[i])] for rows in draws]) - truth.mean()
    assert choice.gain_of_favourite(scores, truth, k) == pytest.approx(by_hand)


def test_a_score_that_is_the_same_for_all_gains_nothing(choice: ModuleType) -> None:
    assert choice.gain_of_favourite([0.5] * 6, [1.0, 2, 3, 4, 5, 6], 3) == pytest.approx(0)


def test_gains_hold_their_interval_and_leave_out_what_is_not_there(choice: ModuleType) -> None:
    truth = np.random.default_rng(0).standard_normal(15)
    found = choice.gains(truth.tolist(), truth.tolist())
    assert list(found) == ["4", "12"]
    for value, low, high in found.values():
        assert low <= value <= high
    assert found["4"][0] < found["12"][0]


def test_full_runs_foretell_those_that_were_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    learned = module("correlation_learned", monkeypatch)
    monkeypatch.setattr(learned, "SPLITS", 3)
    keys = ("cym_Latn", "eus_Latn", "fin_Latn", "mar_Deva", "swh_Latn", "tam_Taml", "tur_Latn", "yor_Latn")
    subsets = [Subset(frozenset(s)) for size in (1, 2) for s in itertools.combinations(keys, size)]
    truth = [float(np.mean([keys.index(key) for key in sorted(s.languages)])) for s in subsets]
    ladder = SimpleNamespace(cost=PoolCost(dict.fromkeys(keys, 100), "sentence pairs"))
    curve = learned.learning_curve(ladder, subsets, truth)
    assert list(curve) == ["12", "24"]
    assert curve["12"][1] <= curve["24"][1]
    assert curve["24"][1] > 0.9
