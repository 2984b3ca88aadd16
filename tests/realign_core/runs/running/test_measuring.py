"""Seeds by stage, several fine-tunings of one realigned encoder, averages of the last weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from realign_core.recipe import Recipe
from realign_core.runs.running.batch import run_many
from realign_core.runs.running.measuring import trunk_depth
from realign_core.runs.running.run import run_prepared, run_splits
from realign_core.runs.tables.table import result_row
from realign_core.runs.workspace.workspace import Workspace, prepare
from realign_core.support.errors import ConfigError
from realign_core.support.seeds import Seeds
from realign_core.support.settings.config import validate_config
from realign_core.training.finetuning import snapshot_steps
from realign_core.training.optimiser import Optimiser

Content = dict[str, Any]
Killing = Callable[[Workspace, Path, int], list[int]]
FROZEN = {"freeze": [0, 2], "freeze_embeddings": True}


def recipe(content: Content, **changes: Content) -> Recipe:
    merged = {key: {**content.get(key, {}), **changes.get(key, {})} for key in {*content, *changes}}
    return validate_config(Recipe, merged)


def workspace(content: Content, **changes: Content) -> Workspace:
    return prepare(recipe(content, **changes), ["xx", "yy"], splits=("dev", "test"))


def test_new_keys_move_no_hash(tiny_recipe: Content) -> None:
    plain = recipe(tiny_recipe)
    assert recipe(tiny_recipe, finetuning={"repeats": 1, "average_last": 1}).hash() == plain.hash()
    assert recipe(tiny_recipe, finetuning={"repeats": 2}).hash() != plain.hash()
    assert recipe(tiny_recipe, finetuning={"average_last": 2}).hash() != plain.hash()


def test_one_seed_is_four_equal_ones(tiny_recipe: Content) -> None:
    space = workspace(tiny_recipe)
    plain, four = (run_prepared(space, ["xx"], seed=seed) for seed in (3, Seeds(3, 3, 3, 3)))
    assert (dict(four.scores), dict(four.losses), four.seed) == (dict(plain.scores), dict(plain.losses), 3)


@pytest.mark.parametrize(
    ("seeds", "changed"),
    [
        (Seeds(4, 3, 3, 3), {"realignment", "finetuning"}),
        (Seeds(3, 4, 3, 3), {"realignment", "finetuning"}),
        (Seeds(3, 3, 4, 3), {"finetuning"}),
        (Seeds(3, 3, 3, 4), {"finetuning"}),
    ],
)
def test_each_stage_has_its_own_seed(tiny_recipe: Content, seeds: Seeds, changed: set[str]) -> None:
    space = workspace(tiny_recipe)
    plain, other = (run_prepared(space, ["xx"], seed=seed).losses for seed in (3, seeds))
    assert {name for name in plain if plain[name] != other[name]} == changed


def test_a_table_keeps_plain_seeds_as_numbers(tiny_recipe: Content, tmp_path: Path) -> None:
    content = recipe(tiny_recipe)
    space = prepare(content, ["xx"])
    rows = [result_row(run_prepared(space, ["xx"], seed=s), content) for s in (3, Seeds(3, 4, 5, 6))]
    assert [row["seed"] for row in rows] == [3, "3-4-5-6"]


def test_a_table_with_seeds_by_stage_is_gone_on_with(tiny_recipe: Content, tmp_path: Path) -> None:
    content, path = recipe(tiny_recipe), tmp_path / "runs.csv"
    seeds = (3, Seeds(3, 4, 5, 6))
    first = run_many(content, ["xx"], seeds=seeds, output=path)
    again = run_many(content, ["xx"], seeds=seeds, output=path)
    assert len(first.results) == 2
    assert again.results == ()
    assert again.table["final_eval_avg_accuracy"].tolist() == pytest.approx(
        first.table["final_eval_avg_accuracy"].tolist()
    )


def test_splits_are_scored_from_one_training(tiny_recipe: Content, monkeypatch: pytest.MonkeyPatch) -> None:
    space = workspace(tiny_recipe)
    apart = {split: run_prepared(space, ["xx"], seed=1, split=split) for split in ("dev", "test")}
    steps = counted_steps(monkeypatch)
    together = run_splits(space, ["xx"], seed=1, splits=("dev", "test"))
    assert len(steps) == 12
    for split, result in together.items():
        assert result.split == split
        assert result.scores == pytest.approx(apart[split].scores)


def counted_steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    steps: list[str] = []
    original = Optimiser.advance

    def advance(self: Any, **names: Any) -> None:
        steps.append(names["phase"])
        original(self, **names)

    monkeypatch.setattr(Optimiser, "advance", advance)
    return steps


@pytest.mark.parametrize("freezing", [{}, FROZEN, {"freeze": [0, 2]}, {"freeze": "back"}])
@pytest.mark.parametrize("languages", [[], ["xx"]])
def test_repeats_are_runs_that_share_a_realignment(
    tiny_recipe: Content, monkeypatch: pytest.MonkeyPatch, freezing: Content, languages: list[str]
) -> None:
    once = workspace(tiny_recipe, finetuning=freezing)
    expected = [run_prepared(once, languages, seed=Seeds.of(1).repeat(i)) for i in range(3)]
    steps = counted_steps(monkeypatch)
    result = run_prepared(workspace(tiny_recipe, finetuning=freezing | {"repeats": 3}), languages, seed=1)
    assert steps == ["realignment"] * 6 * len(languages) + ["finetuning"] * 18
    assert len(result.repeats) == 3
    for code, score in result.scores.items():
        each = [run.scores[code] for run in expected]
        assert score == pytest.approx(np.mean(each), abs=0.02)
        assert [scores[code] for scores in result.repeats] == pytest.approx(each, abs=0.05)
    losses = [run.losses["finetuning"] for run in expected]
    assert result.losses["finetuning"] == pytest.approx(np.mean(losses), abs=1e-3)
    assert ("trunk" in result.seconds) == (freezing == FROZEN)


def test_a_single_finetuning_is_what_it_was(tiny_recipe: Content) -> None:
    plain = run_prepared(workspace(tiny_recipe, finetuning=FROZEN), ["xx"], seed=1)
    assert plain.repeats == ()
    assert set(plain.seconds) == {"realignment", "finetuning", "evaluation"}
    many = run_prepared(workspace(tiny_recipe, finetuning={"repeats": 2}), ["xx"], seed=1)
    first = run_prepared(workspace(tiny_recipe), ["xx"], seed=1)
    assert many.repeats[0] == first.scores


@pytest.mark.parametrize(
    ("freezing", "depth"),
    [({}, 0), (FROZEN, 2), ({"freeze": [0, 2]}, 0), ({"freeze": [1, 2], "freeze_embeddings": True}, 0)],
)
def test_a_trunk_needs_a_frozen_beginning(tiny_recipe: Content, freezing: Content, depth: int) -> None:
    space = workspace(tiny_recipe, finetuning=freezing)
    assert trunk_depth(space.encoder, space.recipe.finetuning) == depth


@pytest.mark.parametrize("strategy", ["during", "staged"])
def test_repeats_need_realignment_to_be_over(tiny_recipe: Content, strategy: str) -> None:
    with pytest.raises(ConfigError, match="finetuning.repeats needs an encoder that is realigned before"):
        recipe(tiny_recipe, realignment={"strategy": strategy}, finetuning={"repeats": 2})


@given(st.integers(1, 40), st.integers(1, 5), st.integers(2, 60))
def test_snapshots_lie_evenly_in_the_last_epoch(epoch: int, epochs: int, number: int) -> None:
    steps = epoch * epochs
    chosen = sorted(snapshot_steps(steps, epochs, number))
    assert chosen[-1] == steps
    assert chosen[0] > steps - epoch
    assert len(chosen) == min(number, epoch)
    gaps = np.diff(chosen)
    assert not len(gaps) or max(gaps) - min(gaps) <= 1
    assert snapshot_steps(steps, epochs, 1) == frozenset()


def test_an_average_of_weights_by_hand() -> None:
    torch.manual_seed(0)
    start, gradients = torch.randn(3), torch.randn(6, 3)
    moved, still = torch.nn.Parameter(start.clone()), torch.nn.Parameter(start.clone())
    plain = torch.nn.Parameter(start.clone())
    averaging = Optimiser([([moved, still], 0.1)], steps=6, warmup=0.0, snapshots={2, 4, 6})
    following = Optimiser([([plain], 0.1)], steps=6, warmup=0.0)
    seen = []
    for step, gradient in enumerate(gradients):
        moved.grad, plain.grad = gradient.clone(), gradient.clone()
        averaging.advance(phase="p", step=step, hint="")
        following.advance(phase="p", step=step, hint="")
        if step < 5:
            assert torch.equal(moved, plain)  # the average moves nothing before the end
        seen.append(plain.detach().clone())
    assert torch.allclose(moved, (seen[1] + seen[3] + seen[5]) / 3)
    assert not torch.allclose(moved, seen[5])
    assert torch.equal(still, start)


@pytest.mark.parametrize("killed_after", [8, 10, 11])
def test_an_average_survives_a_kill(
    tiny_recipe: Content, tmp_path: Path, run_killed_at: Killing, killed_after: int
) -> None:
    changes = {"finetuning": {"average_last": 3}, "compute": {"checkpoint_steps": 1}}
    check_a_killed_run(workspace(tiny_recipe, **changes), tmp_path, run_killed_at, killed_after)


@pytest.mark.parametrize("freezing", [{}, FROZEN])
@pytest.mark.parametrize("killed_after", [3, 10, 16])
def test_repeats_survive_a_kill(
    tiny_recipe: Content,
    tmp_path: Path,
    run_killed_at: Killing,
    freezing: Content,
    killed_after: int,
) -> None:
    changes = {"finetuning": freezing | {"repeats": 2}, "compute": {"checkpoint_steps": 2}}
    taken = check_a_killed_run(workspace(tiny_recipe, **changes), tmp_path, run_killed_at, killed_after)
    assert taken <= 18 - (killed_after - 1) + 6  # of each part at most the steps after its last checkpoint


def check_a_killed_run(space: Workspace, folder: Path, run_killed_at: Killing, killed_after: int) -> int:
    """Check that a run which is killed and started again gives the same numbers; return the steps taken."""
    expected = run_prepared(space, ["xx"], seed=1)
    taken = run_killed_at(space, folder, killed_after)
    result = run_prepared(space, ["xx"], seed=1, checkpoints=folder)
    assert dict(result.scores) == dict(expected.scores)
    assert dict(result.losses) == dict(expected.losses)
    assert [dict(each) for each in result.repeats] == [dict(each) for each in expected.repeats]
    assert not list(folder.iterdir())
    return len(taken) - killed_after


def test_averaging_changes_a_run(tiny_recipe: Content) -> None:
    plain, averaged = (
        run_prepared(workspace(tiny_recipe, finetuning={"average_last": k}), ["xx"], seed=1) for k in (1, 3)
    )
    assert averaged.losses == plain.losses  # training itself is the same
    assert averaged.recipe_hash != plain.recipe_hash
