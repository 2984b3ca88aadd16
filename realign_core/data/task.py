"""The task of a recipe: what is classified, and where its labelled examples come from."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from realign_core.data.codes import same_language
from realign_core.data.labelled import AnyTaskReader, CldrNames
from realign_core.support.settings.config import Config


class TaskKind(StrEnum):
    """What is classified."""

    TEXT = "text"
    POS = "pos"
    NER = "ner"
    NLI = "nli"
    QA = "qa"


Pooling = Literal["mean", "first"]
"""Which vector of a text is classified."""

LongSentences = Literal["cut", "windows"]
"""What happens to tagged sentences that the encoder cannot read at once."""


class TaskConfig(Config):
    """The transfer task: where its training and evaluation examples come from.

    Args:
        kind: What is classified: ``text`` (one label a text), ``nli`` (one label a pair of
            texts), ``pos`` (one tag a word, accuracy), ``ner`` (entity tags of any scheme, F1 of whole names)
            or ``qa`` (the span of a context that answers a question, SQuAD's F1).
        train: Reader of the labelled source language.
        evaluation: Reader of the target languages' dev and test splits; the same reader as
            ``train`` if left out.
        source_language: The training language, by the reader's own code. It is no target, in whatever
            code, unless it is named as one; it is then scored, but in no average.
        max_train: Most training examples (the first ones); all, if left out.
        ignored: Entity types that count as O, in training and evaluation alike, as one of them has no such
            type (``["DATE"]`` for MasakhaNER with an English source without dates).
        max_evaluation: Most evaluation examples of a target language and split, drawn at random,
            the same ones in every run; all if left out.
        pooling: Which vector of a text (or pair) is classified: the ``mean`` of its tokens' by a linear map,
            or the ``first`` token's by the layers that ``AutoModelForSequenceClassification`` of the
            encoder's family has for it (as in published work). Only ``first`` can be saved as a task
            model. Words and answers are always read at their own tokens.
        long_sentences: What happens to sentences of ``pos`` and ``ner`` that have more tokens than
            ``encoder.max_length``. ``windows``: they are read in windows that overlap by a third, so that
            each word is learnt and scored once, where it is farthest from a cut; a word that the tokenizer
            maps to nothing counts as wrong (as ``O``, for entities). ``cut``: words beyond are neither learnt
            nor scored, and words without a token are left out. Contexts of ``qa`` are always read in windows.
    """

    kind: TaskKind = TaskKind.TEXT
    train: AnyTaskReader = Field(default_factory=CldrNames)
    evaluation: AnyTaskReader | None = None
    source_language: str = "en"
    max_train: int | None = Field(default=None, ge=1)
    ignored: tuple[str, ...] = ()
    max_evaluation: int | None = Field(default=None, ge=1)
    pooling: Pooling = "mean"
    long_sentences: LongSentences = "cut"

    @model_validator(mode="after")
    def _options_fit_the_kind(self) -> Self:
        if self.pooling == "first" and self.kind not in (TaskKind.TEXT, TaskKind.NLI):
            raise ValueError(f"pooling = 'first' is for texts (kind 'text' or 'nli'), not for '{self.kind}'")
        if self.ignored and self.kind is not TaskKind.NER:
            raise ValueError(f"'ignored' names types of entities: it has no effect with kind '{self.kind}'")
        if self.windowed and self.kind not in (TaskKind.POS, TaskKind.NER):
            raise ValueError(
                f"long_sentences = 'windows' is for words (kind 'pos' or 'ner'), not for '{self.kind}'"
            )
        return self

    @property
    def windowed(self) -> bool:
        """Whether words beyond ``encoder.max_length`` are read in further windows."""
        return self.long_sentences == "windows"

    @property
    def evaluated(self) -> AnyTaskReader:
        """The reader of the target languages."""
        return self.evaluation or self.train

    def is_source(self, code: str) -> bool:
        """Whether a code means the training language, whose scores are no zero-shot transfer."""
        return same_language(code, self.source_language)
