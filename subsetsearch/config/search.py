"""What a study file says of its search."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from realign_core.support.seed_numbers import SeedNumber
from realign_core.support.settings.config import Config

PairsLimit = Annotated[int, Field(ge=2)] | Literal["all"]
"""Most sentence pairs that each language of a subset gives."""

RungNumber = Literal[1, 2, 3]
SamplerName = Literal["subset", "nsga2", "tpe", "gp", "random"]


class SearchConfig(Config):
    """How subsets are proposed, and what measures them.

    Args:
        top_rung: The rung that the search measures by: 3 (full runs on development data, never on test
            data), 2 (short runs of subsets that rung 1 makes promising) or 1 (the linear proxy alone: every
            subset in milliseconds, so thousands of them). In our measurements rungs 1 and 2 rank subsets no
            better than chance. Each has trials of its own in the study's database; full runs on test data
            are shared.
        rung1: Where ``top_rung`` is 3: score each subset by rung 1 as well; our sampler then weighs what it
            says, Optuna's samplers run in full only what it makes promising. It is off, as it ranks subsets
            no better than chance, and needs sentence pairs encoded. Below rung 3 it is always climbed.
        trials: Trials that the study is to have.
        minutes: A command that searches begins no further trial after so many minutes (one that has begun is
            finished), whatever ``trials`` says; the same command goes on later. No limit, if left out.
        sampler: ``subset`` (ours), or Optuna's ``nsga2``, ``tpe``, ``gp`` or ``random``.
        seed: Names the sampler's random stream.
        min_size: Fewest languages of a proposed subset.
        max_size: Most languages of a proposed subset (``all`` is always tried as well).
        must_include: Languages that every proposed subset holds.
        exclude: Languages that no proposed subset holds (``all`` still does; ``pool.exclude`` takes a
            language out of the study).
        max_per_family: Most languages of one family in a proposed subset.
        budget: Highest data cost of a proposed subset.
        pairs_per_language: Second axis of the search, for instance ``[100, 300, 1000, "all"]``: a trial
            is a subset and one of these, and each of its languages gives at most so many pairs; fewer
            pairs are always part of more. Left out, each gives all it has. Proxies see no more than
            ``proxy.linear.pairs`` and ``proxy.short.pairs`` of it. A stored study keeps these numbers.
        promise: A subset stays at rung 1 if it beats the front with a lower probability than this. Neither
            this nor ``promote`` matters without rung 1, nor where our sampler proposes full runs: it proposes
            what to run.
        promote: Share of the recent proposals that climb to ``top_rung``, once so many have as
            ``proxy.short.warm`` (``proxy.full.warm`` for rung 3) says; more promising ones still do.
    """

    top_rung: RungNumber = 3
    rung1: bool = False
    trials: int = Field(default=60, ge=1)
    minutes: float | None = Field(default=None, gt=0)
    sampler: SamplerName = "subset"
    seed: SeedNumber = 0
    min_size: int = Field(default=1, ge=1)
    max_size: int = Field(default=20, ge=1)
    must_include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    max_per_family: int | None = Field(default=None, ge=1)
    budget: float | None = Field(default=None, gt=0)
    pairs_per_language: tuple[PairsLimit, ...] = ()
    promise: float = Field(default=0.1, ge=0, lt=1)
    promote: float = Field(default=0.5, gt=0, le=1)

    @property
    def by_decision(self) -> bool:
        """Whether every run is chosen by what the decision gains from it: our sampler, by full runs."""
        return self.top_rung == 3 and self.sampler == "subset"

    @property
    def uses_rung1(self) -> bool:
        """Whether each subset is scored by rung 1."""
        return self.rung1 or self.top_rung < 3

    @property
    def filters(self) -> bool:
        """Whether what rung 1 makes promising climbs to the top rung, and other subsets do not."""
        return self.top_rung > 1 and self.uses_rung1 and not self.by_decision

    @model_validator(mode="after")
    def _sizes(self) -> Self:
        if self.min_size > self.max_size:
            raise ValueError(f"min_size {self.min_size} is larger than max_size {self.max_size}")
        if len(self.must_include) > self.max_size:
            raise ValueError(f"must_include has more than max_size = {self.max_size} languages")
        return self

    @field_validator("pairs_per_language")
    @classmethod
    def _rising(cls, limits: tuple[PairsLimit, ...]) -> tuple[PairsLimit, ...]:
        if list(limits) != sorted(set(limits), key=lambda limit: (limit == "all", limit)):
            raise ValueError(f'the numbers are distinct and rise, "all" comes last, but got {list(limits)}')
        return limits
