"""Runs with fewer pairs than there are."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.data.examples import ParallelText
from realign_core.recipe import RealignmentConfig, Recipe
from realign_core.runs.running.training import draw_pairs
from realign_core.runs.workspace.limits import limit_pairs
from realign_core.runs.workspace.workspace import Workspace, aligned_pairs
from realign_core.support.errors import DataError
from realign_core.support.seeds import DATA_SEED


def text(code: str, n: int) -> ParallelText:
    return ParallelText(code, tuple(f"s{i}" for i in range(n)), tuple(f"{code}{i}" for i in range(n)))


def workspace(lengths: dict[str, int], **realignment: Any) -> Workspace:
    recipe = Recipe(realignment=RealignmentConfig(**realignment))
    nothing = SimpleNamespace(get=None)
    texts = {code: text(code, n) for code, n in lengths.items()}
    tokens = {s: [1] for t in texts.values() for s in (*t.source, *t.target)}
    return Workspace(recipe, nothing, nothing, nothing, {}, texts, tokens, "f", nothing)  # type: ignore[arg-type]


@given(st.integers(1, 60), st.integers(1, 60), st.integers(1, 60))
def test_samples_are_nested(length: int, small: int, large: int) -> None:
    small, large = sorted((small, large))
    whole = text("xx", length)
    one, other = whole.take(small, DATA_SEED), whole.take(large, DATA_SEED)
    assert one.target == other.target[:small]
    assert other.head(small).fingerprint() == one.fingerprint()
    assert other.head(length) is other


def test_a_language_gives_its_first_pairs_and_one_with_fewer_all() -> None:
    whole = workspace({"aa": 50, "bb": 5, "cc": 50})
    cut = limit_pairs(whole, ["aa", "bb"], 20)
    assert set(cut.parallel) == {"aa", "bb"}
    assert cut.parallel["aa"].target == whole.parallel["aa"].take(20, DATA_SEED).target
    assert cut.parallel["bb"] is whole.parallel["bb"]
    assert limit_pairs(whole, ["aa"], None) is whole


@pytest.mark.parametrize("pairs_per_language", [None, 40])
def test_the_same_pairs_are_drawn_as_by_a_recipe_with_that_many(pairs_per_language: int | None) -> None:
    schedule = {"steps": 4, "pairs_per_batch": 5, "repeat": True}
    whole = workspace({"aa": 50, "bb": 60}, pairs_per_language=pairs_per_language, **schedule)
    exact = workspace({"aa": 50, "bb": 60}, pairs_per_language=8, **schedule)
    cut = limit_pairs(whole, ["aa", "bb"], 8)
    names = [[pair.text for pair in draw_pairs(space, ["aa", "bb"], 3)] for space in (cut, exact)]
    assert names[0] == names[1]
    assert len(set(names[0])) <= 16


@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 30))
def test_a_recipe_can_say_at_most(first: int, second: int, level: int) -> None:
    """The recipe alone draws what a study draws at a level, from languages with more and with fewer pairs."""
    lengths, schedule = {"aa": first, "bb": second}, {"steps": 3, "pairs_per_batch": 5}
    cut = limit_pairs(workspace(lengths, **schedule), ["aa", "bb"], level)
    said = workspace(lengths, pairs_per_language=level, all_if_fewer=True, **schedule)
    drawn = [[pair.text for pair in draw_pairs(space, ["aa", "bb"], 3)] for space in (cut, said)]
    assert drawn[0] == drawn[1]


@given(st.integers(1, 30), st.integers(1, 30), st.one_of(st.none(), st.integers(1, 30)), st.integers(0, 5))
def test_whatever_runs_draw_is_aligned(length: int, limit: int, level: int | None, seed: int) -> None:
    """The encoder's aligner links the pairs of the recipe's limit alone; fewer are always part of them."""
    settings: dict[str, Any] = {"aligner": {"kind": "encoder"}, "pairs_per_language": limit}
    whole = workspace({"aa": length}, all_if_fewer=True, steps=4, pairs_per_batch=5, **settings)
    linked = aligned_pairs(whole.recipe.realignment, whole.parallel["aa"])
    assert len(linked) == min(length, limit)
    cut = limit_pairs(whole, ["aa"], None if level is None else min(level, limit))
    assert {pair.text for pair in draw_pairs(cut, ["aa"], seed)} <= set(linked.source)


@pytest.mark.parametrize(
    "settings",
    [
        {"pairs_per_language": 3},
        {"pairs_per_language": 3, "aligner": {"kind": "eflomal"}},
        {"aligner": {"kind": "encoder"}},
    ],
)
def test_an_aligner_that_learns_from_the_text_sees_all_of_it(settings: dict[str, Any]) -> None:
    whole = text("aa", 9)
    assert aligned_pairs(RealignmentConfig(**settings), whole) is whole


def test_an_exact_number_is_not_met_by_fewer() -> None:
    exact = workspace({"aa": 5}, pairs_per_language=8)
    with pytest.raises(DataError, match=r"aa: 8 pairs are wanted, but there are 5; .*all_if_fewer"):
        draw_pairs(exact, ["aa"], 3)
