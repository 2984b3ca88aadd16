"""Settings of the arithmetic; free of torch, so that reading a study file stays quick."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from realign_core.encoder.kernel import Attention, Kernel, Precision
from realign_core.support.settings.config import Config


class ComputeConfig(Config):
    """Where and in which number format a run computes.

    Args:
        device: ``auto`` takes a GPU if there is one.
        precision: ``auto`` times what is fastest here, once a machine (in a study: once a study).
        attention: Likewise.
        eval_tokens: Padded tokens of an evaluation batch on a CPU, whose cache it should fit;
            a GPU gets 16 times as many.
        micro_batch: Examples or pairs that go through the encoder at once while training;
            the whole batch, if left out. The numbers are the same up to rounding. It is
            halved by itself when a GPU runs out of memory.
        gradient_checkpointing: Compute activations again in the backward pass: less memory,
            about a third more time.
        checkpoint_steps: Steps between checkpoints, where a run keeps any.
    """

    device: Literal["auto", "cpu", "cuda"] = "auto"
    precision: Precision | Literal["auto"] = "auto"
    attention: Attention | Literal["auto"] = "auto"
    eval_tokens: int = Field(default=2048, ge=16)
    micro_batch: int | None = Field(default=None, ge=1)
    gradient_checkpointing: bool = False
    checkpoint_steps: int = Field(default=500, ge=1)

    @property
    def kernel(self) -> Kernel | None:
        """Number format and attention, where both are set."""
        if self.precision == "auto" or self.attention == "auto":
            return None
        return Kernel(self.precision, self.attention)
