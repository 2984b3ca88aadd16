"""The arithmetic of a run: its number format and attention implementation. Free of torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self, get_args

from realign_core.support.errors import ConfigError

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
