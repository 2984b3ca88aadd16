"""Named entities: IOB2 tags, scored by the F1 of whole names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from realign_core.support.arrays import Int
from realign_core.support.program.extras import require
from realign_core.tasks.features import Features
from realign_core.tasks.schemes import OUTSIDE
from realign_core.tasks.words import WordTagging, sentences


@dataclass(frozen=True)
class EntityTagging(WordTagging):
    """One IOB2 tag a word; a name counts if its words and type are all right (CoNLL-2003).

    A word that the tokenizer maps to nothing is predicted to be ``O``, where windows are read.

    Args:
        labels: Tag names (``O``, ``B-PER``, ``I-PER`` …).
    """

    metric: ClassVar[str] = "f1"

    def score(self, predicted: Int, features: Features) -> float:
        """Micro-averaged F1 of spans; 0 where there is no name at all."""
        return self._measure("f1_score", predicted, features)

    def details(self, predicted: Int, features: Features, language: str = "") -> Mapping[str, float]:  # noqa: ARG002
        """Precision and recall of spans."""
        return {
            "precision": self._measure("precision_score", predicted, features),
            "recall": self._measure("recall_score", predicted, features),
        }

    def _measure(self, name: str, predicted: Int, features: Features) -> float:
        metrics = require("seqeval.metrics", extra="ner", purpose="score named entities")
        predicted_tags: list[list[str]] = []
        gold_tags: list[list[str]] = []
        for sides in sentences(predicted, features):
            for tags, side in zip((predicted_tags, gold_tags), sides, strict=True):
                tags.append([self.labels[i] if i >= 0 else OUTSIDE for i in side])
        return float(getattr(metrics, name)(gold_tags, predicted_tags, zero_division=0))
