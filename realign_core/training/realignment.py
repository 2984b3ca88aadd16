"""Realignment: pull translations together in the encoder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from realign_core.encoder.freeze import freezing, frozen_range
from realign_core.encoder.layers import check_layers, layer_stack
from realign_core.encoder.padding import mean_pool, word_means
from realign_core.encoder.trainable import TrainableEncoder
from realign_core.losses import contrastive_loss, drift_loss, l2_loss
from realign_core.recipe import LossName, RealignmentConfig, Schedule
from realign_core.support.arrays import Int
from realign_core.support.progress import Progress
from realign_core.support.seeds import named_generator
from realign_core.training.batching import bucketed_batches
from realign_core.training.distributed import join_parts, replicas
from realign_core.training.loop import Phase, PhaseReport, Segment, train
from realign_core.training.optimiser import Optimiser, check_finite, constant_schedule, linear_schedule
from realign_core.training.pairs import AlignedWords, TokenisedPair, joined_links
from realign_core.training.sources import MicroBatches, concatenate

__all__ = ["PhaseReport", "RealignmentSource", "TokenisedPair", "realign", "realignment_phase"]

NAME = "realignment"


class RealignmentSource:
    """Batches of pairs of similar length, from several languages, and their loss.

    Both sides of a batch go through the encoder in one call. A batch that does not fit into
    memory is encoded in parts: first all vectors without a graph, then the loss with its
    gradient to each vector, then every part again with its share of that gradient
    (Gao et al., RepL4NLP 2021). So all sentences stay each other's negatives.

    Args:
        encoder: The encoder.
        pairs: ``steps * pairs_per_batch`` pairs.
        config: Loss, layers and freezing.
        seed: Names the order of batches.
        micro: Sizes of the parts.
    """

    def __init__(
        self,
        encoder: TrainableEncoder,
        pairs: Sequence[TokenisedPair],
        config: RealignmentConfig,
        *,
        seed: int,
        micro: MicroBatches | None = None,
    ) -> None:
        self.encoder, self.pairs, self.config = encoder, pairs, config
        self.micro = micro or MicroBatches()
        check_layers(encoder.model, config.layers if config.layers != (-1,) else ())
        frozen_range(config.freeze, len(layer_stack(encoder.model)))
        lengths = np.array([len(p.source) + len(p.target) for p in pairs], dtype=np.int64)
        generator = named_generator(seed, "realignment-order")
        # A lone pair has no negatives under the weak loss and nothing to learn from.
        self.batches = [b for b in bucketed_batches(lengths, config.pairs_per_batch, generator) if len(b) > 1]
        self.tokens, self.steps = int(lengths.sum()), len(self.batches)
        self.initial = encoder.frozen_copy() if config.regularisation else None

    def hint(self, step: int) -> str:
        """Return the first pair's source text."""
        return str(self.pairs[self.batches[step][0]].text)

    def shrink(self) -> None:
        """Halve the parts."""
        self.micro.halve(self.config.pairs_per_batch)

    def loss(self, step: int) -> Tensor:
        """Return the weighted loss of a whole batch, with its graph."""
        batch = self.batches[step]
        with freezing(self.encoder.model, self.config.freeze, embeddings=self.config.freeze_embeddings):
            vectors, drift = self._encode(batch)
            return self.config.weight * (self._loss(vectors, batch) + drift)

    def backward(self, step: int) -> float:
        """Add the gradient of a batch, in parts if it must be; return the weighted loss."""
        batch = self.batches[step]
        group = replicas()
        parts = self.micro.parts(group.share(batch))
        if len(parts) == 1 and group.alone:
            loss = self.loss(step)
            value = float(loss.detach())
            self._check(value, step)
            loss.backward()
            return value
        with torch.no_grad():
            own_rows = concatenate([self._encode(part)[0] for part in parts]) if parts else self._nothing()
            vectors, starts = join_parts(own_rows, group)
        leaves = [rows.detach().requires_grad_() for rows in vectors]
        whole = self.config.weight * self._loss(leaves, batch)
        value = float(whole.detach())
        self._check(value, step)
        whole.backward()
        drift = 0.0
        for part in parts:
            drift += self._backward_part(part, self._share(part, batch), leaves, starts)
        value += group.total(drift, self.encoder.device)
        self._check(value, step)
        return value

    def _nothing(self) -> list[Tensor]:
        """Vectors of a process that has no pair of a batch."""
        width = int(self.encoder.model.config.hidden_size)
        return [
            torch.zeros((0, width), device=self.encoder.device) for _ in range(2 * len(self.config.layers))
        ]

    def _backward_part(self, part: Int, share: float, leaves: list[Tensor], starts: list[int]) -> float:
        """Encode a part again and hand it its share of the gradient; return its drift."""
        with freezing(self.encoder.model, self.config.freeze, embeddings=self.config.freeze_embeddings):
            vectors, drift = self._encode(part)
            surrogate = self.config.weight * drift * share
            penalty = float(surrogate.detach())
            for i, rows in enumerate(vectors):
                gradient = leaves[i].grad
                assert gradient is not None
                surrogate = surrogate + (rows * gradient[starts[i] : starts[i] + len(rows)]).sum()
                starts[i] += len(rows)
            surrogate.backward()
        return penalty

    def _share(self, part: Int, batch: Int) -> float:
        """A part's share of the source tokens of its batch, over which the drift is averaged."""
        tokens = [sum(len(self.pairs[i].source) for i in chosen) for chosen in (part, batch)]
        return tokens[0] / tokens[1]

    def _check(self, value: float, step: int) -> None:
        check_finite(value, "loss", phase=NAME, step=step, hint=self.hint(step))

    def _encode(self, batch: Int) -> tuple[list[Tensor], Tensor]:
        """Compute unit vectors: for each layer those of the sources, then of the targets; and the drift."""
        pairs = [self.pairs[i] for i in batch]
        texts = [p.source for p in pairs] + [p.target for p in pairs]
        states, mask = self.encoder.states(texts, self.config.layers)
        half = len(pairs)
        vectors: list[Tensor] = []
        words = [p.words for p in pairs if p.words is not None]
        for hidden in states:
            if words:
                vectors += [
                    word_means(hidden[:half], [w.source for w in words]),
                    word_means(hidden[half:], [w.target for w in words]),
                ]
            else:
                pooled = mean_pool(hidden, mask)
                vectors += [pooled[:half], pooled[half:]]
        return vectors, self._drift(pairs, states, mask)

    def _drift(self, pairs: list[TokenisedPair], states: list[Tensor], mask: Tensor) -> Tensor:
        """How far the source side's states are from the initial encoder's, weighted."""
        if self.initial is None:
            return mask.new_zeros((), dtype=torch.float32)
        half = len(pairs)
        with torch.no_grad():
            initial, _ = self.initial.states([p.source for p in pairs], self.config.layers)
        width = initial[0].shape[1]
        terms = [
            drift_loss(now[:half, :width], then, mask[:half, :width])
            for now, then in zip(states, initial, strict=True)
        ]
        return self.config.regularisation * torch.stack(terms).mean()

    def _loss(self, vectors: Sequence[Tensor], batch: Int) -> Tensor:
        """Average the loss over layers."""
        words = [w for i in batch if (w := self.pairs[i].words) is not None]
        losses = [self._layer_loss(vectors[i], vectors[i + 1], words) for i in range(0, len(vectors), 2)]
        return torch.stack(losses).mean()

    def _layer_loss(self, source: Tensor, target: Tensor, words: list[AlignedWords]) -> Tensor:
        pools: dict[str, Tensor] = {}
        if words:
            rows, columns = joined_links(words)
            if not len(rows):  # nothing in this batch is aligned: a loss of 0 that has a gradient
                return (source.sum() + target.sum()) * 0
            pools = {"source_pool": source, "target_pool": target}
            source, target = source[torch.from_numpy(rows)], target[torch.from_numpy(columns)]
        if self.config.loss is LossName.L2:
            return l2_loss(source, target)
        return contrastive_loss(
            source, target, temperature=self.config.temperature, strong=self.config.strong, **pools
        )


