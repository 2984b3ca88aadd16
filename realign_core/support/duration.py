"""Times that are estimated: how long, and how sure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_FLOOR = 0.15
"""Relative error of any time that was measured in seconds: other programs, caches, longer texts."""

_WIDE = 2.0
"""Standard errors to either side."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A time that was not taken yet.

    Args:
        seconds: The likeliest.
        error: Standard error of it, as the timed steps tell.
    """

    seconds: float
    error: float

    @classmethod
    def of(cls, times: Sequence[float]) -> Estimate:
        """Estimate by several measurements of the same."""
        if len(times) < 2:
            return cls(sum(times), sum(times) / 4)
        return cls(statistics.fmean(times), statistics.stdev(times) / math.sqrt(len(times)))

    @classmethod
    def total(cls, parts: Iterable[Estimate]) -> Estimate:
        """Add times; errors of parts that were timed on one machine go the same way."""
        times = list(parts)
        return cls(sum(p.seconds for p in times), sum(p.error for p in times))

    def times(self, number: float) -> Estimate:
        """The time of several."""
        return Estimate(self.seconds * number, self.error * number)

    @property
    def low(self) -> float:
        """It will hardly take less."""
        return max(0.0, self.seconds - self._half)

    @property
    def high(self) -> float:
        """It will hardly take more."""
        return self.seconds + self._half

    def bounds(self) -> list[float]:
        """Both bounds, with the three digits that an estimate holds."""
        return [_rounded(self.low), _rounded(self.high)]

    def rounded(self) -> float:
        """The likeliest number of seconds, likewise."""
        return _rounded(self.seconds)

    @property
    def _half(self) -> float:
        return max(_WIDE * self.error, _FLOOR * self.seconds)

    def __str__(self) -> str:
        return f"about {between(self.low, self.high)}"


def _rounded(seconds: float) -> float:
    return float(f"{seconds:.3g}")


def between(low: float, high: float) -> str:
    """Write two times in one unit: ``12 to 18 min``, ``40 to 55 s``."""
    unit, seconds = next((name, size) for name, size, most in _UNITS if high < most)
    first, second = low / seconds, high / seconds
    digits = 0 if second >= 10 or unit == "s" else 1
    texts = [f"{value:.{digits}f}" for value in (first, second)]
    return f"{texts[0]} {unit}" if texts[0] == texts[1] else f"{texts[0]} to {texts[1]} {unit}"


_UNITS = (("s", 1.0, 90.0), ("min", 60.0, 5400.0), ("h", 3600.0, math.inf))
"""Unit, its seconds, and up to how many seconds it is used."""
