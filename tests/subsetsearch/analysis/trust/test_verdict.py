from __future__ import annotations

import json
import random

import numpy as np
import pytest

from subsetsearch.analysis.trust import Trust, verdict
from subsetsearch.analysis.trust.verdict import NOTHING_MEASURED
from subsetsearch.results.measurements.measurement import Measurement, means_by_seed
from subsetsearch.results.trials.rung_scores import rung_scores
from subsetsearch.subset import NONE, Subset

KEYS = [f"l{i:02d}_Latn" for i in range(20)]


def study(*, rank: float, seed_noise: float, by_size: bool = False, seeds: int = 3, n: int = 16) -> Trust:
    """Subsets of sizes 1, 3, 6, 12; rung 2 mixes truth and noise, rung 1 is pure noise."""
    rng, draw = np.random.default_rng(7), random.Random(7)
    subsets: list[Subset] = []
    while len(subsets) < n:
        drawn = Subset(frozenset(draw.sample(KEYS, (1, 3, 6, 12)[len(subsets) % 4])))
        subsets += [drawn] * (drawn not in subsets)
    size = {s: float(np.log(len(s.languages))) for s in subsets}
    truth = {s: size[s] if by_size else float(rng.standard_normal()) for s in subsets}
    own = {s: truth[s] + (float(rng.standard_normal()) if by_size else 0.0) for s in subsets}
    runs = {
        s: {k: 0.5 + 0.01 * (own[s] + seed_noise * float(rng.standard_normal())) for k in range(seeds)}
        for s in subsets
    }
    runs[NONE] = dict.fromkeys(range(seeds), 0.4)
    runs[Subset(frozenset(KEYS))] = dict.fromkeys(range(seeds), 0.9)
    scores = {
        1: {s: float(rng.standard_normal()) for s in runs},
        2: {s: rank * truth.get(s, 0.0) + (1 - rank) * float(rng.standard_normal()) for s in runs},
    }
    return verdict(scores, runs, Subset(frozenset(KEYS)))


def test_a_good_rung_and_a_useless_one() -> None:
    found = study(rank=1.0, seed_noise=0.1)
    chance, good = found.rungs
    assert "no better than chance: raise search.promote" in chance.sentence
    assert "usefully" in good.sentence
    assert good.overall.spearman is not None
    assert good.overall.spearman.value > 0.9
    assert good.regrets[0].regret == pytest.approx(0, abs=0.01)
    assert [r.k for r in good.regrets] == [1, 3, 5]
    assert "so no rung could reach more than" in found.noise_sentence
    assert found.measured == 16  # neither none nor all


def test_noisy_full_runs_are_blamed_and_seeds_asked_for() -> None:
    found = study(rank=1.0, seed_noise=2.0)
    assert found.noise.ceiling is not None
    assert found.noise.ceiling.value < 0.7
    assert found.noise_sentence.startswith("the truth itself is too noisy")
    assert "add seeds" in found.noise_sentence or "seeds a subset would allow 0.80" in found.noise_sentence


def test_a_rung_that_only_counts_languages_is_found_out() -> None:
    found = study(rank=1.0, seed_noise=0.05, by_size=True, n=40)
    assert "ranks larger and smaller subsets" in found.rungs[1].sentence


def test_too_little_constant_scores_and_one_seed() -> None:
    few = study(rank=1.0, seed_noise=0.1, n=3)
    assert "share 3 subsets besides none and all, too few" in few.rungs[0].sentence
    one = study(rank=1.0, seed_noise=0.1, seeds=1)
    assert "measure more, with two seeds each" in one.noise_sentence
    nothing = verdict({}, {})
    assert nothing.measured == 0
    assert [rung.rung for rung in nothing.rungs] == [2]
    assert "share 0 subsets" in nothing.rungs[0].sentence
    assert nothing.sentences == (NOTHING_MEASURED,)
    runs = {Subset(frozenset({key})): {1: 0.1 * i, 2: 0.1 * i} for i, key in enumerate(KEYS[:8])}
    constant = verdict({1: dict.fromkeys(runs, 0.5)}, runs)
    assert "cannot rank them" in constant.rungs[0].sentence
    for found in (few, one, nothing, constant):
        assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["sentences"] == list(found.sentences)


def test_one_subset_with_both_numbers_is_counted() -> None:
    one, everything = Subset(frozenset({"a"})), Subset(frozenset({"a", "b"}))
    runs = {s: {1: x, 2: x + 0.01} for s, x in ((NONE, 0.4), (one, 0.6), (everything, 0.5))}
    found = verdict({1: {}, 3: dict.fromkeys(runs, 0.5)}, runs, everything, top_rung=3)
    assert [(rung.rung, rung.overall.n) for rung in found.rungs] == [(3, 1)]  # rung 1 was not climbed
    assert "full runs on dev (rung 3) and full runs share 1 subset besides none and all" in found.sentences[0]
    assert not any("scored none" in sentence for sentence in found.sentences)


def run(subset: str, seed: int, score: float) -> Measurement:
    languages = Subset(frozenset(subset.split()))
    return Measurement("f", "h", languages, 3, "test", seed, "accuracy", {"wol_Latn": score})


def test_scores_and_runs_meet_by_subset() -> None:
    names = ["a", "b", "c", "a b", "b c", "a c"]
    scored = [
        Measurement("f", "", Subset(frozenset(name.split())), 1, "dev", 0, "", {}, value=0.1 * i)
        for i, name in enumerate(names)
    ]
    runs = [run(name, seed, 0.5 + 0.01 * i + seed) for i, name in enumerate(names) for seed in (1, 2)]
    runs += [run("", seed, 0.4 + seed) for seed in (1, 2)] + [run("a b c", 1, 1.9)]
    found = verdict(rung_scores(None, scored), means_by_seed(runs), Subset(frozenset("abc")))
    assert found.measured == 6
    assert found.rungs[0].overall.spearman is not None
    assert found.rungs[0].overall.spearman.value == pytest.approx(1)
    assert found.rungs[0].within.groups == 2
    assert found.rungs[1].overall.n == 0
