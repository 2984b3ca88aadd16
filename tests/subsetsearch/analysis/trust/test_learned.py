from __future__ import annotations

import numpy as np

from subsetsearch.analysis.trust import ranking, verdict
from subsetsearch.analysis.trust.learned import FEWEST_LEARNED, learned_trust
from subsetsearch.subset import NONE, Subset
from subsetsearch.surrogate import SetFeatures
from subsetsearch.surrogate.left_out import left_out

POOL = 12
FEATURES = SetFeatures(np.ones(POOL), np.zeros((POOL, 0)))


def drawn(n: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rows = np.zeros((n, POOL), dtype=bool)
    for row in rows:
        row[rng.choice(POOL, rng.integers(1, 6), replace=False)] = True
    return rows


def averaged_effects(rows: np.ndarray) -> np.ndarray:
    """Each language has an effect, a set has their mean: what full runs look like."""
    effects = np.random.default_rng(1).standard_normal(POOL)
    return (rows @ effects) / rows.sum(axis=1)


def test_effects_of_languages_are_predicted_from_the_other_sets() -> None:
    rows = drawn(24)
    values = averaged_effects(rows)
    rho = ranking(left_out(FEATURES, rows, values).tolist(), values.tolist()).spearman
    assert rho is not None
    assert rho.value > 0.8
    assert rho.low > 0


def test_chance_is_not_ranked_backwards() -> None:
    """Plain predictions would be: the mean of the others is the lower, the better the set left out."""
    found = []
    for seed in range(8):
        rows, values = drawn(14, seed), np.random.default_rng(seed).standard_normal(14)
        rho = ranking(left_out(FEATURES, rows, values).tolist(), values.tolist()).spearman
        found.append(0.0 if rho is None else rho.value)
    assert abs(np.mean(found)) < 0.2


def test_the_sentence_says_whether_it_can_be_used() -> None:
    truth = list(range(20))
    good = ranking(truth, truth)
    assert "search.top_rung = 3" in learned_trust(good, good, None).sentence
    assert "better than any rung" in learned_trust(good, good, 0.3).sentence
    assert "better than any rung" not in learned_trust(good, good, 1.0).sentence
    noise = ranking(np.random.default_rng(0).standard_normal(20).tolist(), truth)
    assert "not yet predict" in learned_trust(noise, noise, 0.3).sentence
    constant = ranking([0.0] * 20, truth)
    assert "not yet predict" in learned_trust(constant, constant, None).sentence


def test_trust_says_it_when_there_are_enough_runs() -> None:
    keys = [f"l{i:02d}_Latn" for i in range(FEWEST_LEARNED)]
    runs = {Subset(frozenset([key])): {1: 0.1 * i, 2: 0.1 * i} for i, key in enumerate(keys)}
    runs[NONE] = {1: 0.0, 2: 0.0}
    asked: list[int] = []

    def predict(candidates: object, values: list[float]) -> list[float]:
        asked.append(len(values))
        return values

    found = verdict({}, runs, predict=predict)
    assert asked == [FEWEST_LEARNED]  # none is not predicted
    assert found.learned is not None
    assert found.learned.sentence in found.sentences
    assert found.to_dict()["other_full_runs"]["overall"]["n"] == FEWEST_LEARNED
    del runs[Subset(frozenset([keys[0]]))]
    few = verdict({}, runs, predict=predict)
    assert few.learned is None
    assert few.to_dict()["other_full_runs"] is None
