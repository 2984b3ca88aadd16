"""Who wins: paired tests with Holm's correction, over different sets and over targets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import stdtrit

from benchmarks.study.analysis.measured import Mean, Measured, encoders
from benchmarks.study.entries import UNTOUCHED, Entry
from realign_core.support.holm import holm
from subsetsearch.analysis.statistics.seed_noise import PairedDifference

LEVEL = 0.05

EQUAL = 1e-9
"""Differences that are no larger are the rounding of sums, and none."""


@dataclass(frozen=True, slots=True)
class Compared:
    """An entry beside another one.

    Args:
        entry: The entry.
        score: Its own.
        difference: To the other, over common seeds; ``None`` without any.
        p: Of no difference, adjusted by Holm for all that are compared at once; ``None`` if not known.
        tests: How many these are: equal sets under several names are one, those equal to the other none.
    """

    entry: Entry
    score: Mean
    difference: PairedDifference | None
    p: float | None
    tests: int

    @property
    def shown(self) -> int:
        """1 if it is shown to be better, -1 if worse, else 0."""
        if self.difference is None or self.p is None or self.p > LEVEL:
            return 0
        return 1 if self.difference.mean > 0 else -1


def over_untouched(measured: Measured, targets: Sequence[str]) -> list[Compared]:
    """All entries beside no realignment, the lowest gain first: losses come first.

    Gains over common seeds can be compared where means over different seeds cannot: luck moves all alike.

    Args:
        measured: Rows.
        targets: Of which means are taken.
    """
    return _beside(measured, UNTOUCHED, measured.compared(targets), targets)


def beside(
    measured: Measured, entry: Entry, others: Sequence[Entry], targets: Sequence[str]
) -> list[Compared]:
    """Others less an entry: who is above it comes last, and is worth a look.

    Args:
        measured: Rows.
        entry: What they are held against.
        others: Entries of the plan; those without rows are left out.
        targets: Of which means are taken.
    """
    return _beside(measured, entry, [other for other in others if measured.scores(other)], targets)


def _beside(
    measured: Measured, base: Entry, others: Sequence[Entry], targets: Sequence[str]
) -> list[Compared]:
    differences = [measured.difference(other, base, targets) if other != base else None for other in others]
    which = [encoders(other, targets) for other in others]
    chances = {key: d.p for key, d in zip(which, differences, strict=True) if d and d.p is not None}
    corrected = dict(zip(chances, adjusted([*chances.values()]), strict=True))
    compared = []
    for other, difference, key in zip(others, differences, which, strict=True):
        score = measured.mean(other, targets)
        if score is not None:
            compared.append(Compared(other, score, difference, corrected.get(key), len(chances)))
    return sorted(compared, key=lambda one: (_rank(one, base), one.entry.label))


def _rank(one: Compared, base: Entry) -> float:
    """Difference to the base over common seeds; what has none with it comes first."""
    if one.difference is not None:
        return one.difference.mean
    return 0.0 if one.entry == base else -math.inf


def least_shown(
    measured: Measured, base: Entry, compared: Sequence[Compared], targets: Sequence[str]
) -> float | None:
    """How large a difference must be to be shown where it is the only one; ``None`` if that is not known.

    Args:
        measured: Rows.
        base: What the others were held against.
        compared: These, as :func:`beside` gives them; of different errors the largest counts.
        targets: Of which means were taken.
    """
    differences = [
        error.spread * float(stdtrit(error.freedom, 1 - LEVEL / (2 * one.tests)))
        for one in compared
        if (error := measured.error(one.entry, base, targets)) is not None
    ]
    return max(differences, default=None)


def adjusted(chances: Sequence[float | None]) -> list[float | None]:
    """Correct chances for how many there are (Holm); unknown ones stay so."""
    corrected = holm([math.nan if p is None else p for p in chances])
    return [None if math.isnan(p) else p for p in corrected]


@dataclass(frozen=True, slots=True)
class Tally:
    """Targets that an entry wins, ties and loses against another.

    Args:
        wins: Keys of targets that are shown to be better.
        ties: Where nothing is shown.
        losses: Shown to be worse.
        above: How many have the higher mean, shown or not.
        below: How many have the lower one.
    """

    wins: tuple[str, ...]
    ties: tuple[str, ...]
    losses: tuple[str, ...]
    above: int
    below: int


def by_target(measured: Measured, first: Entry, second: Entry, targets: Sequence[str]) -> Tally | None:
    """Hold two entries against each other target by target; ``None`` without a common seed.

    The tests are corrected for the number of targets that the two leave to different encoders.
    """
    differences = {key: measured.difference(first, second, (key,)) for key in targets}
    known = {key: found for key, found in differences.items() if found is not None}
    if not known:
        return None
    chances = dict(zip(known, adjusted([found.p for found in known.values()]), strict=True))

    def shown(sign: int) -> tuple[str, ...]:
        return tuple(
            key
            for key, found in known.items()
            if (p := chances[key]) is not None and p <= LEVEL and sign * found.mean > 0
        )

    wins, losses = shown(1), shown(-1)
    ties = tuple(key for key in known if key not in (*wins, *losses))
    above, below = (sum(sign * found.mean > EQUAL for found in known.values()) for sign in (1, -1))
    return Tally(wins, ties, losses, above, below)
