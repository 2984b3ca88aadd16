from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from realign_core.support.errors import TrainingError
from realign_core.training.optimiser import Optimiser, constant_schedule, linear_schedule


@given(st.integers(1, 300), st.floats(0, 1))
def test_schedule_rises_then_falls_within_bounds(steps: int, warmup: float) -> None:
    factors = [linear_schedule(i, steps, warmup) for i in range(steps)]
    assert all(0 < f <= 1 for f in factors)
    peak = factors.index(max(factors))
    assert factors[: peak + 1] == sorted(factors[: peak + 1])
    assert factors[peak:] == sorted(factors[peak:], reverse=True)


def test_schedule_by_hand() -> None:
    assert [linear_schedule(i, 4, 0.5) for i in range(5)] == [0.5, 1.0, 1.0, 0.5, 0.0]
    assert [linear_schedule(i, 4, 0.0) for i in range(4)] == [1.0, 0.75, 0.5, 0.25]


def test_constant_schedule_by_hand() -> None:
    assert [constant_schedule(i, 4, 0.5) for i in range(5)] == [0.5, 1.0, 1.0, 1.0, 1.0]
    assert [constant_schedule(i, 4, 0.0) for i in range(4)] == [1.0] * 4


def test_the_schedule_given_is_the_one_followed() -> None:
    weight = torch.nn.Parameter(torch.ones(2, 2))
    optimiser = Optimiser([([weight], 0.1)], steps=3, warmup=0.0, schedule=constant_schedule)
    rates = []
    for step in range(3):
        optimiser.step(weight.square().sum(), phase="p", step=step, hint="")
        rates.append(optimiser.adam.param_groups[0]["lr"])
    assert rates == [0.1] * 3


def test_steps_like_adamw_with_the_schedule() -> None:
    ours = torch.nn.Parameter(torch.tensor([[1.0, 2.0]]))
    theirs = torch.nn.Parameter(torch.tensor([[1.0, 2.0]]))
    optimiser = Optimiser([([ours], 0.1)], steps=4, warmup=0.5, weight_decay=0.1, clip=1e9)
    adam = torch.optim.AdamW([theirs], lr=0.1, weight_decay=0.1)
    for step, factor in enumerate([0.5, 1.0, 1.0, 0.5]):
        optimiser.step(ours.square().sum(), phase="p", step=step, hint="")
        adam.param_groups[0]["lr"] = 0.1 * factor
        theirs.square().sum().backward()
        adam.step()
        adam.zero_grad()
    assert torch.allclose(ours, theirs, atol=1e-6)


def test_biases_do_not_decay_and_gradients_are_clipped() -> None:
    matrix, bias = torch.nn.Parameter(torch.ones(2, 2)), torch.nn.Parameter(torch.ones(2))
    optimiser = Optimiser([([matrix, bias], 0.1)], steps=2, warmup=0, weight_decay=0.5, clip=1e-9)
    decays = {g["weight_decay"] for g in optimiser.adam.param_groups}
    assert decays == {0.0, 0.5}
    optimiser.step((matrix.sum() + bias.sum()) * 0, phase="p", step=0, hint="")
    assert torch.equal(bias, torch.ones(2))
    assert torch.allclose(matrix, torch.full((2, 2), 1 - 0.1 * 0.5))


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_loss_that_is_not_finite_moves_nothing(value: float) -> None:
    weight = torch.nn.Parameter(torch.ones(2))
    optimiser = Optimiser([([weight], 0.1)], steps=2, warmup=0)
    with pytest.raises(TrainingError, match=f"the loss is {value} at step 4, at the text 'a cat'"):
        optimiser.step(weight.sum() * value, phase="realignment", step=3, hint="a cat")
    assert torch.equal(weight, torch.ones(2))
