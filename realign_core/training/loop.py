"""The training loop: phases, in one or several segments, with checkpoints."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import torch

from realign_core.recipe import Strategy
from realign_core.support.errors import TrainingError
from realign_core.support.program.interrupts import between_steps, in_steps
from realign_core.support.progress import NoProgress, Progress
from realign_core.training.distributed import replicas
from realign_core.training.optimiser import Optimiser, check_finite
from realign_core.training.sources import Source


@dataclass(frozen=True, slots=True)
class PhaseReport:
    """What a training phase did.

    Args:
        loss: Mean loss of its last tenth.
        tokens: Real tokens seen.
        seconds: Wall time.
    """

    loss: float
    tokens: int
    seconds: float = 0.0


@dataclass(frozen=True)
class Phase:
    """One schedule: an optimizer and the sources whose gradients it follows.

    Args:
        name: Names the phase in reports and messages.
        sources: Each gives a gradient a step.
        steps: Optimizer steps.
        optimiser: Makes the optimizer, when the phase begins.
        joint: Differentiate the sum of all sources' losses at once, not one after the other.
    """

    name: str
    sources: tuple[Source, ...]
    steps: int
    optimiser: Callable[[], Optimiser]
    joint: bool = False

    @property
    def tokens(self) -> int:
        """Real tokens of all steps."""
        return sum(source.tokens for source in self.sources)


@dataclass(frozen=True, slots=True)
class Segment:
    """Steps ``start`` to ``stop`` (exclusive) of a phase."""

    phase: str
    start: int
    stop: int


def plan(strategy: Strategy, stages: int, realignment: int, finetuning: int) -> tuple[Segment, ...]:
    """Say in which order the phases' steps are taken.

    Args:
        strategy: ``during`` has one phase, named ``finetuning``.
        stages: Alternations, for ``staged``.
        realignment: Steps of the realignment phase; 0 if there is nothing to realign.
        finetuning: Steps of the fine-tuning phase.

    Returns:
        Non-empty segments that together hold each step once, in order.
    """
    if strategy in (Strategy.BASELINE, Strategy.DURING):
        realignment = 0
    parts = stages if strategy is Strategy.STAGED else 1
    segments: list[Segment] = []
    for i in range(parts):
        for name, steps in (("realignment", realignment), ("finetuning", finetuning)):
            segments.append(Segment(name, steps * i // parts, steps * (i + 1) // parts))
    return tuple(s for s in segments if s.stop > s.start)


@dataclass
class Position:
    """Where training is, and everything but parameters that it needs to go on.

    Args:
        segment: Number of the segment.
        step: Next step of that segment's phase.
        optimisers: The optimizers of phases that began and are not over.
        losses: Loss of each step so far, by phase.
        seconds: Wall time so far, by phase.
    """

    segment: int = 0
    step: int = 0
    optimisers: dict[str, Optimiser] = field(default_factory=dict)
    losses: dict[str, list[float]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


class Saver(Protocol):
    """Keeps checkpoints of a training."""

    def restore(self, phases: Mapping[str, Phase]) -> Position | None:
        """Load the last checkpoint, if there is one."""
        ...

    def save(self, position: Position) -> None:
        """Write a checkpoint if one is due."""
        ...


def train(
    phases: Mapping[str, Phase],
    segments: Sequence[Segment],
    *,
    saver: Saver | None = None,
    progress: Progress | None = None,
) -> dict[str, PhaseReport]:
    """Take all steps of all segments.

    Args:
        phases: By name.
        segments: The order, see :func:`plan`.
        saver: Keeps checkpoints and resumes from the last one.
        progress: Shows the steps of each segment.

    Returns:
        A report a phase.

    Raises:
        TrainingError: If a loss or gradient is not finite (no parameter has moved by it), or
            memory runs out with one example at a time.
    """
    position = (saver.restore(phases) if saver else None) or Position()
    with in_steps(0.0) if saver else nullcontext():  # a checkpoint of the last step keeps all of them
        _run_segments(phases, segments, position, saver, progress or NoProgress())
    return {
        name: PhaseReport(_last_mean(losses), phases[name].tokens, position.seconds[name])
        for name, losses in position.losses.items()
    }


def _run_segments(
    phases: Mapping[str, Phase],
    segments: Sequence[Segment],
    position: Position,
    saver: Saver | None,
    progress: Progress,
) -> None:
    while position.segment < len(segments):
        segment = segments[position.segment]
        position.step = max(position.step, segment.start)
        _run_segment(phases[segment.phase], segment, position, saver, progress)
        if segment.stop == phases[segment.phase].steps:
            del position.optimisers[segment.phase]
        position.segment, position.step = position.segment + 1, 0


def _last_mean(losses: list[float]) -> float:
    return float(np.mean(losses[-max(1, len(losses) // 10) :]))


def _run_segment(
    phase: Phase, segment: Segment, position: Position, saver: Saver | None, progress: Progress
) -> None:
    if phase.name not in position.optimisers:
        position.optimisers[phase.name] = phase.optimiser()
    optimiser = position.optimisers[phase.name]
    losses = position.losses.setdefault(phase.name, [])
    position.seconds.setdefault(phase.name, 0.0)
    with progress.track(phase.name, segment.stop - position.step) as advance:
        while position.step < segment.stop:
            start = time.perf_counter()
            losses.append(_step(phase, optimiser, position.step))
            position.seconds[phase.name] += time.perf_counter() - start
            position.step += 1
            advance(1)
            if saver is not None:
                saver.save(position)
            between_steps()


def _step(phase: Phase, optimiser: Optimiser, step: int) -> float:
    """Take one optimizer step, with smaller parts each time that memory runs out."""
    hint = phase.sources[0].hint(step)
    while True:
        try:
            if phase.joint:
                total = torch.stack([source.loss(step) for source in phase.sources]).sum()
                value = float(total.detach())
                check_finite(value, "loss", phase=phase.name, step=step, hint=hint)
                total.backward()
            else:
                value = sum(source.backward(step) for source in phase.sources)
        except torch.OutOfMemoryError:
            optimiser.clear()
            if phase.joint:
                raise TrainingError(
                    "out of memory with both losses at once",
                    where=phase.name,
                    fix="set realignment.joint = false, so that batches can be cut",
                ) from None
            for source in phase.sources:
                source.shrink()
            torch.cuda.empty_cache()
            continue
        if not phase.joint:  # joint losses are computed whole by every process
            replicas().add_gradients(optimiser.parameters)
        optimiser.advance(phase=phase.name, step=step, hint=hint)
        return value
