"""Classification of a text, or of a pair of texts (topic, name, natural language inference)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from realign_core.data.examples import PairExample, TextExample
from realign_core.data.task import Pooling
from realign_core.support.arrays import Int
from realign_core.tasks.base import Classification, accuracy
from realign_core.tasks.features import Features


@dataclass(frozen=True)
class TextClassification(Classification):
    """One label a text; scored by accuracy.

    Args:
        labels: Label names.
        pooling: Which vector of a text is classified: the mean of its tokens' or the first one's.
    """

    labels: tuple[str, ...]
    pooling: Pooling = "mean"
    metric: ClassVar[str] = "accuracy"

    def features(
        self, examples: Sequence[TextExample | PairExample], tokenizer: Any, max_length: int
    ) -> Features:
        """Tokenise texts or pairs; the unit is the whole input, or its first token."""
        if not examples:
            return Features((), (), () if self.pooling == "first" else None)
        if isinstance(examples[0], PairExample):
            inputs: tuple[list[str], ...] = (
                [e.first for e in examples if isinstance(e, PairExample)],
                [e.second for e in examples if isinstance(e, PairExample)],
            )
        else:
            inputs = ([e.text for e in examples if isinstance(e, TextExample)],)
        encoded = tokenizer(*inputs, truncation=True, max_length=max_length)["input_ids"]
        number = {label: index for index, label in enumerate(self.labels)}
        return Features(
            tuple(np.array(ids, dtype=np.int64) for ids in encoded),
            tuple(np.array([number[e.label]], dtype=np.int64) for e in examples),
            (np.zeros(1, dtype=np.int64),) * len(examples) if self.pooling == "first" else None,
        )

    def score(self, predicted: Int, features: Features) -> float:
        """Accuracy over texts."""
        return accuracy(predicted, features.unit_labels())
