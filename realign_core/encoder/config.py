"""Settings of an encoder; free of torch, so that reading a study file stays quick."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from realign_core.config import Config


def _ordered(bounds: tuple[int, int]) -> tuple[int, int]:
    if not 0 <= bounds[0] < bounds[1]:
        raise ValueError("a layer range is [first, stop) with 0 <= first < stop")
    return bounds


LayerRange = Annotated[tuple[int, int], AfterValidator(_ordered)]
"""Half-open range of layers, counted from 0 at the input."""

Frozen = Literal["none", "front", "back"] | LayerRange
"""What is frozen: nothing, the half near the input, the half near the output, or a range."""


class EncoderConfig(Config):
    """Which encoder, and how much text it reads at once.

    Args:
        name: ``"bundled"`` (multilingual-e5-small in 4 bits, extra ``offline``), a local
            folder, or a hub id such as ``"xlm-roberta-base"``.
        revision: Branch, tag or commit on the hub.
        max_length: Longest input in tokens; longer texts are cut.
        offline: Never ask the hub, only its local cache.
    """

    name: str = "bundled"
    revision: str | None = None
    max_length: int = Field(default=128, ge=8, le=8192)
    offline: bool = False
