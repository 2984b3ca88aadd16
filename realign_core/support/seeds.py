"""Randomness from named seeds only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from realign_core.support.seed_numbers import check_seed

DATA_SEED = 0
"""Which part of the data is used is one decision for all runs, so it has its own seed."""


@dataclass(frozen=True, slots=True)
class Seeds:
    """One seed for each stage of a run, so that the noise of a stage can be measured alone.

    Args:
        realignment: Names the order of the batches of sentence pairs.
        pairs: Names which sentence pairs are drawn.
        head: Names the start of the task's head.
        finetuning: Names the order of the batches of labelled examples.

    Raises:
        ConfigError: If one is no seed (see :mod:`realign_core.support.seed_numbers`).

    Example:
        >>> str(Seeds.of(17)), str(Seeds(17, 17, 23, 23))
        ('17', '17-17-23-23')
    """

    realignment: int
    pairs: int
    head: int
    finetuning: int

    def __post_init__(self) -> None:
        for seed in (self.realignment, self.pairs, self.head, self.finetuning):
            check_seed(seed, "seed")

    @classmethod
    def of(cls, seed: int | Seeds) -> Seeds:
        """Give every stage the same seed; seeds by stage are returned as they are."""
        return seed if isinstance(seed, Seeds) else cls(seed, seed, seed, seed)

    @property
    def plain(self) -> int | Seeds:
        """The one seed of all stages, where they have one: so a run is stored."""
        same = {self.realignment, self.pairs, self.head, self.finetuning}
        return self.head if len(same) == 1 else self

    def repeat(self, number: int) -> Seeds:
        """Return the seeds of a further fine-tuning of the same realigned encoder.

        Args:
            number: 0 for the first, which has these seeds.
        """
        if number == 0:
            return self
        rng = named_generator(self.finetuning, f"finetuning-repeat-{number}")
        drawn = int(rng.integers(2**31))
        return Seeds(self.realignment, self.pairs, drawn, drawn)

    def __str__(self) -> str:
        """Return the plain seed, or the four of them in the order of the stages' names here."""
        parts = (self.realignment, self.pairs, self.head, self.finetuning)
        return str(self.head) if self.plain != self else "-".join(map(str, parts))


def named_generator(seed: int, name: str) -> np.random.Generator:
    """Return a random stream that depends on seed and name alone.

    Equal for all subsets of a study (common random numbers), so that differences between
    subsets are not differences of luck.

    Args:
        seed: The run's seed.
        name: What the stream is for, such as ``"finetuning-order"``.
    """
    digest = hashlib.sha256(f"{name}/{seed}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def sample_indices(n: int, limit: int, name: str) -> npt.NDArray[np.int64]:
    """Choose at most ``limit`` of ``n`` examples, the same ones in every process, in order."""
    if n <= limit:
        return np.arange(n)
    return np.sort(named_generator(DATA_SEED, f"dev-sample-{name}").permutation(n)[:limit])
