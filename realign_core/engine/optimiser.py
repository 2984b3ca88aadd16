"""AdamW with a linear schedule, and steps that refuse losses which are not finite."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from realign_core.errors import TrainingError


class Optimiser:
    """AdamW, linear warm-up and decay, gradient clipping.

    The schedule counts optimizer steps.

    Args:
        groups: Pairs of parameters and peak learning rate.
        steps: Steps in all.
        warmup: Share of the steps that warm up.
        weight_decay: On weight matrices; biases and norms have none.
        clip: Largest gradient norm.
    """

    def __init__(
        self,
        groups: Sequence[tuple[Sequence[nn.Parameter], float]],
        *,
        steps: int,
        warmup: float,
        weight_decay: float = 0.0,
        clip: float = 1.0,
    ) -> None:
        self.parameters = [p for parameters, _ in groups for p in parameters]
        self.clip = clip
        split = [
            {"params": chosen, "lr": rate, "weight_decay": decay}
            for parameters, rate in groups
            for chosen, decay in (
                ([p for p in parameters if p.ndim > 1], weight_decay),
                ([p for p in parameters if p.ndim <= 1], 0.0),
            )
            if chosen
        ]
        self.adam = torch.optim.AdamW(split, fused=True)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.adam, lambda step: linear_schedule(step, steps, warmup)
        )

    def step(self, loss: Tensor, *, phase: str, step: int, hint: str) -> float:
        """Take one step.

        Args:
            loss: The scalar to go down.
            phase: Names the phase in an error.
            step: Step number in an error, from 0.
            hint: The batch's first text in an error.

        Returns:
            The loss as a number.

        Raises:
            TrainingError: If the loss is not finite; no parameter has moved then.
        """
        value = float(loss.detach())
        if not math.isfinite(value):
            raise TrainingError(
                f"the loss is {value} at step {step + 1}, at the text {hint[:60]!r}",
                where=phase,
                fix="lower the learning rate, raise the temperature, or set compute.precision = 'float32'",
            )
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, self.clip)
        self.adam.step()
        self.schedule.step()
        self.adam.zero_grad(set_to_none=True)
        return value


def linear_schedule(step: int, steps: int, warmup: float) -> float:
    """Return the factor of the peak learning rate before optimizer step ``step`` (from 0).

    It rises linearly over ``warmup * steps`` steps and then falls linearly to 0.
    """
    rising = max(1, round(warmup * steps)) if warmup else 0
    if step < rising:
        return (step + 1) / rising
    return max(0.0, (steps - step) / max(1, steps - rising))
