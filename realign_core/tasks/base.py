"""The contract of a task, and the table of tasks by kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from realign_core.arrays import Int
from realign_core.tasks.features import Features


class Task(Protocol):
    """Turns labelled examples into features and predictions into a score.

    A task is stateless but for its label set; heads are linear maps of unit vectors.
    """

    @property
    def metric(self) -> str:
        """Name of the score: ``accuracy`` or ``f1``, both in [0, 1]."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """Label names; a unit's label is its index here."""
        ...

    def features(self, examples: Sequence[Any], tokenizer: Any, max_length: int) -> Features:
        """Tokenise labelled examples."""
        ...

    def score(self, predicted: Int, features: Features) -> float:
        """Score the predicted labels of all units, shape (n_units,), in [0, 1]."""
        ...


def accuracy(predicted: Int, gold: Int) -> float:
    """Share of equal labels, in [0, 1]; ``nan`` where there is nothing to score.

    Args:
        predicted: Shape (n,).
        gold: Shape (n,).

    Raises:
        ValueError: If the shapes differ.
    """
    if predicted.shape != gold.shape:
        raise ValueError(f"{predicted.shape} predictions for {gold.shape} labels")
    return float(np.mean(predicted == gold)) if len(gold) else float("nan")
