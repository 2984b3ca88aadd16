"""What is asked of a study when it is read: for which targets, by what, and what may be given up."""

from __future__ import annotations

from dataclasses import dataclass

from subsetsearch.analysis.model.aims import AIMS, Aim, find_aim
from subsetsearch.analysis.model.reading_options import Asked
from subsetsearch.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a study, when it is read.

    Args:
        aim: What a subset is worth.
        tolerance: How much the recommended subset may be expected to lose against the one that is expected
            to be worth most, in the unit of the aim. It is the cheapest such subset.
        targets: Keys of the targets that count; all targets of the search, if left out.
    """

    aim: Aim = AIMS["mean"]
    tolerance: float = AIMS["mean"].tolerance
    targets: tuple[str, ...] | None = None

    @property
    def needs_model(self) -> bool:
        """Whether something is asked that measured means alone cannot answer."""
        return not self.aim.of_mean or self.tolerance != self.aim.tolerance

    @classmethod
    def of(cls, asked: Asked) -> Question:
        """Read what was asked.

        Raises:
            ConfigError: If there is no such aim, or the tolerance is no fraction.
        """
        aim = find_aim(asked.get("over", PLAIN.aim.name))
        tolerance = asked.get("tolerance")
        if tolerance is not None and not 0 <= tolerance < 1:
            raise ConfigError(
                f"a tolerance is a fraction from 0 to below 1, but got {tolerance:g}",
                where="tolerance",
                fix="write 0.005 for half a point, 0.01 for one",
            )
        return cls(aim, aim.tolerance if tolerance is None else tolerance)


PLAIN = Question()
"""The mean over all targets that count, half a point."""
