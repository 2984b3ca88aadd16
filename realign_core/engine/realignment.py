"""Realignment: pull translations together in the encoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from realign_core.arrays import Int
from realign_core.encoder.body import Body
from realign_core.encoder.freeze import freezing
from realign_core.encoder.padding import mean_pool
from realign_core.engine.batching import bucketed_batches
from realign_core.engine.optimiser import Optimiser
from realign_core.objectives import contrastive_loss
from realign_core.progress import NoProgress, Progress
from realign_core.recipe import RealignmentConfig
from realign_core.seeds import named_generator


@dataclass(frozen=True, slots=True)
class TokenisedPair:
    """A sentence pair as token ids, with its text for messages."""

    source: Int
    target: Int
    text: str


@dataclass(frozen=True, slots=True)
class PhaseReport:
    """What a training phase did: mean loss of its last tenth, real tokens seen."""

    loss: float
    tokens: int


def realign(
    body: Body,
    pairs: Sequence[TokenisedPair],
    config: RealignmentConfig,
    *,
    seed: int,
    progress: Progress | None = None,
) -> PhaseReport:
    """Train ``body`` (in place) to give translations similar sentence vectors.

    Both sides of a batch go through the encoder in one call; batches hold pairs of similar
    length, from several languages.

    Args:
        body: The encoder.
        pairs: One pass of data, ``steps * pairs_per_batch`` pairs.
        config: Objective, schedule and freezing.
        seed: Names the order of batches.
        progress: Shows steps.

    Returns:
        Loss and tokens.

    Raises:
        TrainingError: If a loss is not finite.
        EncoderError: If the freezing does not fit the encoder.
    """
    lengths = np.array([len(p.source) + len(p.target) for p in pairs], dtype=np.int64)
    batches = bucketed_batches(lengths, config.pairs_per_batch, named_generator(seed, "realignment-order"))
    # A lone pair has no negatives under the weak loss and nothing to learn from.
    batches = [batch for batch in batches if len(batch) > 1]
    losses: list[float] = []
    body.model.train()
    with (
        freezing(body.model, config.freeze, embeddings=config.freeze_embeddings) as trained,
        (progress or NoProgress()).track("realignment", len(batches)) as advance,
    ):
        optimiser = Optimiser([(trained, config.learning_rate)], steps=len(batches), warmup=config.warmup)
        for step, batch in enumerate(batches):
            texts = [pairs[i].source for i in batch] + [pairs[i].target for i in batch]
            vectors = mean_pool(*body.hidden(texts, config.layer))
            loss = contrastive_loss(
                vectors[: len(batch)],
                vectors[len(batch) :],
                temperature=config.temperature,
                strong=config.strong,
            )
            losses.append(optimiser.step(loss, phase="realignment", step=step, hint=pairs[batch[0]].text))
            advance(1)
    return PhaseReport(float(np.mean(losses[-max(1, len(losses) // 10) :])), int(lengths.sum()))
