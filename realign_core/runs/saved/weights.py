"""Trained weights, before they are measured or kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from realign_core.encoder.trainable import WholeEncoder
from realign_core.runs.running.run import open_checkpoints, result_hash
from realign_core.runs.running.training import build_training
from realign_core.runs.workspace.workspace import Workspace
from realign_core.support.progress import Progress
from realign_core.training.checkpoint import CheckpointStore
from realign_core.training.loop import train


@dataclass(frozen=True)
class Weights:
    """An encoder after training, and how that went.

    Args:
        workspace: That it was trained in.
        encoder: Trained, with the compact vocabulary of the workspace.
        head: Of the task; as it began, if nothing was fine-tuned.
        pairs: Sentence pairs that training saw, with repetitions.
        pairs_by_language: Different sentence pairs of each realignment language.
        losses: Last mean loss by training phase.
        store: Checkpoints of this training, to be cleared when what follows is done.
    """

    workspace: Workspace
    encoder: WholeEncoder
    head: nn.Module
    pairs: int
    pairs_by_language: Mapping[str, int]
    losses: Mapping[str, float]
    store: CheckpointStore | None = None

    @property
    def tensors(self) -> dict[str, Tensor]:
        """All parameters by name: ``encoder.*`` and ``head.*``."""
        modules: tuple[tuple[str, nn.Module], ...] = (("encoder", self.encoder.model), ("head", self.head))
        return {f"{name}.{key}": p for name, module in modules for key, p in module.named_parameters()}

    def fill(self, values: Mapping[str, Tensor]) -> None:
        """Replace all parameters (in place)."""
        with torch.no_grad():
            for name, parameter in self.tensors.items():
                parameter.copy_(values[name])


def train_weights(
    workspace: Workspace,
    languages: Sequence[str],
    seed: int,
    *,
    finetuned: bool,
    head_seed: int | None = None,
    checkpoints: Path | None = None,
    progress: Progress | None = None,
) -> Weights:
    """Train a copy of the workspace's encoder.

    Args:
        workspace: From :func:`realign_core.runs.workspace.workspace.prepare`.
        languages: Realignment languages, sorted, among the prepared ones.
        seed: Names all orders.
        finetuned: Go on to the end of fine-tuning; else stop after realignment.
        head_seed: Names the head's start; ``seed``, if left out.
        checkpoints: Folder of checkpoints, to go on after an interruption.
        progress: Shows steps.

    Raises:
        RealignError: If data do not suffice, or training fails.
    """
    encoder, start = workspace.encoder.fork(), seed if head_seed is None else head_seed
    head = workspace.head(start).to(encoder.device)
    training = build_training(workspace, encoder, head, languages, seed)
    segments = [s for s in training.segments if finetuned or s.phase == "realignment"]
    store = None
    if checkpoints is not None:
        key = f"{result_hash(workspace, languages)}-{seed}-{start}-{len(segments)}"
        store = open_checkpoints(workspace, checkpoints, key, encoder, head)
    encoder.model.train()
    reports = train(training.phases, segments, saver=store, progress=progress)
    losses = {phase: report.loss for phase, report in reports.items()}
    return Weights(workspace, encoder, head, training.pairs, training.pairs_by_language, losses, store)


def mean_tensors(several: Iterable[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """Average parameters of equal names; sums are kept in float64.

    Args:
        several: One or more mappings of equal names and shapes; each is read once.
    """
    total: dict[str, Tensor] = {}
    n = 0
    for n, tensors in enumerate(several, start=1):  # noqa: B007, the last number is their count
        for name, tensor in tensors.items():
            value = tensor.detach().to("cpu", torch.float64)
            total[name] = total[name] + value if name in total else value
    return {name: (value / n).float() for name, value in total.items()}
