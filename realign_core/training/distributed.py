"""Several processes that train one model together, a GPU each (``accelerate launch``).

Each process encodes its share of every batch. Vectors are exchanged, so all sentences of a
batch stay each other's negatives; then gradients are added up. So the numbers are those of one
process, up to rounding.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from realign_core.support.arrays import Int
from realign_core.support.program.extras import require


class Replicas:
    """This process's place among those that train together.

    Args:
        state: ``accelerate.PartialState`` of several processes, None for a single process.
    """

    def __init__(self, state: Any = None) -> None:
        self.state = state
        self.rank = 0 if state is None else int(state.process_index)
        self.count = 1 if state is None else int(state.num_processes)

    @property
    def alone(self) -> bool:
        """Whether there is one process only."""
        return self.count == 1

    @property
    def first(self) -> bool:
        """Whether this process writes files and reports."""
        return self.rank == 0

    def share(self, batch: Int) -> Int:
        """Cut a batch into one part a process, in order, and take this one's."""
        return np.array_split(batch, self.count)[self.rank]

    def gather(self, rows: Tensor) -> list[Tensor]:
        """Exchange rows: one tensor a process, whose numbers of rows may differ."""
        if self.alone:
            return [rows]
        sizes = [torch.zeros(1, dtype=torch.long, device=rows.device) for _ in range(self.count)]
        torch.distributed.all_gather(sizes, torch.tensor([len(rows)], device=rows.device))
        longest = max(int(size) for size in sizes)
        padded = rows.new_zeros((longest, rows.shape[1]))
        padded[: len(rows)] = rows
        parts = [torch.empty_like(padded) for _ in range(self.count)]
        torch.distributed.all_gather(parts, padded)
        return [part[: int(size)] for part, size in zip(parts, sizes, strict=True)]

    def total(self, value: float, device: torch.device) -> float:
        """Add a number up over the processes."""
        if self.alone:
            return value
        summed = torch.tensor([value], dtype=torch.float64, device=device)
        torch.distributed.all_reduce(summed)
        return float(summed)

    def add_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """Add up the gradients of all processes (in place); missing ones count as 0."""
        if self.alone:
            return
        trained = list(parameters)
        present = torch.tensor([float(p.grad is not None) for p in trained], device=trained[0].device)
        torch.distributed.all_reduce(present)
        for parameter, used in zip(trained, present.tolist(), strict=True):
            if used:
                if parameter.grad is None:
                    parameter.grad = torch.zeros_like(parameter)
                torch.distributed.all_reduce(parameter.grad)


@cache
def replicas() -> Replicas:
    """Return the processes that ``accelerate launch`` started; a single one otherwise.

    Raises:
        MissingExtraError: If there are several and ``accelerate`` is not installed.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) < 2:
        return Replicas()
    accelerate = require("accelerate", extra="gpus", purpose="train with several processes")
    return Replicas(accelerate.PartialState(cpu=not torch.cuda.is_available()))


def join_parts(own_parts: Sequence[Tensor], group: Replicas) -> tuple[list[Tensor], list[int]]:
    """Exchange several tensors of rows.

    Args:
        own_parts: This process's rows.
        group: The processes.

    Returns:
        The rows of all processes in order, and where this process's rows start in each.
    """
    joined, starts = [], []
    for rows in own_parts:
        parts = group.gather(rows)
        joined.append(torch.cat(parts))
        starts.append(sum(len(part) for part in parts[: group.rank]))
    return joined, starts
