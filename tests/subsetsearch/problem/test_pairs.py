"""Pairs per language as a second axis: choices in the space, rows, sampler and surrogate."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsetsearch.errors import SelectionError
from subsetsearch.problem.pairs import PAIRS, PairChoices
from subsetsearch.problem.space import SearchSpace, languages_of
from subsetsearch.results.trials.trial_record import read_trials
from subsetsearch.run.full_runs.design import design
from subsetsearch.run.search.trial import TrialRunner
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.sampler.sampler import SubsetSampler
from subsetsearch.sampler.subset_matrix import SubsetMatrix
from subsetsearch.sampler.warm_starts import published_starts
from subsetsearch.strategies import published_subsets
from subsetsearch.subset import NONE, Subset
from subsetsearch.surrogate import KernelChoice, SetKernel

KEYS = tuple(f"aa{c}_Latn" for c in "abcdef")
LENGTHS = dict(zip(KEYS, (40, 90, 100, 150, 400, 900), strict=True))
FAMILIES = dict(zip(KEYS, "AABBCC", strict=True))
CHOICES = (50, 100, 300, "all")
PAIR_CHOICES = PairChoices(CHOICES, LENGTHS)  # type: ignore[arg-type]


def cost(subset: Subset) -> float:
    return float(sum(min(LENGTHS[key], subset.pairs or 10**9) for key in subset.languages))


def space(**limits: Any) -> SearchSpace:
    return SearchSpace(KEYS, cost, families=FAMILIES, pairs=PAIR_CHOICES, **limits)


def every(of: SearchSpace) -> set[Subset]:
    """All candidates that keep the constraints, by going through all of them."""
    sets = [frozenset(c) for n in range(1, len(KEYS) + 1) for c in itertools.combinations(KEYS, n)]
    return {
        PAIR_CHOICES.canonical(s, n) for s in sets for n in PAIR_CHOICES.limits if of.allows(Subset(s, n))
    }


@given(
    st.frozensets(st.sampled_from(KEYS)),
    st.sampled_from(PAIR_CHOICES.limits),
    st.sampled_from(PAIR_CHOICES.limits),
)
def test_candidates_are_equal_exactly_if_their_pairs_are(
    subset: frozenset[str], one: int | None, other: int | None
) -> None:
    given = [{key: min(LENGTHS[key], n or 10**9) for key in subset} for n in (one, other)]
    first, second = PAIR_CHOICES.canonical(subset, one), PAIR_CHOICES.canonical(subset, other)
    assert (first == second) == (given[0] == given[1])
    rows = SubsetMatrix(space()).row(first), SubsetMatrix(space()).row(second)
    assert (rows[0].tobytes() == rows[1].tobytes()) == (first == second)


@given(st.frozensets(st.sampled_from(KEYS)), st.sampled_from(PAIR_CHOICES.limits))
def test_parameters_and_rows_carry_the_candidate(subset: frozenset[str], pairs: int | None) -> None:
    whole, matrix = space(), SubsetMatrix(space())
    found = PAIR_CHOICES.canonical(subset, pairs)
    params = whole.params(Subset(subset, pairs))
    assert set(params) == set(whole.distributions())
    assert params[PAIRS] in CHOICES
    assert whole.subset(params) == found
    assert languages_of(params) == subset
    assert matrix.subset(matrix.row(found)) == found


def test_without_levels_there_is_neither_parameter_nor_column() -> None:
    plain, two = SearchSpace(KEYS, cost), Subset(frozenset(KEYS[:2]))
    assert PAIRS not in plain.distributions()
    assert PAIRS not in plain.params(two)
    assert SubsetMatrix(plain).width == len(KEYS)
    assert SubsetMatrix(plain).features().plenty(SubsetMatrix(plain).row(NONE)[None]).shape == (1, 0)
    assert plain.subset(plain.params(two)) == two


LIMITS = st.fixed_dictionaries(
    {
        "min_size": st.integers(1, 3),
        "max_size": st.integers(2, 6),
        "must_include": st.frozensets(st.sampled_from(KEYS), max_size=2),
        "exclude": st.frozensets(st.sampled_from(KEYS), max_size=2),
        "max_per_family": st.none() | st.integers(1, 2),
        "budget": st.none() | st.floats(30, 900),
    }
)


@settings(max_examples=40, deadline=None)
@given(LIMITS, st.integers(0, 1000))
def test_moves_know_the_limits_and_the_bounds_hold(limits: dict[str, Any], seed: int) -> None:
    try:
        limited = space(**limits)
    except SelectionError:
        return
    kept, matrix, rng = every(limited), SubsetMatrix(limited), np.random.default_rng(seed)
    assert kept
    costs = [cost(subset) for subset in kept]
    assert cost(limited.cheapest()) == min(costs)
    assert limited.largest_cost() >= max(costs)
    listed = matrix.every()
    assert listed is not None
    found = [matrix.subset(row) for row in listed]
    assert len(found) == len(set(found))
    assert set(found) == kept
    rows = np.concatenate([matrix.random(20, rng), matrix.neighbours(matrix.random(3, rng), 30, rng)])
    assert np.allclose(matrix.features().costs(rows), [cost(matrix.subset(row)) for row in rows])
    for row, allowed in zip(rows, matrix.allowed(rows), strict=True):
        assert allowed == (matrix.subset(row) in kept)
        assert matrix.row(matrix.subset(row)).tobytes() == row.tobytes()  # canonical already


def search(sampler: SubsetSampler, of: SearchSpace, trials: int) -> list[Subset]:
    study, found = optuna.create_study(directions=["minimize", "maximize"], sampler=sampler), []
    for _ in range(trials):
        trial = study.ask(of.distributions())
        proposed = of.subset(trial.params)
        value = len(proposed.languages) + np.log(proposed.pairs or 1000)
        study.tell(trial, [cost(proposed), float(value)])
        found.append(proposed)
    return found


@settings(max_examples=15, deadline=None)
@given(LIMITS, st.integers(0, 1000))
def test_proposals_are_allowed_and_new(limits: dict[str, Any], seed: int) -> None:
    try:
        limited = space(**limits)
    except SelectionError:
        return
    kept = every(limited)
    found = search(SubsetSampler(limited, seed=seed), limited, 14)
    assert set(found) <= kept
    assert len(set(found)) == min(14, len(kept))


def test_everything_is_proposed_before_anything_comes_again() -> None:
    small = space(max_size=2, exclude=frozenset(KEYS[4:]))
    kept = every(small)
    found = search(SubsetSampler(small, seed=1), small, len(kept) + 2)
    assert set(found[: len(kept)]) == kept


def test_a_step_may_change_the_level_alone() -> None:
    matrix = SubsetMatrix(space())
    parent = Subset(frozenset(KEYS[3:]), 100)
    rows = matrix.neighbours(matrix.row(parent)[None], 200, np.random.default_rng(0))
    found = {matrix.subset(row) for row in rows}
    assert {Subset(parent.languages, 50), Subset(parent.languages, 300)} <= found
    assert any(c.languages != parent.languages and c.pairs == 100 for c in found)
    assert any(c.languages != parent.languages and c.pairs == 300 for c in found)


def test_the_kernel_tells_levels_apart_and_stays_a_kernel() -> None:
    matrix = SubsetMatrix(space())
    rows = np.concatenate([matrix.random(60, np.random.default_rng(3)), matrix.row(NONE)[None]])
    kernel = SetKernel(matrix.features(np.random.default_rng(0).normal(size=(6, 3))), KernelChoice(), rows)
    gram = kernel.gram()
    assert np.linalg.eigvalsh(gram).min() > -1e-8
    assert np.allclose(np.diag(gram), kernel.prior(rows))
    assert np.allclose(kernel.cross(rows), gram)
    some = frozenset(KEYS[3:])
    whole = SetKernel(matrix.features(), KernelChoice(), matrix.row(Subset(some))[None])
    values = [float(whole.cross(matrix.row(Subset(some, n))[None])[0, 0]) for n in (50, 100, 300, None)]
    assert values == sorted(set(values))  # the nearer a number, the more alike


def test_levels_that_come_to_the_same_pairs_are_scored_once(fake_ladder: Callable[..., Ladder]) -> None:
    asked: list[Subset] = []

    def rung1(subset: Subset) -> float:
        asked.append(subset)
        return 0.1 * len(subset.languages)

    ladder = fake_ladder(
        space(), rung1, lambda subset: rung1(subset) + float(np.log(subset.pairs or 1000)) / 100
    )
    study, two = optuna.create_study(directions=["minimize", "maximize"]), frozenset(KEYS[:2])
    for choice in CHOICES:  # the two languages have 40 and 90 pairs: 100 and more are all
        study.enqueue_trial(ladder.problem.space.params(Subset(two)) | {PAIRS: choice})
    study.optimize(TrialRunner(ladder), n_trials=4)
    assert list(dict.fromkeys(asked)) == [Subset(two, 50), Subset(two)]
    assert len(asked) == 4  # both by two rungs
    assert [trial.duplicate_of for trial in read_trials(study)] == [None, None, 1, 1]
    assert [trial.cost for trial in read_trials(study)] == [90, 130, 130, 130]


def test_published_starts_take_the_highest_level_that_is_allowed() -> None:
    keys = tuple(sorted(published_subsets()["most_uriel_en_10"].keys))
    pair_choices = PairChoices((50, 100, "all"), dict.fromkeys(keys, 1000))

    def price(subset: Subset) -> float:
        return float(sum(min(1000, subset.pairs or 1000) for _ in subset.languages))

    starts = dict(published_starts(SearchSpace(keys, price, pairs=pair_choices, budget=1000)))
    assert Subset(frozenset(keys), 100) in starts.values()
    assert any(start.pairs is None for start in starts.values())


def test_a_calibration_draws_levels_too() -> None:
    found = design(space(max_size=4), cost, 12)
    assert len({c.pairs for c in found}) > 1
    assert all(PAIR_CHOICES.canonical(c.languages, c.pairs) == c for c in found)


def test_names() -> None:
    assert Subset(frozenset(KEYS[:2]), 1000).name == "aaa_Latn aab_Latn, 1,000 pairs each"
    assert NONE.name == "no realignment"


@pytest.mark.parametrize("choices", [(), (50, "all"), (50,)])
def test_limits(choices: tuple[Any, ...]) -> None:
    pair_choices = PairChoices(choices, LENGTHS)
    assert bool(pair_choices) == bool(choices)
    expected = {(): (None,), (50, "all"): (50, None), (50,): (50,)}[choices]
    assert pair_choices.limits == expected
    assert pair_choices.top(KEYS[:1]) == Subset(frozenset(KEYS[:1]))  # it has 40
    assert pair_choices.top(KEYS).pairs == expected[-1]
