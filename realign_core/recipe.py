"""The recipe: everything that decides a run's numbers, frozen and validated."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import Field

from realign_core.config import Config, load_config
from realign_core.data.mixing import Mix
from realign_core.data.parallel import AnyParallel, GettextParallel
from realign_core.data.tasks import AnyTaskReader, CldrNames
from realign_core.encoder.config import EncoderConfig, Frozen
from realign_core.files import content_key


class Strategy(StrEnum):
    """When the encoder is realigned, if at all."""

    BASELINE = "baseline"
    BEFORE = "before"


class TaskKind(StrEnum):
    """What is classified."""

    TEXT = "text"
    POS = "pos"


class TaskConfig(Config):
    """The transfer task: where its training and evaluation examples come from.

    Args:
        kind: What is classified: ``text`` (one label a text or pair of texts) or ``pos``
            (one tag a word).
        train: Reader of the labelled source language.
        evaluation: Reader of the target languages' dev and test splits; the same reader as
            ``train`` if left out.
        source_language: The training language, by the reader's own code.
        max_train: At most so many training examples (the first ones), all if left out.
    """

    kind: TaskKind = TaskKind.TEXT
    train: AnyTaskReader = Field(default_factory=CldrNames)
    evaluation: AnyTaskReader | None = None
    source_language: str = "en"
    max_train: int | None = Field(default=None, ge=1)

    @property
    def evaluated(self) -> AnyTaskReader:
        """The reader of the target languages."""
        return self.evaluation or self.train


class RealignmentConfig(Config):
    """How translations are pulled together.

    Args:
        strategy: ``before`` (realign, then fine-tune) or ``baseline`` (fine-tune only).
        steps: Optimizer steps.
        pairs_per_batch: Sentence pairs a step; all other sentences of a batch are negatives.
        pairs_per_language: How many pairs of each language there are to draw from; all, if
            left out.
        mix: ``equal`` or ``proportional`` shares of the languages.
        learning_rate: Peak of the schedule (linear warm-up, linear decay).
        warmup: Share of the steps that warm up, in [0, 1].
        temperature: Of the contrastive loss.
        strong: Negatives from both languages, not from the other one only.
        layer: Hidden state that is aligned; -1 is the last one.
        freeze: Layers held fixed while realigning: ``none``, ``front`` or ``back`` half, or
            a range ``[first, stop]``.
        freeze_embeddings: Hold the embeddings fixed while realigning.
    """

    strategy: Strategy = Strategy.BEFORE
    steps: int = Field(default=100, ge=1)
    pairs_per_batch: int = Field(default=32, ge=2)
    pairs_per_language: int | None = Field(default=None, ge=1)
    mix: Mix = Mix.EQUAL
    learning_rate: float = Field(default=5e-5, gt=0)
    warmup: float = Field(default=0.1, ge=0, le=1)
    temperature: float = Field(default=0.1, gt=0)
    strong: bool = True
    layer: int = -1
    freeze: Frozen = "none"
    freeze_embeddings: bool = False


class FinetuningConfig(Config):
    """How the task is learnt in the source language.

    Args:
        epochs: Passes over the training examples.
        batch_size: Examples a step.
        learning_rate: Peak of the schedule for the encoder.
        head_learning_rate: Peak for the head, which starts from nothing.
        warmup: Share of the steps that warm up, in [0, 1].
        weight_decay: AdamW's, on weight matrices.
        clip: Largest gradient norm.
        freeze: Layers held fixed while fine-tuning.
        freeze_embeddings: Hold the embeddings fixed while fine-tuning.
    """

    epochs: int = Field(default=3, ge=1)
    batch_size: int = Field(default=32, ge=1)
    learning_rate: float = Field(default=5e-5, gt=0)
    head_learning_rate: float = Field(default=1e-3, gt=0)
    warmup: float = Field(default=0.1, ge=0, le=1)
    weight_decay: float = Field(default=0.01, ge=0)
    clip: float = Field(default=1.0, gt=0)
    freeze: Frozen = "none"
    freeze_embeddings: bool = False


class ComputeConfig(Config):
    """Where and in which number format a run computes.

    Args:
        device: ``auto`` takes a GPU if there is one.
        precision: ``auto`` times what is fastest here, once a machine.
        attention: Likewise.
        eval_tokens: Padded tokens of an evaluation batch.
    """

    device: Literal["auto", "cpu", "cuda"] = "auto"
    precision: Literal["auto", "bfloat16", "float32"] = "auto"
    attention: Literal["auto", "eager", "sdpa"] = "auto"
    eval_tokens: int = Field(default=4096, ge=16)


class Recipe(Config):
    """A complete description of a run, but for languages and seed.

    Example:
        >>> from realign_core import Recipe, run
        >>> result = run(Recipe(), ["sw", "ga", "mn", "te", "eu"], seed=17)  # doctest: +SKIP
    """

    encoder: EncoderConfig = EncoderConfig()
    parallel: AnyParallel = Field(default_factory=GettextParallel)
    task: TaskConfig = Field(default_factory=TaskConfig)
    realignment: RealignmentConfig = RealignmentConfig()
    finetuning: FinetuningConfig = FinetuningConfig()
    compute: ComputeConfig = ComputeConfig()

    def hash(self) -> str:
        """Return 16 hexadecimal digits that name everything but the machine's choices."""
        return content_key(self.model_dump(mode="json", exclude={"compute": {"device", "eval_tokens"}}))

    @classmethod
    def from_toml(cls, path: Path) -> Recipe:
        """Read a recipe file.

        Raises:
            ConfigError: If the file is missing or does not fit (file, line, nearest key).
        """
        return load_config(cls, path)
