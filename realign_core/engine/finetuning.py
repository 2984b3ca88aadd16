"""Fine-tuning on the source language."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from realign_core.encoder.body import Body
from realign_core.encoder.freeze import freezing
from realign_core.engine.batching import bucketed_batches, unit_vectors
from realign_core.engine.optimiser import Optimiser
from realign_core.engine.realignment import PhaseReport
from realign_core.progress import NoProgress, Progress
from realign_core.recipe import FinetuningConfig
from realign_core.seeds import named_generator
from realign_core.tasks.features import Features


def finetune(
    body: Body,
    head: nn.Linear,
    features: Features,
    config: FinetuningConfig,
    *,
    seed: int,
    progress: Progress | None = None,
) -> PhaseReport:
    """Train encoder and head (in place) on labelled examples of the source language.

    Args:
        body: The encoder.
        head: Linear map from unit vectors to label scores.
        features: The training examples.
        config: Schedule and freezing.
        seed: Names the order of batches.
        progress: Shows steps.

    Returns:
        Loss and tokens.

    Raises:
        TrainingError: If a loss is not finite.
    """
    rng = named_generator(seed, "finetuning-order")
    plan = [
        batch
        for _ in range(config.epochs)
        for batch in bucketed_batches(features.lengths, config.batch_size, rng)
    ]
    losses: list[float] = []
    body.model.train()
    with (
        freezing(body.model, config.freeze, embeddings=config.freeze_embeddings) as trained,
        (progress or NoProgress()).track("fine-tuning", len(plan)) as advance,
    ):
        optimiser = Optimiser(
            [(trained, config.learning_rate), (list(head.parameters()), config.head_learning_rate)],
            steps=len(plan),
            warmup=config.warmup,
            weight_decay=config.weight_decay,
            clip=config.clip,
        )
        for step, batch in enumerate(plan):
            hidden, mask = body.hidden([features.ids[i] for i in batch])
            labels = torch.from_numpy(np.concatenate([features.labels[i] for i in batch])).to(body.device)
            loss = cross_entropy(head(unit_vectors(hidden, mask, features, batch)), labels)
            losses.append(optimiser.step(loss, phase="fine-tuning", step=step, hint=f"example {batch[0]}"))
            advance(1)
    return PhaseReport(
        float(np.mean(losses[-max(1, len(losses) // 10) :])), features.n_tokens * config.epochs
    )
