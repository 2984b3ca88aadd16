"""Which numbers are seeds: those that every library, table and database takes."""

from __future__ import annotations

from numbers import Integral
from typing import Annotated

from pydantic import Field

from realign_core.support.errors import ConfigError

MOST_SEED = 2**32 - 1
"""The highest seed: NumPy's older streams take no higher one."""

SeedNumber = Annotated[int, Field(ge=0, le=MOST_SEED)]
"""A seed in a configuration."""


def is_seed(number: object) -> bool:
    """Whether a value is a whole number that may be a seed."""
    return not isinstance(number, bool) and isinstance(number, Integral) and 0 <= int(number) <= MOST_SEED


def check_seed(number: object, where: str) -> None:
    """Check a seed that is given in Python, or was read from an option.

    Args:
        number: The seed.
        where: Name of the option or argument, for the message.

    Raises:
        ConfigError: If it is none.
    """
    if not is_seed(number):
        raise ConfigError(
            f"{number!r:.40} is no seed, a whole number from 0 on and at most {MOST_SEED}",
            where=where,
            fix="give a number such as 17",
        )
