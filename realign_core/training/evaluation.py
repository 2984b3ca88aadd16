"""Encoding without gradients: unit vectors, predictions, zero-shot scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from realign_core.encoder.arithmetic import autocast
from realign_core.encoder.padding import budget_batches
from realign_core.encoder.trainable import TrainableEncoder
from realign_core.support.arrays import Float, Int
from realign_core.support.program.interrupts import between_steps
from realign_core.support.progress import NoProgress, Progress
from realign_core.tasks.base import Task
from realign_core.tasks.features import Features
from realign_core.training.batching import unit_vectors

_GPU_FACTOR = 16
"""A GPU needs larger batches to be busy than the ones that fit a CPU's cache."""


def encode_units(
    encoder: TrainableEncoder, features: Features, *, max_tokens: int = 2048, progress: Progress | None = None
) -> Float:
    """Compute the vectors of all units with the encoder as it is.

    Args:
        encoder: The encoder.
        features: Examples.
        max_tokens: Padded tokens a batch on a CPU; a GPU gets 16 times as many.
        progress: Shows texts.

    Returns:
        Shape (n_units, d), examples in order.
    """
    return _map_units(encoder, features, lambda units: units, max_tokens, progress, label="encoding")


def evaluate(
    encoder: TrainableEncoder,
    head: nn.Module,
    task: Task,
    targets: Mapping[str, Features],
    *,
    max_tokens: int = 2048,
    progress: Progress | None = None,
) -> dict[str, float]:
    """Score a fine-tuned encoder on every target language.

    All languages are batched together by length, which wastes the least padding.

    Args:
        encoder: The encoder.
        head: Its head.
        task: Knows how predictions are scored.
        targets: Target language to its examples.
        max_tokens: Padded tokens a batch on a CPU; a GPU gets 16 times as many.
        progress: Shows texts.

    Returns:
        Target language to score in [0, 1].
    """
    predicted = predict_targets(encoder, head, task, targets, max_tokens=max_tokens, progress=progress)
    return {language: task.score(predicted[language], features) for language, features in targets.items()}


def predict_targets(
    encoder: TrainableEncoder,
    head: nn.Module,
    task: Task,
    targets: Mapping[str, Features],
    *,
    max_tokens: int = 2048,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Decode the scores of every target language's units.

    Args:
        encoder: The encoder.
        head: Its head.
        task: Knows how scores are decoded.
        targets: Target language to its examples.
        max_tokens: Padded tokens a batch on a CPU; a GPU gets 16 times as many.
        progress: Shows texts.

    Returns:
        Target language to what ``task.score`` takes: (n_units,) labels or (n_units, k) scores.
    """
    joined, places = distinct(join(list(targets.values())))
    rows = _map_units(encoder, joined, lambda units: task.decode(head(units)), max_tokens, progress)[places]
    decoded = rows[:, 0].astype(np.int64) if rows.shape[1] == 1 else rows
    parts: dict[str, Any] = {}
    start = 0
    for language, features in targets.items():
        stop = start + len(features.unit_labels())
        parts[language] = decoded[start:stop]
        start = stop
    return parts


def join(parts: list[Features]) -> Features:
    """Concatenate examples of several languages."""
    tagged = bool(parts) and parts[0].positions is not None
    return Features(
        tuple(ids for part in parts for ids in part.ids),
        tuple(labels for part in parts for labels in part.labels),
        tuple(p for part in parts for p in part.positions or ()) if tagged else None,
        tuple(r for part in parts for r in part.references or ()) or None,
    )


def distinct(features: Features) -> tuple[Features, Int]:
    """Keep each text once: related languages share names, and each would be encoded again.

    Args:
        features: Examples; those with several units are kept as they are.

    Returns:
        Examples, and for each unit of ``features`` the row of its like among theirs.
    """
    if features.positions is not None or features.references is not None:
        return features, np.arange(len(features.unit_labels()))
    first: dict[bytes, int] = {}
    places = [first.setdefault(ids.tobytes(), len(first)) for ids in features.ids]
    chosen = np.unique(places, return_index=True)[1]
    return features.subset(chosen), np.array(places, dtype=np.int64)


def _map_units(
    encoder: TrainableEncoder,
    features: Features,
    function: Callable[[Tensor], Tensor],
    max_tokens: int,
    progress: Progress | None,
    label: str = "evaluation",
) -> Float:
    """Apply ``function`` to unit vectors batch by batch; rows come back in the examples' order."""
    if not len(features):
        return np.empty((0, 1), dtype=np.float32)
    counts = np.array(
        [1 if features.positions is None else len(p) for p in features.positions or features.ids]
    )
    starts = np.concatenate([[0], np.cumsum(counts)])
    result: Float | None = None
    budget = max_tokens * (_GPU_FACTOR if encoder.device.type == "cuda" else 1)
    encoder.model.eval()
    kernel, device = encoder.kernel, encoder.device
    with (
        torch.inference_mode(),
        autocast(kernel, device),  # open over all batches, so that weights are converted once
        (progress or NoProgress()).track(label, len(features)) as advance,
    ):
        for batch in budget_batches(features.lengths, budget):
            hidden, mask = encoder.hidden([features.ids[i] for i in batch])
            with torch.autocast(device.type, enabled=False):
                rows = function(unit_vectors(hidden, mask, features, batch)).float().cpu().numpy()
            if result is None:
                result = np.empty((int(starts[-1]), rows.shape[1]), dtype=np.float32)
            places = np.concatenate([np.arange(starts[i], starts[i + 1]) for i in batch])
            result[places] = rows
            advance(len(batch))
            between_steps()
    assert result is not None
    return result
