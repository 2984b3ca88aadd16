from __future__ import annotations

from collections.abc import Iterable

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsetsearch.errors import SelectionError
from subsetsearch.search.sampler import SubsetSampler
from subsetsearch.search.space import SearchSpace

KEYS = tuple(f"aa{c}_Latn" for c in "abcdefgh")


def cost(keys: Iterable[str]) -> float:
    return float(sum(10 + KEYS.index(key) for key in keys))


@given(st.sets(st.sampled_from(KEYS)))
def test_parameters_carry_the_set(subset: set[str]) -> None:
    space = SearchSpace(KEYS, cost)
    assert space.subset(space.params(subset)) == subset
    assert set(space.params(subset)) == set(space.distributions())


def test_violations_measure_each_constraint() -> None:
    space = SearchSpace(KEYS, cost, min_size=2, max_size=3, must_include=frozenset({KEYS[0]}), budget=40)
    assert space.allows(frozenset(KEYS[:3]))
    broken = space.violations(frozenset(KEYS[1:6]))
    assert broken["max_size"] == 2
    assert broken["must_include"] == 1
    assert broken["budget"] == pytest.approx(cost(KEYS[1:6]) - 40)


def test_a_budget_below_the_cheapest_set_is_refused() -> None:
    with pytest.raises(SelectionError, match=r"costs 21, more than the budget 20"):
        SearchSpace(KEYS, cost, min_size=2, budget=20)
    with pytest.raises(SelectionError, match="min_size is 9"):
        SearchSpace(KEYS, cost, min_size=9)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_sampler_proposes_new_feasible_sets_only(seed: int) -> None:
    space = SearchSpace(KEYS, cost, min_size=1, max_size=4, must_include=frozenset({KEYS[2]}), budget=60)
    study = optuna.create_study(directions=["minimize", "maximize"], sampler=SubsetSampler(space, seed=seed))
    seen = []
    for _ in range(25):
        trial = study.ask(space.distributions())
        subset = space.subset(trial.params)
        assert space.allows(subset)
        seen.append(subset)
        study.tell(trial, [cost(subset), len(subset & {KEYS[2], KEYS[5]})])
    assert len(set(seen)) == len(seen)


def test_the_sampler_repeats_itself_under_a_seed() -> None:
    def run() -> list[frozenset[str]]:
        space = SearchSpace(KEYS, cost, max_size=4)
        study = optuna.create_study(
            directions=["minimize", "maximize"],
            sampler=SubsetSampler(space, lambda s: (len(s) / 10, 0.01), seed=5),
        )
        out = []
        for _ in range(10):
            trial = study.ask(space.distributions())
            subset = space.subset(trial.params)
            study.tell(trial, [cost(subset), len(subset)])
            out.append(subset)
        return out

    assert run() == run()


def test_a_good_screen_finds_the_front_sooner_than_chance() -> None:
    good = frozenset({KEYS[1], KEYS[6], KEYS[3]})

    def value(subset: frozenset[str]) -> float:
        return len(subset & good) - 0.1 * len(subset - good)

    def best_after(screen: object) -> float:
        found = []
        for seed in range(6):
            space = SearchSpace(KEYS, cost, max_size=4)
            sampler = SubsetSampler(space, screen, seed=seed)  # type: ignore[arg-type]
            study = optuna.create_study(directions=["minimize", "maximize"], sampler=sampler)
            for _ in range(8):
                trial = study.ask(space.distributions())
                subset = space.subset(trial.params)
                study.tell(trial, [cost(subset), value(subset)])
            found.append(max(t.values[1] for t in study.trials))
        return sum(found) / len(found)

    assert best_after(lambda subset: (value(subset), 0.0)) > best_after(None)
