from __future__ import annotations

import itertools
import logging
import pickle
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsetsearch.dominance import hypervolume
from subsetsearch.problem.space import SearchSpace
from subsetsearch.results.trials import proposals
from subsetsearch.results.trials.trial_writer import TrialWriter
from subsetsearch.sampler.history import TrialHistory
from subsetsearch.sampler.model import thin_observations
from subsetsearch.sampler.sampler import SubsetSampler
from subsetsearch.sampler.subset_matrix import SubsetMatrix
from subsetsearch.subset import Subset

KEYS = tuple(f"aa{c}_Latn" for c in "abcdefgh")
MANY = tuple(f"{a}{b}a_Latn" for a in "abcde" for b in "abcdef")
FAMILIES = dict(zip(KEYS, "AAABBBCC", strict=True))


Value = Callable[[frozenset[str]], float]
Found = list[tuple[Subset, float]]


def cost(subset: Subset) -> float:
    return float(sum(10 + sum(map(ord, key)) % 7 for key in subset.languages))


def search(sampler: optuna.samplers.BaseSampler, space: SearchSpace, value: Value, trials: int) -> Found:
    study = optuna.create_study(directions=["minimize", "maximize"], sampler=sampler)
    found = []
    for _ in range(trials):
        trial = study.ask(space.distributions())
        subset = space.subset(trial.params)
        found.append((subset, value(subset.languages)))
        study.tell(trial, [space.cost(subset), found[-1][1]])
    return found


@settings(max_examples=25, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "min_size": st.integers(1, 3),
            "max_size": st.integers(3, 8),
            "must_include": st.frozensets(st.sampled_from(KEYS), max_size=1),
            "max_per_family": st.none() | st.integers(1, 3),
            "budget": st.none() | st.floats(60, 120),
        }
    ),
    st.integers(0, 1000),
)
def test_proposals_are_allowed_and_new(limits: dict[str, Any], seed: int) -> None:
    space = SearchSpace(KEYS, cost, families=FAMILIES, **limits)
    sampler = SubsetSampler(space, seed=seed)
    found = [subset for subset, _ in search(sampler, space, lambda s: len(s & set(KEYS[:2])), 12)]
    assert all(space.allows(subset) for subset in found)
    every = (Subset(frozenset(s)) for size in range(1, 9) for s in itertools.combinations(KEYS, size))
    allowed = sum(map(space.allows, every))
    assert len(set(found)) == min(12, allowed)  # tight limits may leave fewer sets than proposals


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_small_space_is_searched_through_before_anything_comes_again(seed: int) -> None:
    space = SearchSpace(KEYS, cost, max_size=2)
    found = [s for s, _ in search(SubsetSampler(space, seed=seed), space, len, 38)]
    assert len(set(found[:36])) == 36  # 8 single languages and 28 pairs
    assert set(found[36:]) <= set(found[:36])


def test_it_repeats_itself_under_a_seed() -> None:
    space = SearchSpace(MANY, cost, max_size=6)

    def run() -> Found:
        traits = np.random.default_rng(0).normal(size=(len(MANY), 3))
        return search(SubsetSampler(space, traits=traits, seed=5), space, len, 14)

    assert run() == run()


def test_equal_objectives_are_said_and_searched_on(caplog: pytest.LogCaptureFixture) -> None:
    space = SearchSpace(KEYS, cost, max_size=3)
    with caplog.at_level(logging.INFO):
        found = search(SubsetSampler(space, seed=1), space, lambda _: 0.5, 20)
    assert len({subset for subset, _ in found}) == 20
    said = [r.message for r in caplog.records if "the same accuracy" in r.message]
    assert said == ["all 8 trials so far have the same accuracy: sets are drawn at random until one differs"]


def separable_with_interactions(seed: int) -> Value:
    rng = np.random.default_rng(seed)
    own = dict(zip(MANY, rng.normal(size=len(MANY)), strict=True))
    friends = {frozenset(rng.choice(MANY, 2, replace=False).tolist()): 2.0 for _ in range(15)}

    def value(subset: frozenset[str]) -> float:
        total = sum(own[key] for key in subset) + sum(g for pair, g in friends.items() if pair <= subset)
        return float(total / np.sqrt(max(1, len(subset))))

    return value


def area(found: Found) -> float:
    costs = [float(np.log1p(cost(subset))) for subset, _ in found]
    edge = float(np.log1p(cost(Subset(frozenset(MANY)))))
    return hypervolume(costs, [value for _, value in found], worst_cost=edge, worst_value=0.0)


