"""Strategies, parts of batches, checkpoints: what must not change the numbers does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from realign_core.recipe import Recipe, Strategy
from realign_core.runs.running.run import run_prepared
from realign_core.runs.running.training import build_training, draw_pairs
from realign_core.runs.tables.result import Result
from realign_core.runs.workspace.workspace import Workspace, prepare
from realign_core.support.errors import CheckpointError, DataError, EncoderError, TrainingError
from realign_core.support.settings.config import validate_config
from realign_core.tasks.head import linear_head
from realign_core.training.loop import Position, plan
from realign_core.training.realignment import RealignmentSource
from realign_core.training.sources import MicroBatches

Content = dict[str, Any]
Killing = Callable[[Workspace, Path, int], list[int]]


BY_FINETUNING = {"steps": 50, "learning_rate": 1e-4}
"""What ``during`` has no use for, as if nobody had asked for it."""


def recipe(content: Content, **changes: Content) -> Recipe:
    merged = {key: {**content.get(key, {}), **changes.get(key, {})} for key in {*content, *changes}}
    return validate_config(Recipe, merged)


def workspace(content: Content, **changes: Content) -> Workspace:
    return prepare(recipe(content, **changes), ["xx", "yy"])


@given(st.sampled_from(list(Strategy)), st.integers(2, 5), st.integers(0, 20), st.integers(1, 20))
def test_plans_hold_each_step_once(
    strategy: Strategy, stages: int, realignment: int, finetuning: int
) -> None:
    segments = plan(strategy, stages, realignment, finetuning)
    for name, steps in (("realignment", realignment), ("finetuning", finetuning)):
        left_out = name == "realignment" and strategy in (Strategy.BASELINE, Strategy.DURING)
        taken = [i for s in segments if s.phase == name for i in range(s.start, s.stop)]
        assert taken == list(range(0 if left_out else steps))
    assert segments[-1].phase == "finetuning" or strategy is Strategy.STAGED


def test_staged_takes_turns() -> None:
    names = [s.phase for s in plan(Strategy.STAGED, 3, 9, 6)]
    assert names == ["realignment", "finetuning"] * 3
    assert [s.phase for s in plan(Strategy.BEFORE, 3, 9, 6)] == ["realignment", "finetuning"]


def numbers(result: Result) -> dict[str, Any]:
    return {"scores": dict(result.scores), "losses": dict(result.losses)}


@pytest.mark.parametrize("strategy", ["before", "during", "staged"])
def test_each_strategy_is_its_own(tiny_recipe: Content, strategy: str) -> None:
    space = workspace(
        tiny_recipe, realignment={"strategy": strategy} | (BY_FINETUNING if strategy == "during" else {})
    )
    result = run_prepared(space, ["xx"], seed=1)
    baseline = run_prepared(workspace(tiny_recipe, realignment={"strategy": "baseline"}), ["xx"], seed=1)
    assert baseline.pairs == 0
    assert result.losses["finetuning"] != baseline.losses["finetuning"]
    steps = -(-48 // 8)
    assert result.pairs == (steps if strategy == "during" else 6) * 8
    assert numbers(run_prepared(space, ["xx"], seed=1)) == numbers(result)


def test_staged_differs_from_before(tiny_recipe: Content) -> None:
    kinds = ({"strategy": "before"}, {"strategy": "staged", "stages": 3})
    losses = [run_prepared(workspace(tiny_recipe, realignment=k), ["xx"], seed=1).losses for k in kinds]
    assert losses[0]["realignment"] != losses[1]["realignment"]


def test_a_constant_rate_is_not_a_falling_one(tiny_recipe: Content) -> None:
    kinds = ({"schedule": kind, "warmup": 0.0} for kind in ("linear", "constant"))
    falling, constant = (
        run_prepared(workspace(tiny_recipe, realignment=kind), ["xx"], seed=1) for kind in kinds
    )
    assert falling.losses["realignment"] != constant.losses["realignment"]
    assert falling.recipe_hash != constant.recipe_hash


VARIANTS: dict[str, Content] = {
    "plain": {},
    "several layers": {"layer": [1, 3, -1]},
    "l2 with regularisation": {"loss": "l2", "regularisation": 0.5},
    "weak": {"strong": False},
    "frozen": {"freeze": "front", "freeze_embeddings": True},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_parts_of_a_batch_give_the_gradient_of_the_whole(tiny_recipe: Content, variant: str) -> None:
    space = workspace(tiny_recipe, realignment=VARIANTS[variant])
    config = space.recipe.realignment
    pairs = draw_pairs(space, ["xx", "yy"], 1)
    found = []
    for size in (None, 3):
        encoder = space.encoder.fork()
        source = RealignmentSource(encoder, pairs, config, seed=1, micro=MicroBatches(size))
        if config.regularisation:  # move away from the start, so that there is a drift
            with torch.no_grad():
                for p in encoder.model.parameters():
                    p.mul_(1.01)
        value = source.backward(0)
        gradient = {n: p.grad for n, p in encoder.model.named_parameters() if p.grad is not None}
        found.append((value, gradient))
    (whole, expected), (parts, gradient) = found
    assert parts == pytest.approx(whole, abs=1e-5)
    assert expected.keys() == gradient.keys()
    for name, tensor in expected.items():
        assert torch.allclose(tensor, gradient[name], atol=1e-5, rtol=1e-4), name


def test_frozen_layers_do_not_move_while_realigning(tiny_recipe: Content) -> None:
    space = workspace(tiny_recipe, realignment={"freeze": [1, 3], "freeze_embeddings": True})
    encoder = space.encoder.fork()
    source = RealignmentSource(encoder, draw_pairs(space, ["xx"], 1), space.recipe.realignment, seed=1)
    source.backward(0)
    touched = {n.split(".")[2] for n, p in encoder.model.named_parameters() if p.grad is not None}
    assert touched == {"0", "3"}


def test_micro_batches_do_not_change_a_run(tiny_recipe: Content) -> None:
    whole = run_prepared(workspace(tiny_recipe), ["xx"], seed=1)
    parts = run_prepared(workspace(tiny_recipe, compute={"micro_batch": 3}), ["xx"], seed=1)
    assert parts.losses == pytest.approx(whole.losses, abs=1e-3)
    assert parts.recipe_hash == whole.recipe_hash


def test_joint_and_separate_backward_agree(tiny_recipe: Content) -> None:
    gradients = []
    for joint in (False, True):
        space = workspace(
            tiny_recipe,
            realignment={"strategy": "during", "joint": joint, "freeze": "front", **BY_FINETUNING},
        )
        encoder = space.encoder.fork()
        head = linear_head(space.width, len(space.task.labels), 1)
        phase = build_training(space, encoder, head, ["xx"], 1).phases["finetuning"]
        assert phase.joint is joint
        if joint:
            sum(source.loss(0) for source in phase.sources).backward()
        else:
            for source in phase.sources:
                source.backward(0)
        gradients.append([p.grad.clone() for p in encoder.model.parameters()])
    for separate, both in zip(*gradients, strict=True):
        assert torch.allclose(separate, both, atol=1e-6)


def test_gradient_checkpointing_does_not_change_a_run(tiny_recipe: Content) -> None:
    plain = run_prepared(workspace(tiny_recipe), ["xx"], seed=1)
    frugal = run_prepared(workspace(tiny_recipe, compute={"gradient_checkpointing": True}), ["xx"], seed=1)
    assert frugal.losses == pytest.approx(plain.losses, abs=1e-4)


def test_memory_that_runs_out_halves_the_parts(
    tiny_recipe: Content, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    expected = run_prepared(workspace(tiny_recipe), ["xx"], seed=1)
    space = workspace(tiny_recipe)
    original = type(space.encoder).states

    def small_memory(self: Any, texts: Any, layers: Any) -> Any:
        if len(texts) > 4 and self.model.training and torch.is_grad_enabled():
            raise torch.OutOfMemoryError("no more")
        return original(self, texts, layers)

    monkeypatch.setattr(type(space.encoder), "states", small_memory)
    result = run_prepared(space, ["xx"], seed=1)
    assert result.losses == pytest.approx(expected.losses, abs=1e-3)
    assert "going on with 2 examples at a time" in caplog.text


def test_memory_that_never_suffices_is_named(tiny_recipe: Content, monkeypatch: pytest.MonkeyPatch) -> None:
    space = workspace(tiny_recipe)

    def no_memory(self: Any, texts: Any, layers: Any) -> Any:
        raise torch.OutOfMemoryError("no more")

    monkeypatch.setattr(type(space.encoder), "states", no_memory)
    with pytest.raises(TrainingError, match="one example at a time; lower encoder.max_length"):
        run_prepared(space, ["xx"], seed=1)


class KilledError(Exception):
    pass


@pytest.mark.parametrize(
    ("strategy", "killed_after"),
    [("before", 1), ("before", 5), ("before", 8), ("during", 5), ("staged", 5), ("staged", 8)],
)
def test_a_killed_run_ends_with_the_same_numbers(
    tiny_recipe: Content,
    tmp_path: Path,
    run_killed_at: Killing,
    strategy: str,
    killed_after: int,
) -> None:
    space = workspace(
        tiny_recipe,
        realignment={"strategy": strategy} | (BY_FINETUNING if strategy == "during" else {}),
        compute={"checkpoint_steps": 2},
    )
    expected = run_prepared(space, ["xx"], seed=1)
    taken = run_killed_at(space, tmp_path, killed_after)
    assert len(list(tmp_path.glob("*/step-*"))) == (killed_after > 2)
    result = run_prepared(space, ["xx"], seed=1, checkpoints=tmp_path)
    assert numbers(result) == numbers(expected)
    total = 6 if strategy == "during" else 12
    kept = (killed_after - 1) // 2 * 2
    assert len(taken) - killed_after == total - kept
    assert not list(tmp_path.iterdir())


def stop_after(space: Workspace, folder: Path, steps: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    from realign_core.training.checkpoint import CheckpointStore

    original = CheckpointStore.save

    def save(self: CheckpointStore, position: Position) -> None:
        original(self, position)
        if self.total == steps:
            raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(CheckpointStore, "save", save)
        with pytest.raises(KilledError):
            run_prepared(space, ["xx"], seed=1, checkpoints=folder)
    (place,) = folder.glob("*/step-*")
    return place


@pytest.mark.parametrize("file", ["tensors.safetensors", "state.json", "SHA256SUMS"])
def test_a_flipped_byte_in_a_checkpoint_begins_the_run_again(
    tiny_recipe: Content,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    file: str,
) -> None:
    space = workspace(tiny_recipe, compute={"checkpoint_steps": 2})
    place = stop_after(space, tmp_path, 4, monkeypatch) / file
    raw = bytearray(place.read_bytes())
    raw[len(raw) // 2] ^= 1
    place.write_bytes(raw)
    result = run_prepared(space, ["xx"], seed=1, checkpoints=tmp_path)
    assert "the checkpoint is damaged" in caplog.text
    assert numbers(result) == numbers(run_prepared(space, ["xx"], seed=1))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("damage", ["cut", "pickle", "state", "other run", "other shape"])
def test_a_bad_checkpoint_is_named(
    tiny_recipe: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    space = workspace(tiny_recipe, compute={"checkpoint_steps": 2})
    place = stop_after(space, tmp_path, 4, monkeypatch)
    (place / "SHA256SUMS").unlink()  # an older version wrote none
    tensors = place / "tensors.safetensors"
    match damage:
        case "cut":
            tensors.write_bytes(tensors.read_bytes()[:100])
        case "pickle":
            tensors.rename(place / "tensors.bin")
        case "state":
            (place / "state.json").write_text("{", encoding="utf-8")
        case "other run":
            state = (place / "state.json").read_text(encoding="utf-8")
            (place / "state.json").write_text(state.replace('"key": "', '"key": "x'), encoding="utf-8")
        case "other shape":
            from safetensors.torch import load_file, save_file

            save_file({n: t.flatten()[:1] for n, t in load_file(tensors).items()}, tensors)
    with pytest.raises(CheckpointError, match="delete this folder"):
        run_prepared(space, ["xx"], seed=1, checkpoints=tmp_path)


def test_the_last_good_checkpoint_survives_a_bad_loss(tiny_recipe: Content, tmp_path: Path) -> None:
    wild = {"learning_rate": 1e20, "warmup": 0, "steps": 40}
    space = workspace(tiny_recipe, realignment=wild, compute={"checkpoint_steps": 1})
    with pytest.raises(
        TrainingError, match=r"realignment: the (loss|gradient) is (nan|inf) at step \d+, at the text"
    ):
        run_prepared(space, ["xx"], seed=1, checkpoints=tmp_path)
    assert len(list(tmp_path.glob("*/step-*/tensors.safetensors"))) == 1


def test_steps_that_exceed_the_data_are_an_error_without_repetition(tiny_recipe: Content) -> None:
    space = workspace(tiny_recipe, realignment={"repeat": False, "steps": 50})
    with pytest.raises(DataError, match="400 pairs are wanted, but 1 languages have 96"):
        run_prepared(space, ["xx"], seed=1)


@pytest.mark.parametrize("layer", [5, -6, [2, 9]])
def test_a_layer_that_is_not_there_is_named(tiny_recipe: Content, layer: Any) -> None:
    space = workspace(tiny_recipe, realignment={"layer": layer})
    with pytest.raises(EncoderError, match="no hidden state (5|-6|9) in an encoder of 4 layers"):
        run_prepared(space, ["xx"], seed=1)


def test_minus_one_is_the_output_of_the_last_layer(tiny_recipe: Content) -> None:
    space = workspace(tiny_recipe)
    texts = [space.tokens[s] for s in space.parallel["xx"].source[:3]]
    with torch.no_grad():
        (last, fourth, first), mask = space.encoder.states(texts, (-1, 4, 0))
        expected = space.encoder.hidden(texts)[0]
    assert torch.equal(last, expected)
    assert torch.equal(fourth, expected)
    assert not torch.allclose(first, expected, atol=0.1)
    assert np.array_equal(mask.sum(1).numpy(), [len(t) for t in texts])
