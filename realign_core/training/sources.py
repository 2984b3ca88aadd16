"""What gradients come from: a batch of the task, or a batch of pairs."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor

from realign_core.support.arrays import Int
from realign_core.support.errors import TrainingError

logger = logging.getLogger(__name__)


class Source(Protocol):
    """A plan of batches and the loss of each."""

    tokens: int
    """Real tokens of all batches."""

    steps: int
    """Number of batches."""

    def loss(self, step: int) -> Tensor:
        """Return the loss of a batch, with its graph."""
        ...

    def backward(self, step: int) -> float:
        """Add the gradient of a batch's loss, in parts that fit into memory; return the loss."""
        ...

    def shrink(self) -> None:
        """Take smaller parts from now on: memory ran out.

        Raises:
            TrainingError: If they cannot be smaller.
        """
        ...

    def hint(self, step: int) -> str:
        """Return the batch's first text, for messages."""
        ...


class MicroBatches:
    """How many examples go through the encoder at once; halved when memory runs out.

    Args:
        size: Examples a part; the whole batch, if left out.
    """

    def __init__(self, size: int | None = None) -> None:
        self.size = size

    def parts(self, batch: Int) -> list[Int]:
        """Cut a batch."""
        size = self.size or max(1, len(batch))
        return [batch[i : i + size] for i in range(0, len(batch), size)]

    def halve(self, batch_size: int) -> None:
        """Take smaller parts from now on.

        Raises:
            TrainingError: If parts of one example are too large already.
        """
        size = self.size or batch_size
        if size == 1:
            raise TrainingError(
                "out of memory with one example at a time",
                fix="lower encoder.max_length, set compute.gradient_checkpointing = true, or freeze layers",
            )
        self.size = size // 2
        logger.warning("out of memory: going on with %d examples at a time", self.size)


def concatenate(parts: Sequence[Sequence[Tensor]]) -> list[Tensor]:
    """Join the i-th tensors of all parts along rows, for each i."""
    return [torch.cat(tensors) for tensors in zip(*parts, strict=True)]