def realignment_phase(source: RealignmentSource, config: RealignmentConfig) -> Phase:
    """Build the phase that takes one step a batch of pairs."""

    def optimiser() -> Optimiser:
        trained = [p for p in source.encoder.model.parameters() if p.requires_grad]
        return Optimiser(
            [(trained, config.learning_rate)],
            steps=source.steps,
            warmup=config.warmup,
            schedule=constant_schedule if config.schedule is Schedule.CONSTANT else linear_schedule,
        )

    return Phase(NAME, (source,), source.steps, optimiser)


def realign(
    encoder: TrainableEncoder,
    pairs: Sequence[TokenisedPair],
    config: RealignmentConfig,
    *,
    seed: int,
    progress: Progress | None = None,
) -> PhaseReport:
    """Train ``encoder`` (in place) to give translations similar vectors.

    Args:
        encoder: The encoder.
        pairs: One pass of data, ``steps * pairs_per_batch`` pairs.
        config: Loss, schedule and freezing.
        seed: Names the order of batches.
        progress: Shows steps.

    Returns:
        Loss and tokens.

    Raises:
        TrainingError: If a loss is not finite.
        EncoderError: If freezing or layers do not fit the encoder.
    """
    phase = realignment_phase(RealignmentSource(encoder, pairs, config, seed=seed), config)
    encoder.model.train()
    return train({NAME: phase}, (Segment(NAME, 0, phase.steps),), progress=progress)[NAME]
