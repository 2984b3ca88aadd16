"""The recipe: everything that decides a run's numbers, frozen and validated."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from realign_core.align import AnyAligner, SentenceAligner
from realign_core.data.mixing import Mix
from realign_core.data.parallel import AnyParallel, GettextParallel
from realign_core.data.task import TaskConfig, TaskKind
from realign_core.encoder.compute import ComputeConfig
from realign_core.encoder.config import EncoderConfig, Frozen
from realign_core.encoder.kernel import Kernel
from realign_core.recipes import PresetName, completed
from realign_core.support.files.keys import content_key
from realign_core.support.settings.config import Config, changed_values, load_config, renamed
from realign_core.unused import refuse_idle_realignment

__all__ = [
    "RECIPE_VERSION",
    "FinetuningConfig",
    "LossName",
    "RealignmentConfig",
    "Recipe",
    "Schedule",
    "Strategy",
    "TaskConfig",
    "TaskKind",
]

RECIPE_VERSION = 2
"""Version of a recipe's hash: raised whenever a plain value (a default of a class here) changes."""


class Strategy(StrEnum):
    """When the encoder is realigned, if at all."""

    BASELINE = "baseline"
    BEFORE = "before"
    DURING = "during"
    STAGED = "staged"


class LossName(StrEnum):
    """What pulls translations together."""

    CONTRASTIVE = "contrastive"
    L2 = "l2"


class Schedule(StrEnum):
    """How the learning rate goes on after its warm-up."""

    LINEAR = "linear"
    CONSTANT = "constant"


class RealignmentConfig(Config):
    """How translations are pulled together.

    Args:
        strategy: ``baseline`` (fine-tune only), ``before`` (realign, then fine-tune),
            ``during`` (one batch of pairs for every fine-tuning batch) or ``staged``
            (realign and fine-tune by turns).
        stages: Turns of ``staged``; steps and schedules are cut into as many parts.
        joint: With ``during``: differentiate both losses at once, not one after the other.
            The numbers are the same up to rounding; more memory is needed.
        steps: Optimizer steps. With ``during`` fine-tuning decides their number.
        pairs_per_batch: Sentence pairs a step; all other sentences of a batch are negatives.
        pairs_per_language: How many pairs of each language there are to draw from; all, if
            left out.
        all_if_fewer: With ``pairs_per_language``: a language that has fewer pairs gives all of
            them; otherwise that is an error.
        mix: ``equal`` or ``proportional`` shares of the languages.
        repeat: Go through the pairs again when the steps exceed them; otherwise that is an error.
        max_passes: With ``repeat``: go through the pairs of a language at most so often, and
            take fewer steps where that does not fill them. Few pairs that are seen dozens of
            times are learnt by heart. Not with ``during``, whose steps fine-tuning decides.
        aligner: What is pulled together: sentences (``kind = "sentence"``), or words by a
            dictionary, by Pharaoh files, by eflomal or by the encoder itself.
        loss: ``contrastive`` or ``l2``; files may call it by its old name, ``objective``.
        learning_rate: Peak of the schedule.
        warmup: Share of the steps that warm up, in [0, 1].
        schedule: After the (linear) warm-up: ``linear`` decay to 0, or ``constant``. With
            ``during`` it is fine-tuning's schedule that holds.
        temperature: Of the contrastive loss.
        strong: Negatives from both languages, not from the other one only.
        layer: Hidden state that is aligned, or several whose losses are averaged; -1 is the
            last one (the output of the last layer), 0 the embeddings' output, i the output
            of the i-th layer.
        weight: Factor of the realignment loss, which matters with ``during``.
        regularisation: Weight of the squared distance of the source sentences' token states
            to those of the initial encoder; 0 for none.
        freeze: Layers held fixed while realigning: ``none``, ``front`` or ``back`` half, or
            a range ``[first, stop]``.
        freeze_embeddings: Hold the embeddings fixed while realigning.
    """

    strategy: Strategy = Strategy.BEFORE
    stages: int = Field(default=2, ge=2)
    joint: bool = False
    steps: int = Field(default=100, ge=1)
    pairs_per_batch: int = Field(default=32, ge=2)
    pairs_per_language: int | None = Field(default=None, ge=1)
    all_if_fewer: bool = False
    mix: Mix = Mix.EQUAL
    repeat: bool = True
    max_passes: int | None = Field(default=None, ge=1)
    aligner: AnyAligner = Field(default_factory=SentenceAligner)
    loss: LossName = LossName.CONTRASTIVE
    learning_rate: float = Field(default=5e-5, gt=0)
    warmup: float = Field(default=0.1, ge=0, le=1)
    schedule: Schedule = Schedule.LINEAR
    temperature: float = Field(default=0.1, gt=0)
    strong: bool = True
    layer: int | Annotated[tuple[int, ...], Field(min_length=1)] = -1
    weight: float = Field(default=1.0, gt=0)
    regularisation: float = Field(default=0.0, ge=0)
    freeze: Frozen = "none"
    freeze_embeddings: bool = False

    @model_validator(mode="before")
    @classmethod
    def _old_name(cls, content: Any) -> Any:
        return renamed(content, "objective", "loss")

    @model_validator(mode="after")
    def _passes(self) -> Self:
        if self.max_passes is not None and self.strategy is Strategy.DURING:
            raise ValueError("max_passes cannot cut the steps of 'during', which fine-tuning decides")
        return self

    @field_validator("layer")
    @classmethod
    def _once(cls, layer: int | tuple[int, ...]) -> int | tuple[int, ...]:
        if isinstance(layer, tuple) and len(set(layer)) < len(layer):
            raise ValueError("a layer is named twice; its loss would count twice")
        return layer

    @property
    def layers(self) -> tuple[int, ...]:
        """The hidden states that are aligned."""
        return self.layer if isinstance(self.layer, tuple) else (self.layer,)

    @property
    def word_level(self) -> bool:
        """Whether words are aligned, not sentences."""
        return not isinstance(self.aligner, SentenceAligner)


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
        repeats: Fine-tune the realigned encoder so often, with other heads and orders, for mean scores (not
            with ``during`` and ``staged``). States below the trained layers are computed once, if frozen.
        average_last: The trained weights are the mean of this many evenly spaced snapshots of the last epoch.
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
    repeats: int = Field(default=1, ge=1)
    average_last: int = Field(default=1, ge=1)


