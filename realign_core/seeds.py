"""Randomness from named seeds only."""

from __future__ import annotations

import hashlib

import numpy as np


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
