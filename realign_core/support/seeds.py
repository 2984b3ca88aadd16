"""Randomness from named seeds only."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

DATA_SEED = 0
"""Which part of the data is used is one decision for all runs, so it has its own seed."""


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
