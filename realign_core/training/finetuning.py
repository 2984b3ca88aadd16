"""Fine-tuning on the source language."""

from __future__ import annotations

from torch import Tensor, nn

from realign_core.encoder.freeze import freezing
from realign_core.encoder.trainable import TrainableEncoder
from realign_core.recipe import FinetuningConfig
from realign_core.support.arrays import Int
from realign_core.support.seeds import named_generator
from realign_core.tasks.base import TaskLoss, UnitLoss
from realign_core.tasks.features import Features
from realign_core.tasks.head import split_parameters
from realign_core.training.batching import bucketed_batches, unit_vectors
from realign_core.training.distributed import replicas
from realign_core.training.loop import Phase
from realign_core.training.optimiser import Optimiser, check_finite
from realign_core.training.sources import MicroBatches, Source

NAME = "finetuning"


class TaskSource:
    """Batches of labelled examples of similar length, and their loss.

    Args:
        encoder: The encoder.
        head: From unit vectors to scores.
        features: The training examples.
        config: Epochs, batch size and freezing.
        seed: Names the order of batches.
        loss: What is minimised.
        micro: Sizes of the parts of a batch.
    """

    def __init__(
        self,
        encoder: TrainableEncoder,
        head: nn.Module,
        features: Features,
        config: FinetuningConfig,
        *,
        seed: int,
        loss: TaskLoss | None = None,
        micro: MicroBatches | None = None,
    ) -> None:
        self.encoder, self.head, self.features, self.config = encoder, head, features, config
        self.task_loss = loss or UnitLoss()
        self.micro = micro or MicroBatches()
        generator = named_generator(seed, "finetuning-order")
        self.batches = [
            batch
            for _ in range(config.epochs)
            for batch in bucketed_batches(features.lengths, config.batch_size, generator)
        ]
        self.tokens, self.steps = features.n_tokens * config.epochs, len(self.batches)
        self.snapshots = snapshot_steps(self.steps, config.epochs, config.average_last)

    def hint(self, step: int) -> str:
        """Name the first example."""
        return f"training example {self.batches[step][0] + 1}"

    def shrink(self) -> None:
        """Halve the parts."""
        self.micro.halve(self.config.batch_size)

    def loss(self, step: int) -> Tensor:
        """Return the mean loss of a whole batch, with its graph."""
        batch = self.batches[step]
        return self._part_loss(batch, max(1, self.task_loss.items(self.features, batch)))

    def backward(self, step: int) -> float:
        """Add the gradient of a batch, in parts if it must be; return the mean loss."""
        batch = self.batches[step]
        items = max(1, self.task_loss.items(self.features, batch))
        group = replicas()
        value = 0.0
        for part in self.micro.parts(group.share(batch)):
            loss = self._part_loss(part, items)
            value += float(loss.detach())
            check_finite(value, "loss", phase=NAME, step=step, hint=self.hint(step))
            loss.backward()
        return group.total(value, self.encoder.device)

    def _part_loss(self, part: Int, items: int) -> Tensor:
        with freezing(self.encoder.model, self.config.freeze, embeddings=self.config.freeze_embeddings):
            hidden, mask = self.encoder.hidden([self.features.ids[i] for i in part])
            scores = self.head(unit_vectors(hidden, mask, self.features, part))
            return self.task_loss.total(scores, self.features, part) / items


def snapshot_steps(steps: int, epochs: int, number: int) -> frozenset[int]:
    """Say after which steps the weights are taken into their average.

    Args:
        steps: Steps in all.
        epochs: Of so many equal epochs.
        number: Snapshots; 1 for no average.

    Returns:
        Evenly spaced numbers of steps in the last epoch, ``steps`` among them; empty for no average.
    """
    if number == 1:
        return frozenset()
    epoch = steps // epochs
    return frozenset(steps - epoch * i // number for i in range(number))


def finetuning_phase(source: TaskSource, *others: Source, joint: bool = False) -> Phase:
    """Build the phase that takes one step a batch of the task.

    Args:
        source: The task.
        others: Further sources whose gradients are added at each step.
        joint: Differentiate all losses at once.
    """
    config = source.config

    def optimiser() -> Optimiser:
        new, published = split_parameters(source.head)
        trained = [*(p for p in source.encoder.model.parameters() if p.requires_grad), *published]
        return Optimiser(
            [(trained, config.learning_rate), (new, config.head_learning_rate)],
            steps=source.steps,
            warmup=config.warmup,
            weight_decay=config.weight_decay,
            clip=config.clip,
            snapshots=source.snapshots,
        )

    return Phase(NAME, (source, *others), source.steps, optimiser, joint)
