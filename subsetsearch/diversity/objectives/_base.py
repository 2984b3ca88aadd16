"""What every objective offers to the solvers: its value, the gain of each addition, the best swap."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]


class Objective(ABC):
    """A set function over languages ``0 .. n-1``, to be made large.

    Solvers know an objective by these members only.

    Attributes:
        name: Name for reports and the command line.
        n: Number of languages.
        monotone: Adding a language never lowers the value.
        submodular: The gain of a language never grows with the set.
    """

    name: str = ""
    monotone: bool = False
    submodular: bool = False

    def __init__(self, n: int) -> None:
        self.n = n

    @abstractmethod
    def value(self, chosen: Sequence[int] | IntArray) -> float:
        """Value of a set of languages, given by their indices in any order."""

    def opening(self, allowed: BoolArray) -> tuple[int, ...]:  # noqa: ARG002
        """Languages to begin a greedy search with, where single ones are all worth the same."""
        return ()

    def gains(self, chosen: Sequence[int] | IntArray) -> FloatArray:
        """What adding each language would add, ``(n,)``; ``-inf`` for those already chosen."""
        now = self.value(chosen)
        members = set(map(int, chosen))
        base = [int(index) for index in chosen]
        return np.asarray(
            [-np.inf if index in members else self.value([*base, index]) - now for index in range(self.n)]
        )

    def best_swap(self, chosen: IntArray, allowed: BoolArray) -> tuple[int, int, float] | None:
        """The swap of one language that gains most.

        Args:
            chosen: Indices in the set, ``(k,)``.
            allowed: ``(k, n)``; whether ``chosen[i]`` may be replaced by ``j``.

        Returns:
            Position in ``chosen``, the language that replaces it, the gain; ``None`` if none is allowed.
        """
        now = self.value(chosen)
        best: tuple[int, int, float] | None = None
        for position in range(len(chosen)):
            rest = np.delete(chosen, position)
            if not allowed[position].any():
                continue
            gains = self.gains(rest)
            gains[~allowed[position]] = -np.inf
            candidate = int(np.argmax(gains))
            gain = self.value(rest) + float(gains[candidate]) - now
            if np.isfinite(gain) and (best is None or gain > best[2]):
                best = (position, candidate, gain)
        return best
