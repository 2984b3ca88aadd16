"""How long a run will take here, by a few timed steps of each of its phases."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from torch import nn

from realign_core.data.labelled import Split
from realign_core.encoder.layers import layer_stack
from realign_core.encoder.trainable import TrainableEncoder
from realign_core.runs.running.measuring import trunk_depth
from realign_core.runs.running.training import build_training
from realign_core.runs.workspace.workspace import Workspace
from realign_core.support.duration import Estimate
from realign_core.support.progress import Advance
from realign_core.tasks.features import Features
from realign_core.training.evaluation import distinct, join, predict_targets
from realign_core.training.loop import Segment, train

_STEPS = 5
"""Timed steps of a phase, after a first one that is slower."""

_BATCHES = 4
"""Number of batches of evaluation data that are timed."""

_SEED = 17


@dataclass
class _Stopwatch:
    """A progress display that notes when each step ended."""

    ends: list[float] = field(default_factory=list)

    @contextmanager
    def track(self, label: str, total: int) -> Iterator[Advance]:  # noqa: ARG002
        """Note a time a step."""
        self.ends.append(time.perf_counter())
        yield lambda _: self.ends.append(time.perf_counter())


def time_run(
    workspace: Workspace,
    languages: Sequence[str],
    *,
    split: Split = "test",
    encoder: TrainableEncoder | None = None,
) -> dict[str, Estimate]:
    """Time a few steps of a run's phases, and say how long all of them will take.

    Args:
        workspace: The run's.
        languages: Realignment languages.
        split: Which part of the evaluation data will be scored.
        encoder: What will be trained, in place; a copy of the workspace's encoder, if left out.

    Returns:
        Phase to its time: ``realignment``, ``finetuning``, ``evaluation``, as far as the run has them.
    """
    trained = workspace.encoder.fork() if encoder is None else encoder
    head = workspace.head(_SEED).to(trained.device)
    training = build_training(workspace, trained, head, sorted(languages), _SEED)
    trained.model.train()
    times = {}
    for name in dict.fromkeys(segment.phase for segment in training.segments):
        phase = training.phases[name]
        watch = _Stopwatch()
        train(training.phases, [Segment(name, 0, min(phase.steps, _STEPS + 1))], progress=watch)
        times[name] = _scaled(np.diff(watch.ends).tolist(), phase.steps)
    if split in workspace.evaluation:
        times["evaluation"] = _evaluation(workspace, trained, head, workspace.evaluation[split])
    return _repeated(workspace, trained, times)


def _repeated(
    workspace: Workspace, encoder: TrainableEncoder, once: dict[str, Estimate]
) -> dict[str, Estimate]:
    """Scale to several fine-tunings: of the trained top alone, if the rest is frozen."""
    config = workspace.recipe.finetuning
    if config.repeats == 1:
        return once
    layers = len(layer_stack(encoder.model))
    depth = trunk_depth(encoder, config)
    top = layers - depth
    step = 3 * top / (layers + 2 * top)  # a backward pass takes twice a forward pass
    factors = {"finetuning": config.repeats * step, "evaluation": (depth + config.repeats * top) / layers}
    return {name: estimate.times(factors.get(name, 1.0)) for name, estimate in once.items()}


def _evaluation(
    workspace: Workspace, encoder: TrainableEncoder, head: nn.Module, targets: Mapping[str, Features]
) -> Estimate:
    """Time a sample of the evaluation data, of all lengths."""
    whole, _ = distinct(join(list(targets.values())))
    size = workspace.recipe.compute.eval_tokens
    if not len(whole):
        return Estimate(0.0, 0.0)
    n_rows = max(1, round(len(whole) * min(1.0, _BATCHES * size / max(1, whole.n_tokens))))
    order = np.random.default_rng(0).permutation(len(whole))
    rates = []
    for part in (order[:n_rows], order[n_rows : 2 * n_rows]):
        if not len(part):
            continue
        sample = whole.subset(part)
        start = time.perf_counter()
        predict_targets(encoder, head, workspace.task, {"sample": sample}, max_tokens=size)
        rates.append((time.perf_counter() - start) / max(1, sample.n_tokens))
    return Estimate.of([rate * whole.n_tokens for rate in rates])


def _scaled(seconds: Sequence[float], steps: int) -> Estimate:
    """Scale the time of a few steps to all; the first one is slower and counts once."""
    first, others = seconds[0], list(seconds[1:]) or list(seconds)
    mean = statistics.fmean(others)
    spread = statistics.stdev(others) / math.sqrt(len(others)) if len(others) > 1 else mean / 2
    other_steps = steps - 1
    return Estimate(first + other_steps * mean, other_steps * spread)
