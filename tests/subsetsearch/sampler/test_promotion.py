"""Who is measured by rung 2, on a study whose proxies are plain functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import optuna
import pytest

from subsetsearch.config.rungs import SHORT
from subsetsearch.problem.space import SearchSpace, languages_of
from subsetsearch.run.trial import Objective
from subsetsearch.rungs.top_rung import TopRung
from subsetsearch.sampler import promotion as module
from subsetsearch.sampler.promotion import Promotion
from subsetsearch.sampler.sampler import SubsetSampler
from subsetsearch.sampler.subset_matrix import SubsetMatrix
from subsetsearch.subset import NONE, Subset

KEYS = tuple(f"{a}{b}a_Latn" for a in "abcd" for b in "abcdef")
EFFECTS = dict(zip(KEYS, np.random.default_rng(0).normal(0.0, 0.02, len(KEYS)), strict=True))


def cost(subset: Subset) -> float:
    return float(100 * len(subset.languages))


def truth(subset: Iterable[str]) -> float:
    chosen = sorted(subset)
    return 0.5 + (float(np.mean([EFFECTS[key] for key in chosen])) if chosen else 0.0)


def idle(subset: Iterable[str]) -> float:
    """A rung 1 that says nothing of rung 2."""
    return float(sum(map(ord, "".join(sorted(subset)))) % 97) / 97


@dataclass
class FakeLadder:
    """A ladder without data."""

    space: SearchSpace
    study: Any
    low: Any

    def rung1_scores(self, found: Subset) -> dict[str, float]:
        return {"swh_Latn": self.low(found.languages)}

    def rung2_scores(self, found: Subset) -> dict[str, float]:
        return {"swh_Latn": truth(found.languages)}

    @property
    def top(self) -> TopRung:
        return TopRung(SHORT, self.rung2_scores, self.study.proxy.short.warm, lambda: None)


@pytest.fixture
def ladder(monkeypatch: pytest.MonkeyPatch) -> FakeLadder:
    monkeypatch.setattr(module, "pool_traits", lambda _: np.zeros((len(KEYS), 0)))
    search = SimpleNamespace(promise=0.1, promote=0.5)
    study = SimpleNamespace(search=search, proxy=SimpleNamespace(short=SimpleNamespace(warm=10)))
    return FakeLadder(SearchSpace(KEYS, cost, max_size=6), study, idle)


def run(ladder: FakeLadder, trials: int, *, chance: bool = False) -> list[optuna.trial.FrozenTrial]:
    sampler = SubsetSampler(ladder.space, seed=3)
    study = optuna.create_study(directions=["minimize", "maximize"], sampler=sampler)
    study.enqueue_trial(ladder.space.params(NONE), user_attrs={"origin": "none"})
    if chance:
        matrix = SubsetMatrix(ladder.space)
        for row in matrix.random(trials, np.random.default_rng(3)):
            study.enqueue_trial(ladder.space.params(matrix.subset(row)))
    study.optimize(Objective(ladder), n_trials=trials)  # type: ignore[arg-type]
    return study.get_trials()


def test_it_learns_what_rung_1_does_not_say(ladder: FakeLadder) -> None:
    trials = run(ladder, 45, chance=True)
    skipped = [t for t in trials if "rung2_skipped" in t.user_attrs]
    measured = [t for t in trials if t.user_attrs.get("rung") == 2]
    assert all(t.user_attrs["rung"] == 2 for t in trials[:10])
    assert len(skipped) > 15
    for trial in skipped:
        assert trial.values[1] == pytest.approx(truth(languages_of(trial.params)), abs=0.03)
        assert trial.user_attrs["proxy_error"] > 0
    # What was skipped would rarely have been on the front of what was measured.
    beaten = [
        any(m.values[0] <= t.values[0] and m.values[1] >= truth(languages_of(t.params)) for m in measured)
        for t in skipped
    ]
    assert np.mean(beaten) > 0.9


def test_about_the_share_of_recent_proposals_is_measured(ladder: FakeLadder) -> None:
    late = [t for t in run(ladder, 45)[15:] if "promise" in t.user_attrs]
    assert np.mean([t.user_attrs["rung"] == 2 for t in late]) < 0.75
    ladder.study.search.promote, ladder.study.search.promise = 1.0, 0.0
    assert all(t.user_attrs["rung"] == 2 for t in run(ladder, 25))


def test_the_reason_names_probability_cost_and_what_was_measured(ladder: FakeLadder) -> None:
    reasons = [t.user_attrs.get("rung2_skipped") for t in run(ladder, 40, chance=True)]
    poor = next(r for r in reasons if r and r.startswith("it beats the front"))
    assert "below 0.1; at a cost of" in poor
    assert "is expected where" in poor


def test_a_subset_is_never_scored_twice(ladder: FakeLadder) -> None:
    asked: list[frozenset[str]] = []
    ladder.low = lambda subset: asked.append(subset) or idle(subset)  # type: ignore[func-returns-value]
    study = optuna.create_study(directions=["minimize", "maximize"])
    for _ in range(3):
        study.enqueue_trial(ladder.space.params(Subset(frozenset(KEYS[:2]))))
    study.optimize(Objective(ladder), n_trials=3)  # type: ignore[arg-type]
    assert asked == [frozenset(KEYS[:2])]
    assert [t.user_attrs.get("duplicate_of") for t in study.trials] == [None, 0, 0]
    assert len({tuple(t.values) for t in study.trials}) == 1


def test_equal_measurements_give_no_verdict(ladder: FakeLadder, monkeypatch: pytest.MonkeyPatch) -> None:
    ladder.study.proxy.short.warm = 3
    monkeypatch.setattr(FakeLadder, "rung2_scores", lambda *_: {"swh_Latn": 0.5})
    trials = run(ladder, 12)
    assert all(t.user_attrs["rung"] == 2 for t in trials)
    assert Promotion(ladder).known(optuna.create_study(), 0, Subset(frozenset(KEYS[:1]))) is None  # type: ignore[arg-type]
