"""Small-scale copies of a recipe, and searches that run them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realign_core.recipe import Recipe
from subsetsearch.config import StudyConfig
from subsetsearch.config.rungs import measuring_rung
from subsetsearch.errors import ConfigError
from subsetsearch.results.measurements.measurement import DEV, Measurement, run_key
from subsetsearch.results.measurements.requested_runs import Kind, open_runs, want
from subsetsearch.results.trials.ending import Ending
from subsetsearch.results.trials.rung_scores import read_rung_scores
from subsetsearch.results.trials.stored_study import other_searches
from subsetsearch.run.planning.plan import describe_plan
from subsetsearch.run.planning.plan_sheet import Plan
from subsetsearch.run.search.search import run_search
from subsetsearch.rungs.full_rung import FullRung
from subsetsearch.rungs.ladder import Ladder
from subsetsearch.rungs.scaled import FEWEST_STEPS, scaled, scaled_recipe
from subsetsearch.subset import NONE, Subset

LadderOf = Callable[..., Ladder]


@given(scale=st.floats(0.001, 1.0), steps=st.integers(1, 30_000))
def test_a_copy_takes_a_share_of_the_steps(scale: float, steps: int) -> None:
    recipe = Recipe()
    recipe = recipe.model_copy(update={"realignment": recipe.realignment.model_copy(update={"steps": steps})})
    small = scaled_recipe(recipe, scale)
    assert 1 <= small.realignment.steps <= steps
    assert small.realignment.steps == pytest.approx(steps * scale, abs=1)
    assert (small.hash() == recipe.hash()) == (small.realignment.steps == steps)


def test_a_whole_copy_is_the_thing_itself() -> None:
    recipe = Recipe()
    assert scaled_recipe(recipe, 1.0) is recipe
    whole = run_key("f", NONE, 3, DEV, 5)
    assert run_key("f", NONE, 3, DEV, 5, 1.0) == whole
    assert run_key("f", NONE, 3, DEV, 5, 0.1) != whole


def test_a_search_at_small_scale_is_apart_from_one_of_whole_runs(ladder_of: LadderOf) -> None:
    small = ladder_of(3, **{"proxy.full.scale": 0.5})
    assert isinstance(small.top, FullRung)
    run_search(small, 2)
    whole = ladder_of(3)
    assert whole.problem.fingerprint == small.problem.fingerprint
    assert other_searches(whole.problem.config, whole.folder) == {Ending(3, 0.5): 2}
    assert str(Ending(3, 0.5)) == "rung 3, scale 0.5"
    run_search(whole, 2)  # the same subset and seed again, whole
    rows = whole.store.read(split=DEV)
    assert [(run.scale, run.seed) for run in rows] == [(0.5, 5), (0.5, 5), (1.0, 5), (1.0, 5)]
    assert len({run.recipe_hash for run in rows}) == 4
    assert len(whole.store.read(split=DEV, scale=0.5)) == len(whole.store.read(split=DEV, scale=1.0)) == 2
    for ladder, scale in ((small, 0.5), (whole, 1.0)):
        scores = read_rung_scores(ladder.problem.config, ladder.store, None)[3]
        assert scores == {run.subset: pytest.approx(run.mean) for run in rows if run.scale == scale}
    cut = scaled(small.top.data.workspace, 0.5)
    assert (cut.recipe.realignment.steps, len(cut.train)) == (2, 40)  # too few examples to leave some out
    assert scaled(cut, 1.0) is cut
    many = replace(cut, train=cut.train.subset(np.zeros(4000, int)))
    assert [len(scaled(many, scale).train) for scale in (0.5, 0.1)] == [2000, FEWEST_STEPS * 32]


def test_a_scale_is_said_everywhere(ladder_of: LadderOf) -> None:
    ladder = ladder_of(3, **{"proxy.full.scale": 0.5})
    words = measuring_rung(ladder.problem.config)
    assert words.title == "small-scale runs on dev (rung 3, 0.5 of the recipe)"
    assert ladder.top.label == words
    plan = Plan({"read": {}, **describe_plan(ladder)})
    assert (plan["rung3_steps"], plan["scale"], plan["measured_by"]) == (2, 0.5, words.title)
    assert "subsets of 2 steps (0.5 of the recipe)" in dict(plan.lines())["rung 3"]
    # What whole runs took says nothing of small ones.
    row = Measurement(
        ladder.problem.fingerprint, "r", NONE, 3, "test", 1, "accuracy", {"swh_Latn": 0.5}, seconds=9.0
    )
    ladder.store.add([row])
    assert describe_plan(ladder)["rung3_seconds"] is None


def test_what_is_wanted_at_small_scale_is_not_a_whole_run(ladder_of: LadderOf) -> None:
    ladder = ladder_of(3)
    run, fingerprint = (Subset(frozenset({"tel_Telu"})), 5), ladder.problem.fingerprint
    want(ladder.store, fingerprint, [run], Kind("dev", False, 0.25))
    want(ladder.store, fingerprint, [run], Kind("dev", False))
    assert open_runs(ladder.store, fingerprint) == {
        Kind("dev", False, 0.25): [run],
        Kind("dev", False): [run],
    }


@pytest.mark.parametrize("scale", [0.0, 1.5, 0.12345678])
def test_a_scale_is_a_share(scale: float) -> None:
    from realign_core.support.settings.config import validate_config

    with pytest.raises(ConfigError, match=r"proxy\.full\.scale"):
        validate_config(StudyConfig, {"name": "x", "proxy": {"full": {"scale": scale}}})