def test_it_beats_chance_where_languages_have_effects_and_interact() -> None:
    space = SearchSpace(MANY, cost, max_size=10)
    ours, chance = [], []
    for seed in range(5):
        value = separable_with_interactions(seed)
        ours.append(area(search(SubsetSampler(space, seed=seed), space, value, 45)))
        matrix = SubsetMatrix(space)
        drawn = map(matrix.subset, matrix.random(45, np.random.default_rng(100 + seed)))
        chance.append(area([(subset, value(subset.languages)) for subset in drawn]))
    assert np.median(ours) > 1.2 * np.median(chance)
    assert all(mine > theirs for mine, theirs in zip(ours, chance, strict=True))


def test_rung_1_decides_among_the_last_candidates() -> None:
    space = SearchSpace(MANY, cost, max_size=6)
    value = separable_with_interactions(1)
    asked: list[Subset] = []

    def rung1(subset: Subset) -> float:
        asked.append(subset)
        return value(subset.languages)

    study = optuna.create_study(
        directions=["minimize", "maximize"], sampler=SubsetSampler(space, score=rung1, seed=0)
    )
    for _ in range(14):
        trial = study.ask(space.distributions())
        subset = space.subset(trial.params)
        score = value(subset.languages)
        TrialWriter(trial).measured(1, score, 0.0)
        TrialWriter(trial).reached(2)
        study.tell(trial, [cost(subset), 0.5 * score])
    proposed = [space.subset(t.params) for t in study.trials]
    assert not set(proposed[:8]) & set(asked)
    assert set(proposed[8:]) <= set(asked)


def test_two_processes_never_score_the_same_set() -> None:
    space = SearchSpace(KEYS, cost, max_size=2)
    study = optuna.create_study(directions=["minimize", "maximize"])
    samplers = [SubsetSampler(space, seed=7), SubsetSampler(space, seed=7)]
    running = []
    for number in range(30):
        study.sampler = samplers[number % 2]
        trial = study.ask(space.distributions())
        running.append(trial)
        if number >= 10:
            done = running[number - 10]
            subset = space.subset(done.params)
            study.tell(done, [cost(subset), len(subset.languages & set(KEYS[:3]))])
    assert len({space.subset(trial.params) for trial in running}) == 30


def test_two_workers_that_ask_before_parameters_are_stored_get_two_sets() -> None:
    """Parameters are stored one by one, after the proposal: until then it must be known otherwise."""
    space = SearchSpace(KEYS, cost, max_size=2)
    study = optuna.create_study(directions=["minimize", "maximize"])
    proposed = set()
    for _ in range(8):
        study.sampler = SubsetSampler(space, seed=7)
        proposed.add(space.subset(study.ask().relative_params))
    assert len(proposed) == 8


def test_two_workers_that_propose_at_the_same_instant_see_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    space = SearchSpace(KEYS, cost, max_size=2)
    study = optuna.create_study(directions=["minimize", "maximize"])
    barrier, first, found = threading.Barrier(2), [], []

    def announce(study: optuna.Study, trial: optuna.trial.FrozenTrial, params: Any) -> None:
        if len(first) < 2:
            first.append(params)
            barrier.wait(timeout=60)  # neither has announced anything yet
        proposals.announce(study, trial, params)

    def work() -> None:
        own = optuna.load_study(study_name=study.study_name, storage=study._storage)
        own.sampler = SubsetSampler(space, seed=7)
        found.append(space.subset(own.ask().relative_params))

    monkeypatch.setattr("subsetsearch.sampler.sampler.announce", announce)
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert first[0] == first[1]
    assert len(set(found)) == 2


def test_a_sampler_can_be_handed_to_another_process() -> None:
    space = SearchSpace(KEYS, cost_of_size, max_size=3)
    sampler = pickle.loads(pickle.dumps(SubsetSampler(space, seed=3)))
    assert len(search(sampler, space, len, 10)) == 10


def cost_of_size(subset: Subset) -> float:
    return float(len(subset.languages))


def test_infeasible_and_cut_off_trials_teach_nothing() -> None:
    space = SearchSpace(KEYS, cost, max_size=2)
    study = optuna.create_study(directions=["minimize", "maximize"])
    broken = study.ask(space.distributions())
    broken.set_constraint("max_size", 3.0)
    study.tell(broken, [80.0, 9.0])
    partial = study.ask()
    partial.suggest_categorical(f"language:{KEYS[0]}", [False, True])
    study.tell(partial, [10.0, 9.0])
    history = TrialHistory(space)
    history.update(study)
    assert not history.scored
    assert not history.seen()


def test_a_model_of_many_trials_keeps_those_near_the_front_and_some_of_the_rest() -> None:
    rng = np.random.default_rng(0)
    costs, values = rng.integers(1, 20, 1000).astype(float), rng.random(1000)
    kept = thin_observations(costs, values, 100)
    assert len(set(kept.tolist())) == 100
    best = [int(np.flatnonzero(costs <= c)[values[costs <= c].argmax()]) for c in np.unique(costs)]
    assert set(best) <= set(kept.tolist())
    assert values[kept].min() < 0.2
