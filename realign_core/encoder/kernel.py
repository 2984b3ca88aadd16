"""The arithmetic of a run: its number format and attention implementation. Free of torch until it is used."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self, get_args

from realign_core.support.errors import ConfigError

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

Attention = Literal["eager", "sdpa"]
Precision = Literal["float32", "bfloat16"]


@dataclass(frozen=True, slots=True)
class Kernel:
    """How numbers are computed: weights stay float32, matrix products use ``precision``.

    Example:
        >>> Kernel.parse("bfloat16/eager").name
        'bfloat16/eager'
    """

    precision: Precision
    attention: Attention

    @property
    def name(self) -> str:
        """Number format and attention, as in ``bfloat16/eager``."""
        return f"{self.precision}/{self.attention}"

    @classmethod
    def parse(cls, name: str) -> Self:
        """Read a name.

        Raises:
            ConfigError: If it is none.
        """
        for precision in get_args(Precision):
            for attention in get_args(Attention):
                if name == f"{precision}/{attention}":
                    return cls(precision, attention)
        raise ConfigError(f"'{name}' is no kernel", fix="write for instance bfloat16/eager")

    def autocast(self, device: torch.device) -> contextlib.AbstractContextManager[None]:
        """Return the context in which forward passes run."""
        import torch

        return torch.autocast(device.type, torch.bfloat16, enabled=self.precision == "bfloat16")

    def apply(self, model: PreTrainedModel) -> None:
        """Switch ``model`` to this attention implementation (in place)."""
        if hasattr(model, "set_attn_implementation"):
            with contextlib.suppress(ValueError):  # an encoder with one implementation only
                model.set_attn_implementation(self.attention)