class Recipe(Config):
    """A complete description of a run, but for languages and seed.

    What it leaves out of realignment and fine-tuning has the default of the task's kind and the encoder, see
    :data:`realign_core.recipes.DEFAULTS`.

    Args:
        preset: Published settings that stand under the recipe's own keys, see :mod:`realign_core.recipes`.
        groups: Names for sets of target languages, without the training language, whose averages are
            reported. The group ``held_out`` is in no other average.

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
    groups: Mapping[str, tuple[str, ...]] = {}
    preset: PresetName | None = None

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, content: Any) -> Any:
        """Put the preset's values, or the defaults of the task's kind, under the given ones."""
        return completed(content) if isinstance(content, Mapping) else content

    def model_post_init(self, _: Any, /) -> None:
        """Count every setting as given: taken over into another recipe, tables keep their values."""
        for table in (self.task, self.realignment, self.finetuning):
            table.model_fields_set.update(type(table).model_fields)

    @model_validator(mode="after")
    def _repeats_follow_realignment(self) -> Self:
        if self.finetuning.repeats > 1 and self.realignment.strategy in (Strategy.DURING, Strategy.STAGED):
            raise ValueError("finetuning.repeats needs an encoder that is realigned before, not by turns")
        return self

    @model_validator(mode="after")
    def _every_key_matters(self) -> Self:
        refuse_idle_realignment(self.realignment, self.preset)
        return self

    def hash(self, *, places: bool = False) -> str:
        """Name everything but where and in which arithmetic it is computed: 16 hexadecimal digits.

        What differs from the plain values of the tables is hashed, so that a new key moves no old hash. Of
        data and encoders in files it says that they are there; what is in them is hashed with every run.

        Args:
            places: Hash their paths too, as older versions did.
        """
        changed = changed_values(self, exclude={"compute", "groups", "preset"}, places=places)
        return content_key([RECIPE_VERSION, changed])

    def with_kernel(self, kernel: Kernel) -> Recipe:
        """Return this recipe, to be computed with a certain kernel."""
        fixed = {"precision": kernel.precision, "attention": kernel.attention}
        return self.model_copy(update={"compute": self.compute.model_copy(update=fixed)})

    @classmethod
    def from_toml(cls, path: Path | str, overrides: Mapping[str, Any] | None = None) -> Recipe:
        """Read a recipe file.

        Args:
            path: The file.
            overrides: Dotted keys set over the file's own.

        Raises:
            ConfigError: If the file is missing or does not fit (file, line, nearest key).
        """
        return load_config(cls, Path(path), overrides)
