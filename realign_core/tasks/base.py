"""The contract of a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from realign_core.support.arrays import Int
from realign_core.tasks.features import Features


class TaskLoss(Protocol):
    """The loss of a task as a sum over items, so that batches can be cut into parts."""

    def items(self, features: Features, batch: Int) -> int:
        """Number of things in a batch that have a loss."""
        ...

    def total(self, scores: Tensor, features: Features, batch: Int) -> Tensor:
        """Sum of the losses of a batch's items, from the head's scores of its units."""
        ...


class Task(Protocol):
    """Turns labelled examples into features and predictions into a score.

    A task is stateless but for its label set; heads are linear maps of unit vectors with one
    output a label.
    """

    @property
    def metric(self) -> str:
        """Name of the score: ``accuracy`` or ``f1``, both in [0, 1]."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """Label names; a unit's label is its index here."""
        ...

    @property
    def loss(self) -> TaskLoss:
        """What fine-tuning minimises."""
        ...

    def features(self, examples: Sequence[Any], tokenizer: Any, max_length: int) -> Features:
        """Tokenise labelled examples."""
        ...

    def decode(self, scores: Tensor) -> Tensor:
        """Reduce the scores of units, (n, labels), to what scoring needs, (n, k)."""
        ...

    def score(self, predicted: Any, features: Features) -> float:
        """Score what :meth:`decode` gave for all units, (n_units,) or (n_units, k), in [0, 1]."""
        ...

    def details(self, predicted: Any, features: Features, language: str = "") -> Mapping[str, float]:
        """Further measures by name, in [0, 1]; the language's code matters where its words do."""
        ...


class UnitLoss:
    """Cross-entropy of each unit's label."""

    def items(self, features: Features, batch: Int) -> int:
        """Number of units."""
        return sum(len(features.labels[i]) for i in batch)

    def total(self, scores: Tensor, features: Features, batch: Int) -> Tensor:
        """Sum over units."""
        labels = torch.from_numpy(np.concatenate([features.labels[i] for i in batch])).to(scores.device)
        return cross_entropy(scores, labels, reduction="sum")


class Classification:
    """What tasks share that give each unit its best label."""

    @property
    def loss(self) -> TaskLoss:
        """Cross-entropy over units."""
        return UnitLoss()

    def decode(self, scores: Tensor) -> Tensor:
        """Best label: (n, labels) to (n, 1)."""
        return scores.argmax(-1, keepdim=True)

    def details(self, predicted: Int, features: Features, language: str = "") -> Mapping[str, float]:  # noqa: ARG002
        """No further measures."""
        return {}


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
