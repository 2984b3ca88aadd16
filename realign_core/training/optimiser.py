"""AdamW with a schedule, and steps that refuse numbers which are not finite."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence

import torch
from torch import Tensor, nn

from realign_core.support.errors import TrainingError

_AVERAGE = "average"


class Optimiser:
    """AdamW, a schedule, gradient clipping.

    The schedule counts optimizer steps, however many micro-batches a step has. Parameters
    without a gradient stay as they are.

    Args:
        groups: Pairs of parameters and peak learning rate.
        steps: Steps in all.
        warmup: Share of the steps that warm up.
        weight_decay: On weight matrices; biases and norms have none.
        clip: Largest gradient norm.
        schedule: Factor of the peak by step, number of steps and warm-up.
        snapshots: Numbers of steps after which the weights are taken into an average (Schmidt et al., ACL
            2023), which replaces them after the last step.
    """

    def __init__(
        self,
        groups: Sequence[tuple[Sequence[nn.Parameter], float]],
        *,
        steps: int,
        warmup: float,
        weight_decay: float = 0.0,
        clip: float = 1.0,
        schedule: Callable[[int, int, float], float] | None = None,
        snapshots: Collection[int] = (),
    ) -> None:
        self.snapshots = frozenset(snapshots)
        self.average: dict[Tensor, Tensor] = {}
        self.parameters = [p for parameters, _ in groups for p in parameters]
        self.clip, self.schedule = clip, schedule or linear_schedule
        self.steps, self.warmup, self.done = steps, warmup, 0
        split = [
            {"params": chosen, "lr": rate, "peak": rate, "weight_decay": decay}
            for parameters, rate in groups
            for chosen, decay in (
                ([p for p in parameters if p.ndim > 1], weight_decay),
                ([p for p in parameters if p.ndim <= 1], 0.0),
            )
            if chosen
        ]
        self.adam = torch.optim.AdamW(split, fused=True)

    def step(self, loss: Tensor, *, phase: str, step: int, hint: str) -> float:
        """Differentiate a loss and take one step.

        Args:
            loss: The scalar to go down.
            phase: Names the phase in an error.
            step: Step number in an error, from 0.
            hint: The batch's first text in an error.

        Returns:
            The loss as a number.

        Raises:
            TrainingError: If loss or gradient is not finite; no parameter has moved then.
        """
        value = float(loss.detach())
        check_finite(value, "loss", phase=phase, step=step, hint=hint)
        loss.backward()
        self.advance(phase=phase, step=step, hint=hint)
        return value

    def advance(self, *, phase: str, step: int, hint: str) -> None:
        """Take one step along the gradients that are there, and clear them.

        Raises:
            TrainingError: If the gradient is not finite; no parameter has moved then.
        """
        norm = float(torch.nn.utils.clip_grad_norm_(self.parameters, self.clip))
        check_finite(norm, "gradient", phase=phase, step=step, hint=hint)
        factor = self.schedule(self.done, self.steps, self.warmup)
        for group in self.adam.param_groups:
            group["lr"] = group["peak"] * factor
        self.adam.step()
        self.done += 1
        self.clear()
        if self.done in self.snapshots:
            self._average()

    @torch.no_grad()
    def _average(self) -> None:
        """Take the weights into the average; after the last step it replaces them."""
        count = sum(step <= self.done for step in self.snapshots)
        for parameter in self.adam.state:  # the others never moved
            mean = self.average.setdefault(parameter, torch.zeros_like(parameter))
            mean.lerp_(parameter.detach(), 1 / count)
        if self.done == max(self.snapshots):
            for parameter, mean in self.average.items():
                parameter.copy_(mean)
            self.average.clear()

    def clear(self) -> None:
        """Forget gradients."""
        self.adam.zero_grad(set_to_none=True)

    def tensors(self) -> dict[str, Tensor]:
        """Return the state for a checkpoint: moments and average of each parameter, and the step count."""
        state = {
            f"{index}.{name}": tensor
            for index, parameter in enumerate(self.parameters)
            for name, tensor in self.adam.state.get(parameter, {}).items()
        }
        place: dict[Tensor, int] = {parameter: index for index, parameter in enumerate(self.parameters)}
        state |= {f"{place[parameter]}.{_AVERAGE}": mean for parameter, mean in self.average.items()}
        return state | {"done": torch.tensor(self.done)}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Take up the state of :meth:`tensors`.

        Raises:
            ValueError: If a tensor does not fit its parameter.
        """
        self.done = int(tensors["done"])
        for key, tensor in tensors.items():
            index, _, name = key.partition(".")
            if name:
                parameter = self.parameters[int(index)]
                # The fused kernel reads without looking at shapes.
                if name != "step" and tensor.shape != parameter.shape:
                    raise ValueError(f"{key} has shape {tuple(tensor.shape)}")
                if name == _AVERAGE:
                    self.average[parameter] = tensor.to(parameter.device)
                    continue
                place = "cpu" if name == "step" and parameter.device.type == "cpu" else parameter.device
                self.adam.state[parameter][name] = tensor.to(place)


def check_finite(value: float, what: str, *, phase: str, step: int, hint: str) -> None:
    """Refuse a number that is not finite.

    Raises:
        TrainingError: With phase, step and the batch's first text.
    """
    if not math.isfinite(value):
        raise TrainingError(
            f"the {what} is {value} at step {step + 1}, at the text {hint[:60]!r}",
            where=phase,
            fix="lower the learning rate, raise the temperature, or set compute.precision = 'float32'",
        )


def linear_schedule(step: int, steps: int, warmup: float) -> float:
    """Return the factor of the peak learning rate before optimizer step ``step`` (from 0).

    It rises linearly over ``warmup * steps`` steps and then falls linearly to 0.
    """
    rising = max(1, round(warmup * steps)) if warmup else 0
    if step < rising:
        return (step + 1) / rising
    return max(0.0, (steps - step) / max(1, steps - rising))


def constant_schedule(step: int, steps: int, warmup: float) -> float:
    """Like :func:`linear_schedule`, but it stays at 1 after the warm-up."""
    rising = round(warmup * steps)
    return min(1.0, (step + 1) / rising) if rising else 1.0
