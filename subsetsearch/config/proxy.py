"""The rungs that a search may climb, as a study file sets them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from realign_core.support.seed_numbers import SeedNumber
from realign_core.support.settings.config import Config, renamed


def _distinct(seeds: tuple[int, ...]) -> tuple[int, ...]:
    twice = next((seed for seed in seeds if seeds.count(seed) > 1), None)
    if twice is not None:
        raise ValueError(f"the seed {twice} is named twice, and would be run and counted once")
    return seeds


Seeds = Annotated[tuple[SeedNumber, ...], AfterValidator(_distinct)]
"""Seeds that are averaged over, each once."""


Measure = Literal["gap", "probe"]


class LinearProxyConfig(Config):
    """Rung 1: closed-form realignment on cached vectors.

    Args:
        measure: What a subset's map is judged by: ``gap`` (how much of the distance between
            translations it closes, over all languages of the pool; no labels) or ``probe``
            (accuracy of a classifier of the source language on mapped development data).
        pairs: Sentence pairs a language that are encoded.
        ridge: Pull towards the identity, in units of trace / d. Strong ones (30-300) work
            best: the map is then a first-order step.
        depth: Share of the encoder's layers above which the gap is asked, in [0, 1]: 0 for the embeddings'
            output, 1 for the last layer, which is where the probe always is.
        dev_examples: Development examples a target language, for the probe.
    """

    measure: Measure = "gap"
    pairs: int = Field(default=150, ge=2)
    ridge: float = Field(default=100.0, gt=0)
    depth: float = Field(default=1 / 3, ge=0, le=1)
    dev_examples: int = Field(default=200, ge=10)


Readout = Literal["probe", "finetuning"]


class ShortProxyConfig(Config):
    """Rung 2: a short real realignment of the top layers on a cached trunk.

    Args:
        readout: How the task is learnt after realignment: ``finetuning`` (of the same layers) or
            ``probe`` (logistic regression on the realigned vectors: faster, and without a random
            start, but its scores lie closer together).
        layers: Top layers that are trained.
        steps: Realignment steps.
        pairs: Sentence pairs a language that are cached.
        learning_rate: Peak for realignment and fine-tuning; few layers and steps take a higher one.
        epochs: Fine-tuning epochs, with that readout.
        train_examples: Training examples of the source language.
        dev_examples: Development examples a target language.
        seeds: Runs are averaged over these; the same for all subsets.
        warm: Number of trials that always run it, to learn how rung 1 relates to it.
    """

    readout: Readout = "finetuning"
    layers: int = Field(default=2, ge=1)
    steps: int = Field(default=40, ge=1)
    pairs: int = Field(default=150, ge=2)
    learning_rate: float = Field(default=2e-4, gt=0)
    epochs: int = Field(default=2, ge=1)
    train_examples: int = Field(default=1000, ge=10)
    dev_examples: int = Field(default=100, ge=10)
    seeds: Seeds = Field(default=(17,), min_length=1)
    warm: int = Field(default=16, ge=3)


class FullProxyConfig(Config):
    """Rung 3 within a search: a full run on development data, where ``search.top_rung`` is 3.

    Args:
        seeds: Runs are averaged over these; the same for all subsets. Choose none of ``evaluate.seeds``:
            then the luck of these seeds does not reach the accuracies. A stored search keeps its seeds.
        warm: Number of trials that always run it, to learn how rung 1 relates to it, where ``search.rung1``
            asks for that with another sampler than ours.
        scale: Share of the recipe's realignment steps and training examples that a trial takes, such as 0.1
            where a whole run takes hours; of the latter always enough for 40 steps. Development data, pairs
            and epochs stay as they are, and full runs on test data whole. Each scale has trials and runs of
            its own.
    """

    seeds: Seeds = Field(default=(5,), min_length=1)
    warm: int = Field(default=16, ge=3)
    scale: float = Field(default=1.0, gt=0, le=1)

    @field_validator("scale")
    @classmethod
    def _short(cls, scale: float) -> float:
        if float(f"{scale:g}") != scale:
            raise ValueError(f"write no more than six digits, such as {scale:.2g}")
        return scale


class RetrievalProxyConfig(Config):
    """Targets without labels: how well translations find each other among sentence pairs set aside.

    Files may call this table by its old name, ``proxy.alignment``.

    Args:
        pairs: Sentence pairs of each unlabelled target that are set aside. Their source sentences
            are taken out of every language of the pool, for all rungs.
        subsets: Subsets (besides none) that rung 2 measures once, to learn from the labelled
            targets how much accuracy a gain in retrieval is worth.
    """

    pairs: int = Field(default=100, ge=10)
    subsets: int = Field(default=6, ge=1)


class ProxyConfig(Config):
    """The rungs of the ladder that a search may climb."""

    linear: LinearProxyConfig = LinearProxyConfig()
    short: ShortProxyConfig = ShortProxyConfig()
    full: FullProxyConfig = FullProxyConfig()
    retrieval: RetrievalProxyConfig = RetrievalProxyConfig()

    @model_validator(mode="before")
    @classmethod
    def _old_name(cls, content: Any) -> Any:
        """Read ``retrieval`` under its old name too, which says how words are aligned elsewhere."""
        return renamed(content, "alignment", "retrieval")
